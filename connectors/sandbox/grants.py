"""What the sandbox's provider remembers while somebody logs in: requests, codes and tokens. In memory, short-lived, each code good once."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

CODE_SECONDS, TOKEN_SECONDS, REQUEST_SECONDS = 60, 600, 900


@dataclass(frozen=True, slots=True)
class Client:
    """A registered relying party."""

    id: str
    secret: str
    redirect_uris: tuple[str, ...]
    algorithm: str = "ES256"


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request that passed all checks."""

    client: str
    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    until: float
    sub: str = ""


class Grants:
    def __init__(self) -> None:
        self._requests: dict[str, Asked] = {}
        self._codes: dict[str, Asked] = {}
        self._used: dict[str, str] = {}
        self._tokens: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def remember(self, asked: Asked) -> str:
        """A ticket for the log-in page, so that the request itself needn't go through the form."""
        ticket = secrets.token_urlsafe(24)
        with self._lock:
            self._requests = {key: kept for key, kept in self._requests.items() if kept.until > time.time()}
            self._requests[ticket] = asked
        return ticket

    def request(self, ticket: str) -> Asked | None:
        found = self._requests.get(ticket)
        return found if found is not None and found.until > time.time() else None

    def code(self, ticket: str, sub: str) -> str:
        """The request ends in a code for `sub`."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._codes[code] = replace(self._requests.pop(ticket), sub=sub, until=time.time() + CODE_SECONDS)
        return code

    def redeem(self, code: str, client: str, redirect_uri: str, verifier: str) -> tuple[Asked, str] | None:
        """The request and an access token; None for a code that isn't there, is too old, somebody else's or used before.

        A code used twice takes back the token it gave (RFC 6749, 4.1.2).
        """
        with self._lock:
            if code in self._used:
                self._tokens.pop(self._used[code], None)
                return None
            asked = self._codes.pop(code, None)
            if asked is None or asked.until < time.time() or not _fits(asked, client, redirect_uri, verifier):
                return None
            token = secrets.token_urlsafe(32)
            self._used[code] = token
            self._tokens[token] = (asked.sub, time.time() + TOKEN_SECONDS)
            return asked, token

    def holder(self, token: str) -> str | None:
        sub, until = self._tokens.get(token, ("", 0.0))
        return sub if until > time.time() else None


def _fits(asked: Asked, client: str, redirect_uri: str, verifier: str) -> bool:
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return asked.client == client and asked.redirect_uri == redirect_uri and secrets.compare_digest(asked.challenge, digest)


def asked_of(given: Mapping[str, str]) -> Asked:
    return Asked(
        given.get("client_id", ""),
        given.get("redirect_uri", ""),
        given.get("state", ""),
        given.get("nonce", ""),
        given.get("code_challenge", ""),
        time.time() + REQUEST_SECONDS,
    )
