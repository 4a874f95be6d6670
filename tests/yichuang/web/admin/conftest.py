"""The whole application with the admin, on a copy of an initialised SQLite database; log-ins are real."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from yichuang import bootstrap
from yichuang.access.roles import DEMO_PASSWORD
from yichuang.ports import SystemClock
from yichuang.settings import Settings

ITEM = "public_place_hygiene_new"


class MovableClock(SystemClock):
    """The real time, and whatever a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.fixture(scope="session")
def initialised_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("admin")
    bootstrap.initialise(Settings(data_dir=str(folder)))
    return folder


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def built(initialised_folder: Path, tmp_path: Path, clock: MovableClock) -> Iterator[bootstrap.App]:
    shutil.copytree(initialised_folder, tmp_path / "data")
    app = bootstrap.build(Settings(data_dir=str(tmp_path / "data")), clock)
    yield app
    app.stop()


@pytest.fixture
def flask(built: bootstrap.App) -> Flask:
    return built.flask


def token(client: FlaskClient, page: str = "/login/") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return found.group(1)


@pytest.fixture
def login(flask: Flask) -> Callable[..., FlaskClient]:
    """`login("items")`: a client of its own, signed in; its posts carry the token."""

    def log_in(name: str, password: str = DEMO_PASSWORD) -> FlaskClient:
        client = flask.test_client()
        answer = client.post("/login/", data={"username": name, "password": password, "csrf_token": token(client)})
        assert answer.status_code == 302, answer.text
        client.environ_base["HTTP_X_CSRFTOKEN"] = token(client, "/account/")
        return client

    return log_in
