"""What all tests share: databases of their own on SQLite and PostgreSQL, dropped afterwards."""

import getpass
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests first, then those with a browser: what is left at the end is short, and both processes finish together."""
    marks: dict[str, int] = {}
    for item in items:
        rank = 0 if item.get_closest_marker("slow") else 1 if item.get_closest_marker("browser") else 2
        marks[item.nodeid.split("::")[0]] = min(rank, marks.get(item.nodeid.split("::")[0], 2))
    items.sort(key=lambda item: marks[item.nodeid.split("::")[0]])


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


@pytest.fixture(scope="session")
def migrated_postgresql(postgres_server: str) -> Iterator[str]:
    """The address of a migrated schema that tests use one after the other, each leaving it empty: migrating takes a second."""
    with _schema(postgres_server) as url:
        migrated = Database(Settings(database_url=url).sqlalchemy_url)
        upgrade(migrated)
        migrated.dispose()
        yield url


EMPTY = """
DO $$ DECLARE found record; filled text[] := '{}'; any_row boolean; BEGIN
  SET LOCAL lock_timeout = '10s';
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', found.tablename) INTO any_row;
    IF any_row THEN filled := filled || quote_ident(found.tablename); END IF;
  END LOOP;
  IF filled <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' CASCADE'; END IF;
  FOR found IN SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', found.sequencename);
  END LOOP;
END $$
"""


def _empty(url: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(EMPTY)


@contextmanager
def _own_database(server: str, template: str = "") -> Iterator[str]:
    """The address of a database of its own, made after the one at `template` and dropped afterwards."""
    name = f"yc_{uuid.uuid4().hex[:16]}"
    after = sql.SQL(" TEMPLATE {}").format(sql.Identifier(str(make_url(template).database))) if template else sql.SQL("")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + after)
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def own_database(postgres_server: str) -> Callable[..., Any]:
    """`with own_database(template) as url`: a whole database, copied from `template` where one is given; nobody may be connected to that."""
    return lambda template="": _own_database(postgres_server, template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty database of the test's own; the test runs once on each of the two."""
    shared = "" if request.param == "sqlite" else str(request.getfixturevalue("migrated_postgresql"))
    opened = Database(Settings(database_url=shared).sqlalchemy_url if shared else request.getfixturevalue("sqlite_url"))
    yield opened
    opened.dispose()
    if shared:
        _empty(shared)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One real browser for the whole run: YICHUANG_TEST_CHROMIUM, else on the path, else Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
    found = os.environ.get("YICHUANG_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-background-networking"])
        yield browser
        browser.close()
