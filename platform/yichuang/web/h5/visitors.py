"""The applicant without an account: an unguessable token in a cookie that no script can read."""

import secrets

from flask import Response, request

from yichuang.cases.draft import Visitor
from yichuang.errors import DraftMissing
from yichuang.settings import Settings

COOKIE = "yichuang_draft"
DAYS = 30


def visitor() -> Visitor | None:
    token = request.cookies.get(COOKIE, "")
    return Visitor(token) if len(token) >= 32 else None


def known() -> Visitor:
    """The visitor; raises `DraftMissing` for a browser that has begun nothing."""
    found = visitor()
    if found is None:
        raise DraftMissing
    return found


def welcome() -> Visitor:
    return visitor() or Visitor(secrets.token_urlsafe(32))


def remember(response: Response, who: Visitor, settings: Settings) -> Response:
    response.set_cookie(
        COOKIE, who.token, max_age=DAYS * 86400, httponly=True, samesite="Lax", secure=settings.secure_cookies, path="/apply"
    )
    return response
