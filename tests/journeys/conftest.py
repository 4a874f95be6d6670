"""A real server and a real Chromium.

`live` is the application with the packaged definitions on a free port, shared by a file's tests; `server` is one of a test's own, to be
killed and started again. `page` is a desk-sized window, `phone` a phone's; `login(page, "clerk")` signs in through the log-in page.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from yichuang.access.roles import DEMO_PASSWORD
from yichuang.bootstrap import initialise, services_of
from yichuang.services import Services
from yichuang.settings import Settings

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 375, "height": 812}


class Server:
    """`yichuang serve` in a process of its own."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self.database_url = database_url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> Settings:
        return Settings(data_dir=str(self.folder), port=self.port, database_url=self.database_url)

    def start(self) -> "Server":
        given = {"YICHUANG_DATA_DIR": str(self.folder), "YICHUANG_PORT": str(self.port), "YICHUANG_DATABASE_URL": self.database_url}
        self._log = (self.folder / "server.log").open("ab")
        command = [sys.executable, "-m", "yichuang.cli", "serve"]
        self._process = subprocess.Popen(command, env=os.environ | given, stdout=self._log, stderr=self._log, start_new_session=True)
        deadline = time.monotonic() + 40
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "server.log").read_text()[-3000:]
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)
        return self

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.base}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self, how: int = signal.SIGKILL) -> None:
        """End the server and its workers at once."""
        if self._process is not None:
            os.killpg(self._process.pid, how)
            self._process.wait(20)
            self._process = None
            self._log.close()


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after `yichuang init`; copied, never used itself."""
    folder = tmp_path_factory.mktemp("initialised")
    initialise(Settings(data_dir=str(folder)))
    return folder


@pytest.fixture(scope="session")
def initialised_postgresql(own_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same on PostgreSQL: the address of a database to copy."""
    with own_database() as url:
        initialise(Settings(data_dir=str(tmp_path_factory.mktemp("initialised")), database_url=url))
        yield url


@contextmanager
def _prepared(request: pytest.FixtureRequest, initialised: Path, folder: Path) -> Iterator[Server]:
    """A server on a copy of the initialised database, SQLite or PostgreSQL as the parameter says."""
    if request.param == "sqlite":
        shutil.copytree(initialised, folder)
        yield Server(folder).start()
        return
    folder.mkdir(parents=True, exist_ok=True)
    own_database = request.getfixturevalue("own_database")
    with own_database(request.getfixturevalue("initialised_postgresql")) as url:
        yield Server(folder, url).start()


expect.set_options(timeout=10_000)

ON_SQLITE = {
    "test_admin", "test_desk", "test_documents", "test_mapping_requests", "test_commitment_phone", "test_commitment_requests", "test_entrustment",
    "test_roles",
}  # fmt: skip
"""Journeys about pages: what of them depends on the database is tested without a browser on both."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The others, about cases, processes and deadlines, run on PostgreSQL too."""
    left = [item for item in items if item.path.stem in ON_SQLITE and "[postgresql" in item.name]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def live(request: pytest.FixtureRequest, initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with _prepared(request, initialised, tmp_path_factory.mktemp("live") / "data") as server:
        yield server
        server.kill(signal.SIGTERM)


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, initialised: Path, tmp_path: Path) -> Iterator[Server]:
    with _prepared(request, initialised, tmp_path / "data") as own:
        yield own
        own.kill()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A new window with cookies of its own: `window(width, height)`. What a page's script throws fails the test."""
    opened, thrown = [], []

    def open_(width: int, height: int, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: thrown.append(str(error.error)))
        opened.append(context)
        return context.new_page()

    yield open_
    for context in opened:
        context.close()
    assert not thrown


@pytest.fixture
def page(window: Callable[..., Page], live: Server) -> Page:
    return window(**DESK, base_url=live.base)


@pytest.fixture
def phone(window: Callable[..., Page], live: Server) -> Page:
    return window(**PHONE, base_url=live.base, is_mobile=True, has_touch=True)


@pytest.fixture
def login() -> Callable[..., Page]:
    """`login(page, "clerk", to="/desk")` through the log-in page, with the demonstration account of that name."""

    def log_in(page: Page, name: str, to: str = "/desk") -> Page:
        page.goto(f"/login/?next={to}")
        page.fill("#username", name)
        page.fill("#password", DEMO_PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(f"**{to}*")
        return page

    return log_in


@pytest.fixture
def serious_faults() -> Callable[[Page], list[str]]:
    """What axe-core finds on a page, serious and critical, as `rule: where`."""
    source = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")

    def examine(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
        return [
            f"{fault['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for fault in found
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]

    return examine


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Where the pictures go: YICHUANG_PICTURES, else nowhere for long."""
    folder = Path(os.environ.get("YICHUANG_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def services(server: Server) -> Iterator[Services]:
    """The same database from another process: what the admin's process would do."""
    made = services_of(server.settings)
    made.catalogue.refresh()
    yield made
    made.database.dispose()
