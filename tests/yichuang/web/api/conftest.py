"""The hall at work behind the API, and clients that know how to sign."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager
from werkzeug.test import TestResponse

from tests.yichuang.cases.conftest import (  # noqa: F401
    HallAtWork,
    hall,
    hall_settings,
    packed_postgresql,
    packed_sqlite,
)
from yichuang.clients.client import Terms
from yichuang.ports import SYSTEM
from yichuang.web import api, guards, problems, session
from yichuang.web.app import _configure
from yichuang.web.fast.intakes import intakes_front

SCOPES = frozenset({"intakes.read", "intakes.push"})


@dataclass
class Caller:
    """A client of the API. `ask` with its key, `ask_signed` with a signature; `flask` leaves the fast way out."""

    hall: HallAtWork
    http: FlaskClient
    id: str
    prefix: str
    key: str

    def ask(self, path: str, body: Any = None, key: str | None = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key if key is None else key}"}
        if body is None:
            return self.http.get(f"/api/v1{path}", headers=headers)
        return self.http.post(f"/api/v1{path}", headers=headers, data=orjson.dumps(body), content_type="application/json")

    def headers(self, method: str, target: str, body: bytes = b"", ahead: int = 0, nonce: str = "") -> dict[str, str]:
        """As another side would write it from the documentation, without our code."""
        signing = hmac.new(self.key.encode(), b"yichuang-request-signing", hashlib.sha256).digest()
        at, nonce = str(int(self.hall.clock.now().timestamp()) + ahead), nonce or secrets.token_hex(12)
        text = "\n".join([method, target, at, nonce, hashlib.sha256(body).hexdigest()])
        signature = hmac.new(signing, text.encode(), hashlib.sha256).hexdigest()
        return {
            "X-Yichuang-Client": self.prefix, "X-Yichuang-Time": at, "X-Yichuang-Nonce": nonce, "X-Yichuang-Signature": signature,
        }  # fmt: skip

    def ask_signed(self, path: str, body: Any = None, **how: Any) -> TestResponse:
        target, raw = f"/api/v1{path}", b"" if body is None else orjson.dumps(body)
        headers = self.headers("GET" if body is None else "POST", target, raw, **how)
        if body is None:
            return self.http.get(target, headers=headers)
        return self.http.post(target, headers=headers, data=raw, content_type="application/json")


@pytest.fixture
def bus(hall: HallAtWork) -> Iterator[Flask]:  # noqa: F811
    app = Flask("yichuang.web")
    _configure(app, hall.services.settings)
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    guards.install(app)
    problems.install(app)
    session.install(app, hall.services)
    LoginManager(app)
    app.register_blueprint(api.blueprint(hall.services))
    app.wsgi_app = intakes_front(app.wsgi_app, hall.services)  # type: ignore[method-assign]
    yield app


@pytest.fixture
def caller(hall: HallAtWork, bus: Flask) -> Callable[..., Caller]:  # noqa: F811
    def make(department: str = "scjg", scopes: frozenset[str] = SCOPES, **terms: Any) -> Caller:
        made, key = hall.services.clients.create(f"{department} 的系统", Terms(department, scopes, **terms), SYSTEM)
        return Caller(hall, bus.test_client(), made.id, made.prefix, key)

    return make
