"""Materials of a case: checked off, attached, reused; files out again, each reading noted; points of a correction answered."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from yichuang.cases.files import Files, check, kind_of
from yichuang.errors import InputRefused
from yichuang.ports import Place
from yichuang.services import Services
from yichuang.web.desk.cases import reader, shown
from yichuang.web.json import json_body, json_response

KINDS = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
"""Shown in the browser; anything else is saved."""


def install(pages: Blueprint, services: Services) -> None:
    _checking(pages, services)
    _attaching(pages, services)
    _answering(pages, services, Files.of(services.settings))


def _checking(pages: Blueprint, services: Services) -> None:
    @pages.put("/desk/api/cases/<case_id>/materials/<code>")
    def check_material(case_id: str, code: str) -> Response:
        who, given = reader()
        services.cases.check_material(case_id, code, json_body(), who, given)
        return shown(services, case_id)

    @pages.post("/desk/api/cases/<case_id>/materials")
    def check_all(case_id: str) -> Response:
        """All that is still to come has been looked at and is here."""
        services.cases.check_all(case_id, *reader())
        return shown(services, case_id)

    @pages.post("/desk/api/cases/<case_id>/materials/<code>/reuse")
    def reuse(case_id: str, code: str) -> Response:
        (who, given), body = reader(), json_body()
        services.cases.reuse(case_id, code, str(body.get("number") or ""), who, given)
        return shown(services, case_id)


def _attaching(pages: Blueprint, services: Services) -> None:
    @pages.post("/desk/api/cases/<case_id>/materials/<code>/files")
    def attach_material(case_id: str, code: str) -> Response:
        who, given = reader()
        services.cases.attach(case_id, code, *_upload(), who, given)
        return shown(services, case_id, 201)

    @pages.delete("/desk/api/cases/<case_id>/materials/<code>/files/<digest>")
    def detach_material(case_id: str, code: str, digest: str) -> Response:
        who, given = reader()
        services.cases.detach(case_id, code, digest, who, given)
        return shown(services, case_id)

    @pages.get("/desk/api/cases/<case_id>/files/<digest>")
    def file(case_id: str, digest: str) -> Response:
        return sent(*services.cases.file(case_id, digest, *reader()))


def _answering(pages: Blueprint, services: Services, files: Files) -> None:
    @pages.post("/desk/api/cases/<case_id>/files")
    def keep_file(case_id: str) -> Response:
        """A file by itself, to be named in an answer; gives `{name, size, digest}`."""
        _may_check(services, case_id)
        name, content = _upload()
        check({"code": "file"}, name, content)
        return json_response(files.store(case_id, name, content), 201)

    @pages.post("/desk/api/cases/<case_id>/corrections/<correction>/points/<int:seq>")
    def answer_point(case_id: str, correction: str, seq: int) -> Response:
        """One point of a correction, answered at the counter."""
        (who, _), body = reader(), json_body()
        _may_check(services, case_id)
        answer = {"text": body.get("text"), "value": body.get("value")}
        services.cases.answer_point(case_id, correction, seq, answer, _kept(body.get("files")), who)
        return shown(services, case_id)


def _may_check(services: Services, case_id: str) -> None:
    """Raises `CaseMissing` out of reach, `NotAllowed` for who may read but not check materials here."""
    who, given = reader()
    view = services.cases.view(case_id, who, given)
    place = Place(view["department"], view["hall"], view["street"], view["window"])
    given.require("material.check", place, view["clerk"])


def _kept(raw: Any) -> list[dict[str, Any]]:
    files = raw or []
    whole = isinstance(files, list) and all(isinstance(f, dict) and {"name", "size", "digest"} <= f.keys() for f in files)
    if not whole:
        raise InputRefused("附件有误，请重新上传", problems=[{"field": "files", "message": "须为已上传的文件"}])
    return [{"name": str(f["name"]), "size": f["size"], "digest": str(f["digest"])} for f in files]


def _upload() -> tuple[str, bytes]:
    upload = request.files.get("file")
    if upload is None:
        raise InputRefused("没有收到文件", problems=[{"field": "file", "message": "请选择文件"}])
    return upload.filename or "附件", upload.read()


def sent(name: str, content: bytes) -> Response:
    """Inline for what browsers show, as a download for the rest; never guessed, never kept in a cache."""
    mimetype = KINDS.get(kind_of(name, content) or "", "application/octet-stream")
    how = "inline" if mimetype in KINDS.values() else "attachment"
    headers = {"Content-Disposition": f"{how}; filename*=UTF-8''{quote(name)}", "Cache-Control": "private, no-store"}
    return Response(content, mimetype=mimetype, headers=headers)
