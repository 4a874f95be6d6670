"""Pages without the admin: the packaged definitions on SQLite, and whoever a test wants to be signed in."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin, login_user

from yichuang import bootstrap
from yichuang.catalogue.packing import packaged
from yichuang.migrations import upgrade
from yichuang.ports import SYSTEM, Place, SystemClock
from yichuang.services import Services
from yichuang.settings import Settings
from yichuang.web import api, desk, guards, guide, h5, problems, session, warned, workplaces
from yichuang.web.app import HERE, _asset, _configure

ROLES = {
    "clerk": "COUNTER_CLERK", "other": "COUNTER_CLERK", "lead": "COUNTER_LEAD", "items": "ITEM_ADMIN", "street": "COUNTER_CLERK",
    "unposted": "COUNTER_CLERK", "approver": "DEPT_APPROVER", "elsewhere": "DEPT_APPROVER", "manager": "SUPERVISOR",
}  # fmt: skip
POSTS = dict.fromkeys(("clerk", "other", "lead"), Place(hall="district_hall")) | {
    "street": Place(hall="lugu_hall", street="lugu"), "approver": Place(department="wjw"), "elsewhere": Place(department="rsj"),
}  # fmt: skip


class Person(UserMixin):
    def __init__(self, name: str) -> None:
        self.id = self.username = name
        self.last_name, self.first_name = "演示", "人员"
        self.roles = [SimpleNamespace(name=ROLES[name])]


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that holds the packaged definitions as release 1."""
    folder = tmp_path_factory.mktemp("packed")
    services = bootstrap.services_of(Settings(data_dir=str(folder)))
    upgrade(services.database)
    services.publishing.ensure_first_release(packaged())
    for name, post in POSTS.items():
        services.authority.post(SYSTEM, name, post)
    services.database.dispose()
    return folder


class MovableClock(SystemClock):
    """The real time, and whatever a test adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def services(packed: Path, tmp_path: Path, clock: MovableClock) -> Iterator[Services]:
    shutil.copytree(packed, tmp_path / "data")
    made = bootstrap.services_of(Settings(data_dir=str(tmp_path / "data")), clock)
    made.catalogue.refresh()
    yield made
    made.database.dispose()


@pytest.fixture
def site(services: Services) -> Flask:
    app = Flask("yichuang.web", root_path=str(HERE), static_folder="static", template_folder="templates")
    _configure(app, services.settings)
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False, TESTING=True)
    app.jinja_env.globals.update(asset=_asset, base_url=services.settings.base_url, csrf_token=lambda: "")
    guards.install(app)
    problems.install(app)
    session.install(app, services)
    workplaces.install(app)
    warned.install(app)
    LoginManager(app).user_loader(Person)
    for surface in (desk, guide, h5, api):
        app.register_blueprint(surface.blueprint(services))
    app.add_url_rule("/login/", "AuthDBView.login", lambda: "log-in page")

    @app.post("/sign-in/<name>")
    def sign_in(name: str) -> str:
        login_user(Person(name))
        return ""

    return app


@pytest.fixture
def visitor(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def sign_in(site: Flask) -> Callable[[str], FlaskClient]:
    """A browser of its own for each name."""

    def as_(name: str) -> FlaskClient:
        client = site.test_client()
        client.post(f"/sign-in/{name}")
        return client

    return as_


@pytest.fixture
def republish(services: Services) -> Callable[..., int]:
    """Publish a new release in which one definition differs, an item unless said otherwise."""

    def publish(code: str, kind: str = "item", **changes: Any) -> int:
        from yichuang.ports import SYSTEM

        body = dict(services.catalogue.current().get(kind, code)) | changes
        change_set = services.publishing.open("试验", SYSTEM)
        services.publishing.put(change_set, body, SYSTEM)
        services.publishing.publish(change_set, SYSTEM, "试验")
        services.catalogue.refresh()
        return services.catalogue.current().release

    return publish
