"""What a page sends as a review, read strictly."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from flask import Request

from yichuang.errors import MalformedInput
from yichuang.ports import SHANGHAI
from yichuang.reviews.grades import QR
from yichuang.reviews.review import Given, Picture
from yichuang.web.json import json_body

MOST_PICTURES, MOST_TAGS = 10, 40


def given_of(request: Request) -> Given:
    """Raises `MalformedInput` for what can't be read; whether it can be taken, the rules say."""
    if request.mimetype != "multipart/form-data":
        return read(json_body())
    try:
        body = orjson.loads(request.form.get("review", ""))
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise MalformedInput("无法读取评价内容，请刷新页面后再试")
    files = request.files.getlist("picture")[:MOST_PICTURES]
    return read(body, [Picture(one.stream.read()) for one in files])


def read(body: Mapping[str, Any], pictures: list[Picture] | None = None) -> Given:
    """Raises `MalformedInput`."""
    grade, tags, words = body.get("grade"), body.get("tags", []), body.get("words", "")
    if type(grade) is not int or type(tags) is not list or type(words) is not str or not all(type(tag) is str for tag in tags):
        raise MalformedInput("无法读取评价内容，请刷新页面后再试")
    key = body.get("key")
    if type(key) is not str or not 8 <= len(key) <= 64:
        raise MalformedInput("缺少提交编号，请刷新页面后再试")
    channel, device = body.get("channel", QR), body.get("device", "")
    return Given(
        grade, tuple(tags[:MOST_TAGS]), words, pictures or (), str(channel)[:16], device[:64] if type(device) is str else "", key,
        _moment(body.get("at")),
    )  # fmt: skip


def _moment(raw: Any) -> datetime | None:
    """When the page says it was written; what can't be read counts as now."""
    try:
        found = datetime.fromisoformat(raw) if type(raw) is str else None
    except ValueError:
        return None
    if found is not None and not 2000 <= found.year <= 2200:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=SHANGHAI)).astimezone(SHANGHAI) if found else None
