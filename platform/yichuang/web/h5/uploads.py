"""Materials of a draft, uploaded one by one: `/apply/api/drafts/<draft>/materials/<code>`."""

from typing import Any

from flask import Blueprint, Response, request

from yichuang.cases.draft import EDITING, REVISING, DraftLine
from yichuang.cases.files import Files, check
from yichuang.cases.uploads import AUTHORITY
from yichuang.errors import Conflict, InputRefused
from yichuang.services import Services
from yichuang.web.guards import limiter
from yichuang.web.h5.sessions import Sessions
from yichuang.web.h5.visitors import Visitors
from yichuang.web.json import json_response

MEGABYTES = 20


def received_file() -> tuple[str, bytes]:
    """Name and content of the uploaded file. Raises `InputRefused` when there is none or it is of no kind we take."""
    upload = request.files.get("file")
    if upload is None:
        raise InputRefused("没有收到文件", problems=[{"field": "file", "message": "请选择文件"}])
    name, content = upload.filename or "附件", upload.read()
    check({"code": "file", "max_megabytes": MEGABYTES}, name, content)
    return name, content


def install(pages: Blueprint, services: Services, sessions: Sessions, visitors: Visitors) -> None:
    uploads, files = services.uploads, Files.of(services.settings)

    def line_of(draft_id: str) -> DraftLine:
        found = services.drafts.line(draft_id, visitors.known())
        if found.state not in (EDITING, REVISING):
            raise Conflict("这份申请已提交，请在“我的办件”里补交材料")
        return found

    @pages.post("/apply/api/drafts/<draft_id>/materials/<code>")
    @limiter.limit("120/hour")
    def hand_in(draft_id: str, code: str) -> Response:
        line = line_of(draft_id)
        if code not in _codes(services, line):
            raise InputRefused("这个事项没有这份材料", problems=[{"field": "code", "message": "请刷新页面后再试"}])
        file = files.store(draft_id, *received_file())
        uploads.add(draft_id, code, file)
        return json_response(file, 201)

    @pages.delete("/apply/api/drafts/<draft_id>/materials/<code>/<digest>")
    def take_out(draft_id: str, code: str, digest: str) -> Response:
        line = line_of(draft_id)
        uploads.remove(draft_id, code, digest)
        if line.state == REVISING:
            services.cases.take_out(draft_id, code, digest, sessions.required())
        return json_response({"digest": digest})


def _codes(services: Services, line: DraftLine) -> set[str]:
    body: Any = services.drafts.item_of(line).body
    return {material["code"] for material in body["materials"]} | {AUTHORITY}
