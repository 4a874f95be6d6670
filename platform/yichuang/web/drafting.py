"""What desk and phone do alike with drafts: read a request's content, take in files, find a field by path."""

from collections.abc import Mapping
from typing import Any

from flask import request

from yichuang.cases.draft import DraftLine
from yichuang.cases.files import Files, check
from yichuang.errors import InputRefused
from yichuang.services import Services


def revision_of(body: Mapping[str, Any]) -> int:
    revision = body.get("revision")
    if type(revision) is not int:
        raise InputRefused("缺少版本号", problems=[{"field": "revision", "message": "须为整数"}])
    return revision


def attachment_field(form: Mapping[str, Any] | None, path: str) -> Mapping[str, Any]:
    """The attachment field at `path` (`licence`, `staff/0/certificate`). Raises `InputRefused` when there is none."""
    fields = [f for section in (form or {"sections": ()})["sections"] for f in section["fields"]]
    found: Mapping[str, Any] | None = None
    for step in [part for part in path.split("/") if not part.isdigit()]:
        found = next((f for f in fields if f["code"] == step), None)
        fields = list((found or {}).get("fields", ()))
    if found is None or found["type"] != "attachment":
        raise InputRefused("这一栏不收附件", problems=[{"field": "path", "message": "须为附件栏"}])
    return found


def take_file(services: Services, line: DraftLine, files: Files) -> dict[str, Any]:
    """Check the uploaded file against its field in the draft's own release, and keep it."""
    upload = request.files.get("file")
    if upload is None:
        raise InputRefused("没有收到文件", problems=[{"field": "file", "message": "请选择文件"}])
    item = services.drafts.item_of(line)
    field = attachment_field(item.wire().get("form"), request.form.get("path", ""))
    content, name = upload.read(), upload.filename or "附件"
    check(field, name, content)
    return files.store(line.id, name, content)
