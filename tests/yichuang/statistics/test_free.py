"""Free questions: from closed lists only, within reach, bounded, over files without personal data."""

import json
import random
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import select

from tests.yichuang.statistics.recounting import live
from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.cases.model import cases
from yichuang.database import Database
from yichuang.errors import Conflict, InputRefused, NotFound, OutOfReach, TooManyRequests
from yichuang.ports import Actor
from yichuang.statistics.asking import DIMENSIONS, FIGURES, question_of
from yichuang.statistics.duck import Duck
from yichuang.statistics.exporting import COLUMNS, Exporter, read_list
from yichuang.statistics.rolling import Roller
from yichuang.statistics.saving import SavedQuestions
from yichuang.statistics.service import Statistics

ASKED = {"rows": ["item", "window"], "measures": ["cases"], "since": "2020-01-01", "until": "2060-12-31"}


@pytest.fixture
def statistics(database: Database, standing: Any, ground: Any, roller: Roller, tmp_path: Path) -> Statistics:
    live(ground, random.Random(11), roller)
    made = Statistics(database, standing, tmp_path / "files")
    made.roll()
    made.export()
    return made


def answered(statistics: Statistics, reach: Reach = EVERYWHERE, **more: Any) -> Any:
    return statistics.ask(question_of(ASKED | more), reach)


def test_answers_are_those_of_the_table(statistics: Statistics, database: Database) -> None:
    with database.reading() as connection:
        expected = Counter((row.item, row.window) for row in connection.execute(select(cases)))
    answer = answered(statistics)
    assert {row[:2]: row[2] for row in answer.rows} == dict(expected)
    assert answer.as_of is not None


def test_reach_limits_what_is_counted(statistics: Statistics, database: Database) -> None:
    with database.reading() as connection:
        halls = Counter(row.hall for row in connection.execute(select(cases)))
    found = answered(statistics, Reach(halls=frozenset({"gucheng_hall"})), rows=["hall"])
    assert [(row[0], row[1]) for row in found.rows] == ([("gucheng_hall", halls["gucheng_hall"])] if halls["gucheng_hall"] else [])
    with pytest.raises(OutOfReach):
        answered(statistics, Reach(clerk="clerk"))


@pytest.mark.parametrize("dimension", sorted(DIMENSIONS))
def test_every_dimension_can_be_asked_for_with_every_figure(dimension: str, tmp_path: Path) -> None:
    columns = ", ".join(f"NULL::{kind} AS \"{name}\"" for name, kind in COLUMNS.items())
    (tmp_path / "files").mkdir()
    duckdb.connect().execute(f"COPY (SELECT {columns}) TO '{tmp_path}/files/a.parquet' (FORMAT parquet)")
    (tmp_path / "files" / "files.json").write_text(json.dumps({"as_of": None, "files": {"2026-01-01": "a.parquet"}}))
    made = Statistics(None, None, tmp_path / "files")  # type: ignore[arg-type]
    for start in range(0, len(FIGURES), 5):
        filters = {dimension: ["x"]} if DIMENSIONS[dimension].filter else {}
        asked = {"rows": [dimension], "measures": list(FIGURES)[start : start + 5], "filters": filters, "date": "decided_on"}
        assert list(made.ask(question_of(ASKED | asked), EVERYWHERE).rows) == []


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("rows", []), ("rows", ["item", "item"]), ("rows", ["item; DROP TABLE x"]), ("rows", "item"), ("rows", ["item", "hall", "window", "state"]),
        ("measures", ["count(*)"]), ("column", "1=1"), ("column", "item"), ("date", "now()"), ("since", "yesterday"), ("since", "2090-01-01"),
        ("filters", {"situation": ["x"]}), ("filters", {"item": "x"}), ("filters", {"item": [1]}), ("filters", {"'": ["x"]}),
    ],
)  # fmt: skip
def test_only_what_is_on_the_lists_is_asked(field: str, wrong: Any) -> None:
    with pytest.raises(InputRefused) as refused:
        question_of(ASKED | {field: wrong})
    assert refused.value.problems


