"""The whole application as an enemy meets it: packaged definitions, demonstration accounts, guards on, nothing mocked."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from tests.adversary.doors import ACCOUNTS
from yichuang import bootstrap
from yichuang.access.roles import DEMO_PASSWORD
from yichuang.settings import Settings
from yichuang.web import guards

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')



class Browser:
    """One person's browser over the full WSGI application: cookies are kept, the CSRF token is sent unless told not to."""

    def __init__(self, wsgi: Any) -> None:
        self.client = Client(wsgi)
        self.token = ""

    def ask(self, method: str, path: str, *, token: bool = True, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if token and self.token:
            headers.setdefault("X-CSRFToken", self.token)
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def send(self, method: str, path: str, body: Any, **options: Any) -> TestResponse:
        return self.ask(method, path, json=body, **options)

    def sign_in(self, username: str, password: str = DEMO_PASSWORD, query: str = "") -> TestResponse:
        page = self.client.get("/login/").text
        found = TOKEN.search(page)
        form = {"csrf_token": found[1] if found else "", "username": username, "password": password}
        answer = self.client.post(f"/login/{query}", data=form)
        self.token = self.fresh_token()
        return answer

    def fresh_token(self) -> str:
        """The token of this session, as any page gives it."""
        found = TOKEN.search(self.client.get("/account/").text)
        return found[1] if found else ""

    def visit(self) -> "Browser":
        """As an applicant with a phone, without an account."""
        self.token = self.client.get("/apply/api/session").json["csrf"]  # type: ignore[index]
        return self


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bootstrap.App]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("adversary")), port=28123)
    bootstrap.initialise(settings)
    app = bootstrap.build(settings)
    yield app
    app.stop()


@pytest.fixture(autouse=True)
def _generous_limits(house: bootstrap.App) -> Iterator[None]:
    """Rate limits would hide what is behind them; the tests about limits switch them on."""
    guards.limiter.enabled = False
    yield
    guards.limiter.enabled = True
    guards.limiter.reset()


@pytest.fixture(scope="session")
def people(house: bootstrap.App) -> Mapping[str, Browser]:
    """One of every role, signed in."""
    guards.limiter.enabled = False
    browsers = {}
    for name, username in ACCOUNTS.items():
        browsers[name] = Browser(house.wsgi)
        assert browsers[name].sign_in(username).status_code == 302
    return browsers


@pytest.fixture
def stranger(house: bootstrap.App) -> Browser:
    """A browser without cookies."""
    return Browser(house.wsgi)


@pytest.fixture
def new_browser(house: bootstrap.App) -> Callable[[], Browser]:
    return lambda: Browser(house.wsgi)


@pytest.fixture
def data_folder(house: bootstrap.App) -> Path:
    return Path(house.settings.data_dir)
