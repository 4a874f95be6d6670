"""JSON in and out by orjson: faster than the framework's own, and strict."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from yichuang.errors import MalformedInput

MAX_BYTES = 2 * 1024 * 1024


def json_response(body: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    return Response(orjson.dumps(body, default=_plain, option=orjson.OPT_NON_STR_KEYS), status, mimetype=mimetype)


def _plain(value: Any) -> Any:
    if hasattr(value, "as_dict"):
        return value.as_dict()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def json_body() -> dict[str, Any]:
    """The request's JSON object. Raises `MalformedInput` for anything else, with words what to do."""
    if (request.content_length or 0) > MAX_BYTES:
        raise MalformedInput("提交的内容超过 2 MB，请减少内容或把文件作为附件上传")
    try:
        body = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError as error:
        raise MalformedInput(f"JSON 第 {error.lineno} 行第 {error.colno} 列无法读取") from error
    if not isinstance(body, dict):
        raise MalformedInput("需要一个 JSON 对象")
    return body
