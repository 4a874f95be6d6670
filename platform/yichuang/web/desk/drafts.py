"""The desk's drafts: begin, keep, resume, renew, submit, take over from a phone, attach files."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from renderers.pdf import PdfRenderer
from yichuang.cases.draft import Draft, content_of
from yichuang.cases.files import Files
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.web.desk.views import outdated
from yichuang.web.drafting import revision_of, take_file
from yichuang.web.guards import limiter
from yichuang.web.json import json_body, json_response
from yichuang.web.printing import printed
from yichuang.web.session import grants

Who = Callable[[], Actor]
View = Callable[[Services, Draft, str | None], dict[str, Any]]


def install(pages: Blueprint, services: Services, clerk: Who, view: View) -> None:
    _begin_and_keep(pages, services, clerk, view)
    _finish(pages, services, clerk)


def _begin_and_keep(pages: Blueprint, services: Services, clerk: Who, view: View) -> None:
    drafts = services.drafts

    @pages.get("/desk/api/drafts")
    def mine() -> Response:
        lines = [
            summary.as_dict() | {"outdated": outdated(services, summary.item, summary.release)} for summary in drafts.mine(clerk())
        ]
        return json_response({"drafts": lines})

    @pages.post("/desk/api/drafts")
    def start() -> Response:
        who, body = clerk(), json_body()
        return json_response(drafts.start(str(body.get("item")), who, content_of(body), body.get("id")).as_dict(), 201)

    @pages.get("/desk/api/drafts/<draft_id>")
    def resume(draft_id: str) -> Response:
        who = clerk()
        return json_response(view(services, drafts.open(draft_id, who), who.window))

    @pages.put("/desk/api/drafts/<draft_id>")
    def save(draft_id: str) -> Response:
        who, body = clerk(), json_body()
        return json_response(drafts.save(draft_id, revision_of(body), content_of(body), who).as_dict())

    @pages.post("/desk/api/prefill")
    @limiter.limit("30/minute")
    def take_over() -> Response:
        who = clerk()
        return json_response(drafts.take_over(str(json_body().get("code", "")), who).as_dict())


def _finish(pages: Blueprint, services: Services, clerk: Who) -> None:
    drafts, files, pdf = services.drafts, Files.of(services.settings), PdfRenderer(services.settings.fonts_dir or None)

    @pages.delete("/desk/api/drafts/<draft_id>")
    def discard(draft_id: str) -> Response:
        drafts.discard(draft_id, clerk())
        files.drop(draft_id)
        return json_response({"id": draft_id})

    @pages.post("/desk/api/drafts/<draft_id>/renew")
    def renew(draft_id: str) -> Response:
        fresh = drafts.renew(draft_id, clerk())
        files.carry(draft_id, fresh.line.id)
        return json_response(fresh.as_dict(), 201)

    @pages.post("/desk/api/drafts/<draft_id>/submit")
    def submit(draft_id: str) -> Response:
        who, body = clerk(), json_body()
        services.cases.receive(draft_id, revision_of(body), who, grants(), str(body.get("key") or ""))
        return json_response(drafts.open(draft_id, who).as_dict())

    @pages.get("/desk/api/drafts/<draft_id>/form.pdf")
    def on_paper(draft_id: str) -> Response:
        """The application form to be signed; `inline`, so that the browser can print it."""
        who = clerk()
        return Response(printed(services, pdf, drafts.open(draft_id, who), who.window), mimetype="application/pdf")

    @pages.post("/desk/api/drafts/<draft_id>/files")
    def attach(draft_id: str) -> Response:
        return json_response(take_file(services, drafts.open(draft_id, clerk()).line, files), 201)
