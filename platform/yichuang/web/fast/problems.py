"""Problems as everywhere (RFC 9457), for the small applications in front of Flask."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

import orjson

SAFE = [
    ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "SAMEORIGIN"), ("Referrer-Policy", "same-origin"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
]  # fmt: skip
TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 422: "Unprocessable Content", 429: "Too Many Requests",
    500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip


def told(start: Callable[..., Any], status: int, code: str, title: str, detail: str, extra: Any) -> Iterable[bytes]:
    """RFC 9457, as everywhere."""
    request_id = uuid.uuid4().hex
    told: dict[str, Any] = {"type": f"urn:yichuang:{code}", "title": title, "status": status, "request_id": request_id}
    body = orjson.dumps(told | ({"detail": detail} if detail else {}) | dict(extra))
    headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body))), ("X-Request-ID", request_id), *SAFE]
    if "retry_after" in extra:
        headers.append(("Retry-After", str(extra["retry_after"])))
    start(f"{status} {TITLES.get(status, 'Problem')}", headers)
    return [body]


