"""Whose drafts these are: the account's of somebody logged in, else the browser's, by an unguessable token in a cookie no script can read."""

import secrets

from flask import Response, request

from yichuang.applicants.account import Account
from yichuang.applicants.service import LOG_IN
from yichuang.cases.draft import Visitor
from yichuang.errors import DraftMissing, SignInNeeded
from yichuang.services import Services
from yichuang.web.h5.sessions import Sessions

COOKIE = "yichuang_draft"
DAYS = 30


class Visitors:
    def __init__(self, services: Services, sessions: Sessions) -> None:
        self._services = services
        self._sessions = sessions

    def visitor(self) -> Visitor | None:
        account = self._sessions.account()
        return self.of(account) if account else self.browser()

    def browser(self) -> Visitor | None:
        """The browser itself, whoever is logged in."""
        token = request.cookies.get(COOKIE, "")
        return Visitor(token) if len(token) >= 32 else None

    def of(self, account: Account) -> Visitor:
        return Visitor(self._services.applicants.secret_of(account))

    def known(self) -> Visitor:
        """Raises `SignInNeeded` when the session is over, `DraftMissing` for a browser that has begun nothing."""
        self._refuse_over()
        found = self.visitor()
        if found is None:
            raise DraftMissing
        return found

    def welcome(self) -> Visitor:
        self._refuse_over()
        return self.visitor() or Visitor(secrets.token_urlsafe(32))

    def remember(self, response: Response, who: Visitor) -> Response:
        if self._sessions.account() is None:
            secure = self._services.settings.secure_cookies
            response.set_cookie(COOKIE, who.token, max_age=DAYS * 86400, httponly=True, samesite="Lax", secure=secure, path="/apply")
        return response

    def _refuse_over(self) -> None:
        """A draft begun by somebody logged in isn't the browser's: what is typed waits until they are back."""
        if self._sessions.over:
            raise SignInNeeded(way=LOG_IN)
