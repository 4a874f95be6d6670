"""Errors as people and programs see them: a Chinese page, or `application/problem+json` (RFC 9457)."""

import errno
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy import exc as database_errors
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from yichuang.errors import NotFound, SignInNeeded, TooManyRequests, YichuangError
from yichuang.web.json import json_response

log = get_logger()

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""The disk takes nothing more."""

HTTP_TITLES = {
    400: "请求有误，请返回检查",
    401: "登录已失效，请重新登录",
    403: "没有权限进行此操作",
    404: "没有找到这个页面",
    405: "不支持这种操作",
    413: "内容过大，请减小后再试",
    415: "不支持这种内容格式",
    429: "操作过于频繁，请稍后再试",
    503: "系统暂时不可用，刚才的操作没有保存，请稍后再试；此前保存的内容不会丢失",
    500: "系统出现问题，请稍后再试；已保存的内容不会丢失",
}


def wants_json() -> bool:
    """APIs and fetch calls get problem+json, navigation gets a page."""
    if "/api/" in request.path:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


def problem(status: int, code: str, title: str, detail: str = "", **extra: Any) -> Response:
    """One problem, in the form the client reads. `extra` members (`problems`, `findings`, `current`) go along."""
    request_id = getattr(g, "request_id", "")
    if wants_json():
        body = {"type": f"urn:yichuang:{code}", "title": title, "status": status, "request_id": request_id}
        if detail:
            body["detail"] = detail
        return json_response(body | extra, status, "application/problem+json")
    template = current_app.jinja_env.get_template("problem.html")
    page = template.render(status=status, title=title, detail=detail, problems=extra.get("problems", ()))
    return Response(page, status, mimetype="text/html")


def _ours(error: YichuangError) -> Response:
    if isinstance(error, SignInNeeded) and not wants_json():
        from flask import redirect, url_for  # noqa: PLC0415 - only on this path

        way = error.extra.get("way") or url_for("AuthDBView.login")
        return redirect(f"{way}?{urlencode({'next': request.full_path.rstrip('?')})}")  # type: ignore[return-value]
    if error.status >= 500:
        log.error("request.failed", code=error.code, exc_info=error)
    answer = problem(error.status, error.code, error.title, error.detail, **error.extra)
    if "retry_after" in error.extra:
        answer.headers["Retry-After"] = str(error.extra["retry_after"])
    return answer


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    return problem(status, f"http_{status}", HTTP_TITLES.get(status, error.name))


def _away(error: Exception) -> Response:
    """The database doesn't answer, is locked or full: nothing was written, and asking again helps."""
    log.error("request.unavailable", exc_info=error)
    answer = problem(503, "unavailable", HTTP_TITLES[503])
    answer.headers["Retry-After"] = "5"
    return answer


def _system(error: OSError) -> Response:
    return _away(error) if error.errno in FULL else _unexpected(error)


def _unexpected(error: Exception) -> Response:
    log.error("request.crashed", exc_info=error)
    return problem(500, "internal", HTTP_TITLES[500])


def _csrf(_error: CSRFError) -> Response:
    return problem(400, "csrf", "页面已过期，请刷新页面后再提交；已填内容不会丢失")


def _limited(_error: RateLimitExceeded) -> Response:
    return _ours(TooManyRequests())


def install(app: Flask) -> None:
    app.register_error_handler(YichuangError, _ours)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RateLimitExceeded, _limited)
    app.register_error_handler(HTTPException, _http)
    for kind in (database_errors.OperationalError, database_errors.InterfaceError, database_errors.TimeoutError):
        app.register_error_handler(kind, _away)
    app.register_error_handler(OSError, _system)
    app.register_error_handler(Exception, _unexpected)


__all__ = ["NotFound", "install", "problem", "wants_json"]
