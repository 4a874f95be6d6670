"""「我的办件」: the list, one case with its progress and what is asked of the applicant, its receipt and documents; and their API."""

import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, make_response, render_template, request

from yichuang.errors import DocumentMissing, InputRefused
from yichuang.services import Services
from yichuang.web.guards import limiter
from yichuang.web.h5.points import point_told
from yichuang.web.h5.sessions import Sessions
from yichuang.web.h5.uploads import received_file
from yichuang.web.h5.visitors import Visitors
from yichuang.web.item_page import page_of
from yichuang.web.json import json_body, json_response

DOWNLOADED = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}
AGAIN = "resubmit"


def install(pages: Blueprint, services: Services, sessions: Sessions, visitors: Visitors) -> None:
    _pages(pages, services, sessions)
    _api(pages, services, sessions, visitors)
    _downloads(pages, services, sessions)


def _pages(pages: Blueprint, services: Services, sessions: Sessions) -> None:
    @pages.get("/apply/cases")
    def cases() -> str:
        return render_template("apply/cases.html", cases=services.cases.of_account(sessions.required().id))

    @pages.get("/apply/cases/<case_id>")
    def case(case_id: str) -> str:
        account = sessions.required()
        found = services.cases.public_view(case_id, account.id)
        page = page_of(services.catalogue.at(found["release"]), found["item"])
        wire, generated = page.wire.get("form"), {material["code"] for material in page.body["materials"] if material.get("generated")}
        rounds = [
            one | {"points": [point | point_told(wire, found["answers"], point) for point in one["points"]]} for one in found["corrections"]
        ]
        offers = [offer for offer in found["offers"] if offer["code"] != AGAIN]
        return render_template(
            "apply/case.html", case=found, rounds=rounds, offers=offers, key=uuid.uuid4().hex, again=len(offers) < len(found["offers"]),
            sent="sent" in request.args, generated=generated, services_given=services.reviews.inviting(case_id),
            answers=_answers(services, case_id),
        )  # fmt: skip

    @pages.get("/apply/cases/<case_id>/receipt")
    def receipt(case_id: str) -> str:
        found = services.cases.public_view(case_id, sessions.required().id)
        return render_template("apply/receipt.html", case=found)


def _answers(services: Services, case_id: str) -> list[tuple[str, Mapping[str, str]]]:
    """What became of the applicant's bad reviews: the service's name, how far it is and the reply."""
    given = [(one, services.rectifications.answer(one.id)) for one in services.reviews.of_case(case_id) if one.reviewed]
    return [(one.name, answer) for one, answer in given if answer is not None]


def _api(pages: Blueprint, services: Services, sessions: Sessions, visitors: Visitors) -> None:
    @pages.post("/apply/api/drafts/<draft_id>/submit")
    @limiter.limit("30/minute")
    def submit(draft_id: str) -> Response:
        account, body = sessions.required(), json_body()
        revision = body.get("revision")
        if type(revision) is not int:
            raise InputRefused("缺少版本号", problems=[{"field": "revision", "message": "须为整数"}])
        number = services.cases.send_in(draft_id, revision, visitors.of(account), account)
        return json_response({"id": draft_id, "number": number}, 201)

    @pages.post("/apply/api/cases/<case_id>/reopen")
    def reopen(case_id: str) -> Response:
        account = sessions.required()
        item = services.cases.reopen(case_id, account, visitors.of(account))
        return json_response({"url": f"/apply/{item}"})

    @pages.post("/apply/api/cases/<case_id>/actions/<action>")
    @limiter.limit("60/minute")
    def act(case_id: str, action: str) -> Response:
        account, body = sessions.required(), json_body()
        inputs, key = body.get("inputs") or {}, str(body.get("key") or "")[:40]
        if not isinstance(inputs, dict) or not key:
            raise InputRefused("请刷新页面后再试", problems=[{"field": "key", "message": "缺少请求编号"}])
        services.cases.act_public(case_id, action, inputs, account.id, f"{action}/{key}")
        return json_response({"id": case_id})

    @pages.post("/apply/api/cases/<case_id>/corrections/<correction_id>/<int:seq>")
    @limiter.limit("120/hour")
    def answer(case_id: str, correction_id: str, seq: int) -> Response:
        """Text and value as a form with one JSON part, files beside it; what was handed in before stays."""
        account = sessions.required()
        given = _part(request.form.get("answer", "{}"))
        fresh = [received_file()] if "file" in request.files else []
        kept = services.cases.answer_own(case_id, correction_id, seq, given, fresh, account)
        return json_response(kept, 201)

    @pages.delete("/apply/api/cases/<case_id>/corrections/<correction_id>/<int:seq>/<digest>")
    def take_back(case_id: str, correction_id: str, seq: int, digest: str) -> Response:
        services.cases.take_from_answer(case_id, correction_id, seq, digest, sessions.required())
        return json_response({"digest": digest})

    @pages.post("/apply/api/cases/<case_id>/materials/<code>")
    @limiter.limit("120/hour")
    def supplement(case_id: str, code: str) -> Response:
        account = sessions.required()
        return json_response(services.cases.supplement(case_id, code, *received_file(), account), 201)


def _downloads(pages: Blueprint, services: Services, sessions: Sessions) -> None:
    @pages.get("/apply/cases/<case_id>/documents/<document_id>.pdf")
    def document(case_id: str, document_id: str) -> Response:
        account = sessions.required()
        found = services.cases.public_view(case_id, account.id)
        title = next((one["title"] for one in found["documents"] if one["id"] == document_id), None)
        if title is None:
            raise DocumentMissing
        content = services.documents.pdf(document_id, account.actor)
        return _file(f"{title}.pdf", content, inline=True)

    @pages.get("/apply/cases/<case_id>/files/<digest>")
    def own_file(case_id: str, digest: str) -> Response:
        return _file(*services.cases.own_file(case_id, digest, sessions.required()))


def _file(name: str, content: bytes, *, inline: bool = False) -> Response:
    answer = make_response(content)
    answer.mimetype = DOWNLOADED.get(name.rsplit(".", 1)[-1].lower(), "application/octet-stream")
    answer.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _part(raw: str) -> dict[str, Any]:
    try:
        given = orjson.loads(raw)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise InputRefused("无法读取答复，请刷新页面后再试", problems=[{"field": "answer", "message": "须为 JSON 对象"}])
    return {key: given[key] for key in ("text", "value") if key in given}
