"""The applicant's session: a signed cookie of its own under /apply that holds the account's number and when it was last used."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from yichuang.applicants.account import Account
from yichuang.applicants.service import LOG_IN
from yichuang.errors import SignInNeeded
from yichuang.services import Services

COOKIE = "yichuang_applicant"
IDLE_SECONDS, LONGEST_SECONDS, RENEW_SECONDS = 30 * 60, 8 * 3600, 60


class Sessions:
    """Whoever is away for half an hour, or logged in for eight hours, logs in again; what was typed stays."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._signer = URLSafeSerializer(services.settings.secret_key, salt="applicant-session")

    def account(self) -> Account | None:
        """Who is logged in; None for nobody, and for a session that is over (then `over` is true)."""
        if "applicant" not in g:
            g.applicant = self._read()
        found: Account | None = g.applicant
        return found

    @property
    def over(self) -> bool:
        return COOKIE in request.cookies and self.account() is None

    def required(self) -> Account:
        """Raises `SignInNeeded`, which leads a page to the log-in."""
        found = self.account()
        if found is None:
            raise SignInNeeded(way=LOG_IN)
        return found

    def begin(self, response: Response, account: Account) -> Response:
        return self._set(response, {"account": account.id, "epoch": account.epoch, "began": self._now(), "seen": self._now()})

    def end(self, response: Response) -> Response:
        response.delete_cookie(COOKIE, path="/apply")
        return response

    def renew(self, response: Response) -> Response:
        """After a request of somebody logged in: half an hour from now."""
        kept = g.get("applicant_session")
        if kept and g.get("applicant") and self._now() - kept["seen"] >= RENEW_SECONDS and not _sets(response):
            self._set(response, {**kept, "seen": self._now()})
        return response

    def _read(self) -> Account | None:
        try:
            kept: Mapping[str, Any] = self._signer.loads(request.cookies.get(COOKIE, ""))
            idle, age = self._now() - kept["seen"], self._now() - kept["began"]
            if not 0 <= idle <= IDLE_SECONDS or not 0 <= age <= LONGEST_SECONDS:
                return None
            g.applicant_session = kept
            return self._services.applicants.open(kept["account"], kept["epoch"])
        except (BadSignature, KeyError, TypeError, SignInNeeded):
            return None

    def _set(self, response: Response, kept: Mapping[str, Any]) -> Response:
        secure = self._services.settings.secure_cookies
        response.set_cookie(COOKIE, self._signer.dumps(kept), httponly=True, samesite="Lax", secure=secure, path="/apply")
        return response

    def _now(self) -> int:
        return int(self._services.clock.now().timestamp())


def _sets(response: Response) -> bool:
    return any(value.startswith(f"{COOKIE}=") for value in response.headers.getlist("Set-Cookie"))


def within_apply(address: str) -> str:
    """Where to go after logging in: a page under /apply of this site, else its first page."""
    found = urlsplit(address)
    inside = found.path == "/apply" or found.path.startswith("/apply/")
    strange = found.scheme or found.netloc or "\\" in address or "//" in address or ".." in address or found.path.startswith(LOG_IN)
    control = any(ord(letter) < 33 or ord(letter) > 126 for letter in address)
    return address if inside and not strange and not control else "/apply"
