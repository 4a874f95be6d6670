"""What all tests share: databases of their own on SQLite and PostgreSQL, dropped afterwards."""

import getpass
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql
from sqlalchemy import make_url

from yichuang.database import Database
from yichuang.migrations import upgrade
from yichuang.settings import Settings

NO_SERVER = (
    "no PostgreSQL found: start one at 127.0.0.1:5432 with a database `test` "
    "(Debian: apt-get install postgresql; createdb test), or set YICHUANG_TEST_DATABASE_URL=postgresql://user:password@host/database"
)


def _candidates() -> list[str]:
    given = os.environ.get("YICHUANG_TEST_DATABASE_URL")
    if given:
        return [str(given).replace("postgresql+psycopg://", "postgresql://", 1)]
    users = dict.fromkeys([getpass.getuser(), "root", "postgres"])
    return [f"postgresql://{user}@127.0.0.1:5432/test" for user in users]


def _reachable(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3):
            return True
    except psycopg.Error:
        return False


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a PostgreSQL for tests. Without one the test is skipped; with CI=true it fails."""
    found = next((url for url in _candidates() if _reachable(url)), None)
    if found is None:
        (pytest.fail if os.environ.get("CI", "").lower() in {"1", "true"} else pytest.skip)(NO_SERVER)
    return found


@contextmanager
def _schema(server: str) -> Iterator[str]:
    name = f"yc_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        url = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
        yield url.render_as_string(hide_password=False)
        connection.execute("SET lock_timeout = '10s'")
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty schema of the test's own, as one would set YICHUANG_DATABASE_URL."""
    with _schema(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def new_schema(postgres_server: str) -> Iterator[Callable[[], str]]:
    """Call it for the address of one more empty schema, for what outlives a test; all are dropped at the end."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(_schema(postgres_server))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy: migrating once a session saves a second a test."""
    path = tmp_path_factory.mktemp("migrated") / "yichuang.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite database of the test's own."""
    path = tmp_path / "yichuang.sqlite3"
    shutil.copyfile(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty database of the test's own; the test runs once on each of the two."""
    if request.param == "sqlite":
        url = request.getfixturevalue("sqlite_url")
    else:
        url = Settings(database_url=request.getfixturevalue("postgres_url")).sqlalchemy_url
    opened = Database(url)
    upgrade(opened)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser for the whole run: YICHUANG_TEST_CHROMIUM, else on the path, else Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    found = os.environ.get("YICHUANG_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-background-networking"])
        yield browser
        browser.close()
