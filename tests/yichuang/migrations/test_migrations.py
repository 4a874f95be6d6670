"""The migrations make exactly the tables that the code declares, however many processes run them at once."""

import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

import yichuang.access.model
import yichuang.applicants.model
import yichuang.audit.model
import yichuang.cases.model
import yichuang.catalogue.model
import yichuang.clients.model
import yichuang.commitment.model
import yichuang.documents.model
import yichuang.entrustment.model
import yichuang.exchange.intakes_model
import yichuang.exchange.runs
import yichuang.outbox.marks
import yichuang.outbox.model
import yichuang.outbox.standing
import yichuang.statistics.model
from yichuang.database import Database, metadata
from yichuang.migrations import upgrade
from yichuang.outbox.model import messages
from yichuang.settings import Settings

ROOMS = (
    yichuang.access.model,
    yichuang.applicants.model,
    yichuang.audit.model,
    yichuang.cases.model,
    yichuang.catalogue.model,
    yichuang.clients.model,
    yichuang.commitment.model,
    yichuang.documents.model,
    yichuang.entrustment.model,
    yichuang.exchange.intakes_model,
    yichuang.outbox.marks,
    yichuang.exchange.runs,
    yichuang.outbox.model,
    yichuang.outbox.standing,
    yichuang.statistics.model,
)


ON_POSTGRESQL_ONLY = {"ix_cases_org_words"}
"""Indexes over expressions that the other database doesn't know; they stand in the migrations alone."""


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return name not in ON_POSTGRESQL_ONLY and (kind != "table" or name in metadata.tables)


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"include_object": _ours, "compare_type": False})
    return list(compare_metadata(context, metadata))


def test_migrations_and_declared_tables_are_the_same(database: Database) -> None:
    assert ROOMS
    with database.writing() as connection:
        assert differences(connection) == []


def test_a_second_upgrade_finds_nothing_to_do(database: Database) -> None:
    upgrade(database)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 1


OLD_DELIVERY = (
    "INSERT INTO deliveries (id, case_id, seq, case_number, item, item_title, department, hall, street, step, version, key, state, attempts, "
    "next_at, last_error, payload, reference, created_at, received_by, closed_by, close_reason) VALUES ('d1', 'c1', 3, '110107-1', 'nurse', "
    "'护士执业注册', 'wjw', 'main', '', 'ACCEPT', 1, '110107-1+ACCEPT+1', 'sent', 1, '2026-11-24 01:00:00+00', '', 'sealed', 'inbox/wjw', "
    "'2026-11-24 01:00:00+00', '', '', '')"
)


def test_what_was_pushed_before_there_was_an_outbox_is_in_it(empty_url: str) -> None:
    database = Database(empty_url)
    upgrade(database, "0010")
    with database.writing() as connection:
        connection.execute(text(OLD_DELIVERY if not database.sqlite else OLD_DELIVERY.replace("+00", "")))
    upgrade(database)
    with database.reading() as connection:
        row = connection.execute(select(messages)).one()
    assert (row.target, row.stream, row.seq, row.state, row.key) == ("inbox", "c1", 3, "sent", "110107-1+ACCEPT+1")
    assert "deliveries" not in inspect(database.engine).get_table_names()
    database.dispose()


def _upgrade_at(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return Settings(database_url=request.getfixturevalue("postgres_url")).sqlalchemy_url


def test_several_processes_may_upgrade_an_empty_database_at_once(empty_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_upgrade_at, args=(empty_url,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    database = Database(empty_url)
    assert "releases" in inspect(database.engine).get_table_names()
    database.dispose()
