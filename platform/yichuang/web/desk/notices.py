"""The notice as the desk issues it."""

from collections.abc import Callable

from flask import Blueprint, Response

from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.web.guards import limiter
from yichuang.web.json import json_body, json_response
from yichuang.web.noticing import issue


def install(pages: Blueprint, services: Services, clerk: Callable[[], Actor]) -> None:
    @pages.post("/desk/api/notices")
    @limiter.limit("60/minute")
    def notice() -> Response:
        who, body = clerk(), json_body()
        situation, applicant = body.get("situation") or {}, body.get("applicant") or {}
        return json_response(issue(services, str(body.get("item")), situation, "desk", applicant, who), 201)