def test_a_hostile_filter_is_only_a_value(statistics: Statistics) -> None:
    assert list(answered(statistics, filters={"item": ["food' OR '1'='1"]}).rows) == []


def test_only_changed_months_are_written_again(statistics: Statistics, database: Database, ground: Any, tmp_path: Path) -> None:
    before = read_list(tmp_path / "files")["files"]
    assert statistics.export() == 0
    ground.forward(days=400)
    ground.begin()
    statistics.roll()
    assert statistics.export() == 1
    after = read_list(tmp_path / "files")["files"]
    assert {month: after[month] for month in before} == before and len(after) == len(before) + 1
    assert sum(row[1] for row in answered(statistics, rows=["item"]).rows) == sum(row[1] for row in answered(statistics, rows=["state"]).rows)


def test_nothing_is_exported_while_a_recount_is_under_way(statistics: Statistics, tmp_path: Path) -> None:
    before = read_list(tmp_path / "files")
    statistics.rebuild()
    assert statistics.freshness().behind
    assert statistics.export() == 0 and read_list(tmp_path / "files") == before
    statistics.roll()
    assert not statistics.freshness().behind
    assert statistics.export() == len(before["files"])


def test_two_exporters_do_not_write_at_once(statistics: Statistics, database: Database, ground: Any, tmp_path: Path) -> None:
    ground.begin()
    statistics.roll()
    other = Exporter(database, tmp_path / "files")
    with other._alone() as mine:
        assert mine and statistics.export() == 0
    assert statistics.export() == 1


def test_files_hold_no_identity(statistics: Statistics, tmp_path: Path) -> None:
    assert not set(COLUMNS) & {"case_id", "number", "name", "id_no", "label", "clerk", "account"}
    for name in read_list(tmp_path / "files")["files"].values():
        described = duckdb.connect().execute(f"DESCRIBE SELECT * FROM read_parquet('{tmp_path}/files/{name}')").fetchall()
        assert [row[0] for row in described] == list(COLUMNS)


def test_the_reader_reaches_nothing_else_and_changes_nothing(tmp_path: Path) -> None:
    duck = Duck(tmp_path / "files")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    secret = f"SELECT * FROM read_csv('{tmp_path}/secret.csv')"
    for sql in (secret, "SET memory_limit = '9GB'", "SET enable_external_access = true", "INSTALL httpfs"):
        with pytest.raises(duckdb.Error):
            duck.rows(sql, [])


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    duck = Duck(tmp_path / "files", seconds=0.3)
    began = time.monotonic()
    with pytest.raises(InputRefused, match="范围太大"):
        duck.rows("SELECT count(*) FROM range(1000000000000) t WHERE hash(t.range) % 1000007 = 3", [])
    assert time.monotonic() - began < 5
    assert duck.rows("SELECT 1", []) == [(1,)]


def test_only_a_few_ask_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yichuang.statistics.duck.WAIT", 0.05)
    duck = Duck(tmp_path / "files")
    with duck._turn(), duck._turn(), pytest.raises(TooManyRequests):
        duck.rows("SELECT 1", [])


def test_questions_are_kept_under_names(database: Database, standing: Any) -> None:
    saved, mine, other = SavedQuestions(database, standing), Actor("manager"), Actor("lead")
    question = question_of(ASKED)
    own = saved.save(mine, " 每月按窗口 ", question, shared=True)
    saved.save(mine, "只给自己", question, shared=False)
    with pytest.raises(Conflict):
        saved.save(mine, "每月按窗口", question, shared=False)
    assert [found["name"] for found in saved.all(other)] == ["每月按窗口"]
    assert question_of(saved.all(other)[0]["question"]) == question
    with pytest.raises(NotFound):
        saved.remove(other, own)
    saved.remove(mine, own)
    assert [found["name"] for found in saved.all(mine)] == ["只给自己"]
    with pytest.raises(InputRefused):
        saved.save(mine, "  ", question, shared=False)


def test_dates_of_other_events_look_into_all_earlier_months(statistics: Statistics) -> None:
    later = answered(statistics, date="decided_on", since=date(2026, 3, 1).isoformat(), rows=["decided_on_month"])
    assert all(row[0] for row in later.rows)
