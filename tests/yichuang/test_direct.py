"""What goes straight to PostgreSQL arrives as through the query builder; what can't be written leaves nothing; dead connections are replaced."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, UniqueConstraint, func, select
from sqlalchemy.exc import OperationalError

from yichuang.database import Database, Instant, copied, copy_lines
from yichuang.direct import Clash, Next

metadata = MetaData()
things = Table(
    "direct_things",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("stream", String(40), nullable=False, default="one"),
    Column("seq", Integer, nullable=False, default=0),
    Column("at", Instant),
    Column("done", Boolean, nullable=False, default=False),
    UniqueConstraint("stream", "seq"),
)
notes = Table("direct_notes", metadata, Column("words", String(100), primary_key=True))
AT = datetime(2026, 11, 26, 9, 30, 15, 123456, UTC)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, own_database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path_factory.mktemp('direct') / 'd.sqlite3'}")
        metadata.create_all(made.engine, [things, notes])
        yield made
        made.dispose()
        return
    with own_database() as url:
        made = Database(url.replace("postgresql://", "postgresql+psycopg://"))
        metadata.create_all(made.engine, [things, notes])
        yield made
        made.dispose()


@pytest.fixture(autouse=True)
def empty(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(things.delete())
        connection.execute(notes.delete())


def count(database: Database, table: Table) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_rows_of_several_tables_are_written_as_they_are(database: Database) -> None:
    words = "两行\n'引号' \\ $1 “”"
    database.insert_at_once([(things, {"id": "a", "at": AT, "done": True}), (notes, {"words": words}), (things, {"id": "b", "at": None, "seq": 7})])
    with database.reading() as connection:
        first, second = connection.execute(select(things).order_by(things.c.id)).all()
        assert connection.execute(select(notes.c.words)).scalar_one() == words
    assert (first.stream, first.seq, first.at, first.done) == ("one", 0, AT, True), "with what the table declares"
    assert (second.seq, second.at, second.done) == (7, None, False)


def test_the_next_number_is_found_as_it_is_written(database: Database) -> None:
    for key, stream in (("a", "x"), ("b", "x"), ("c", "y")):
        database.insert_at_once([(things, {"id": key, "stream": stream, "seq": Next(stream=stream)})])
    with database.reading() as connection:
        found = {row.id: row.seq for row in connection.execute(select(things))}
    assert found == {"a": 1, "b": 2, "c": 1}


def test_what_is_there_already_clashes_and_nothing_of_it_is_written(database: Database) -> None:
    database.insert_at_once([(things, {"id": "a"})])
    with pytest.raises(Clash):
        database.insert_at_once([(notes, {"words": "neu"}), (things, {"id": "a", "seq": 9})])
    assert (count(database, things), count(database, notes)) == (1, 0)
    database.insert_at_once([(things, {"id": "b", "seq": 9})])


def test_of_many_at_once_each_number_is_given_once(database: Database) -> None:
    def write(n: int) -> None:
        while True:
            try:
                return database.insert_at_once([(things, {"id": f"{n}", "seq": Next(stream="one")})])
            except Clash:
                continue

    threads = [threading.Thread(target=write, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert sorted(connection.execute(select(things.c.seq)).scalars()) == list(range(1, 13))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
class TestPostgresql:
    def test_a_connection_that_was_ended_is_replaced_for_questions(self, database: Database) -> None:
        direct = database.direct
        assert direct is not None
        own = direct.ask("SELECT pg_backend_pid()::text", []).get_value(0, 0)
        with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [int(own)])
        assert direct.ask("SELECT pg_backend_pid()::text", []).get_value(0, 0) != own
        database.insert_at_once([(things, {"id": "after"})])

    def test_a_write_on_a_connection_that_was_ended_goes_by_a_new_one(self, database: Database) -> None:
        direct = database.direct
        assert direct is not None
        own = direct.ask("SELECT pg_backend_pid()::text", []).get_value(0, 0)
        with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [int(own)])
        time.sleep(0.2)
        database.insert_at_once([(things, {"id": "kept"})])
        assert count(database, things) == 1

    def test_after_failing_twice_the_thread_asks_again(self, database: Database) -> None:
        direct = database.direct
        assert direct is not None
        for _ in range(2):
            with pytest.raises(OperationalError):
                direct.ask("SELECT nothing FROM nowhere", [])
        assert direct.ask("SELECT '1'", []).get_value(0, 0) == b"1"

    def test_an_error_repeats_no_values(self, database: Database) -> None:
        with pytest.raises(OperationalError) as refused:
            database.insert_at_once([(things, {"id": "x", "seq": "13911112222"})])
        assert "13911112222" not in str(refused.value)

    def test_a_forked_child_has_a_connection_of_its_own(self, database: Database) -> None:
        direct = database.direct
        assert direct is not None
        own = direct.ask("SELECT pg_backend_pid()::text", []).get_value(0, 0)
        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(send, direct.ask("SELECT pg_backend_pid()::text", []).get_value(0, 0))
            os._exit(0)
        os.waitpid(child, 0)
        assert os.read(receive, 20) != own
        assert direct.ask("SELECT pg_backend_pid()::text", []).get_value(0, 0) == own

    @given(st.lists(st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), st.none() | st.booleans()), max_size=8))
    @example([("\\N", None), ("\\", True), ("a\tb", False), ("\n", None), ("\r\\.", None), ("", None)])
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_lines_of_copy_arrive_as_they_were(self, database: Database, rows: list[tuple[str, bool | None]]) -> None:
        columns = ("id", "stream", "seq", "done", "at")
        with database.writing() as connection:
            connection.execute(things.delete())
            lines = [copied((f"{n}", words, n, done is True, None if done is None else AT)) for n, (words, done) in enumerate(rows)]
            copy_lines(connection, "direct_things", columns, lines)
            found = connection.execute(select(things).order_by(things.c.seq)).all()
        assert [(row.stream, row.done, row.at) for row in found] == [(words, done is True, None if done is None else AT) for words, done in rows]
