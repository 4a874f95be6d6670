"""A small world of definitions, cheap to check: an organisation, a code table, two items, a notice layout."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from yichuang.bootstrap import kind_table
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.kinds import Kind, KindTable
from yichuang.catalogue.search import search_words
from yichuang.catalogue.service import Publishing
from yichuang.database import Database
from yichuang.migrations import upgrade
from yichuang.ports import SHANGHAI, Actor
from yichuang.settings import Settings

STAFF = Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


def table(code: str, *entries: str) -> dict[str, Any]:
    return {"kind": "code_table", "code": code, "title": code, "demo": True, "entries": [{"code": e, "title": f"名称{e}"} for e in entries]}


def item(code: str, title: str, days: int = 10) -> dict[str, Any]:
    limit = {"amount": days, "unit": "working_day"}
    return {
        "kind": "item", "code": code, "title": title, "demo": True, "state": "active", "item_type": "01", "department": "scjg",
        "case_type": "2", "target_types": ["1"], "legal_basis": [{"law": "某法"}],
        "time_limits": {"statutory": {"amount": 20, "unit": "working_day"}, "promised": limit},
        "fees": {"charged": False}, "places": [{"hall": "district", "windows": ["b12"]}], "materials": [], "notice": "standard",
    }  # fmt: skip


def world() -> list[dict[str, Any]]:
    windows = [{"code": "b12", "title": "B12"}]
    hall = {"code": "district", "title": "区大厅", "address": "某路 1 号", "hours": "9:00-17:00", "phone": "010-1", "windows": windows}
    department = {"code": "scjg", "title": "区市场监督管理局", "short_title": "市场监管局"}
    return [
        {"kind": "organisation", "code": "district", "title": "某区", "demo": True, "departments": [department], "halls": [hall]},
        table("item_type", "01", "07"), table("case_type", "1", "2"), table("target_type", "1", "2"),
        {"kind": "notice", "code": "standard", "title": "标准版式", "demo": True, "blocks": [{"code": "summary", "type": "summary"}]},
        item("food", "食品经营许可（新办）"),
        item("hygiene", "公共场所卫生许可（新办）"),
    ]  # fmt: skip


@pytest.fixture
def documents() -> list[dict[str, Any]]:
    return deepcopy(world())


@pytest.fixture
def kinds() -> KindTable:
    """Every kind, without its room's checks."""
    return KindTable(*(Kind(kind.name, kind.title, words=search_words if kind.name == "item" else None) for kind in kind_table()))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def house(database: Database, kinds: KindTable, clock: HandClock, documents: list[dict[str, Any]]) -> Iterator[Any]:
    """A published release 1 with `catalogue`, `publishing`, and `edit(code, days)` which puts a changed item into a change set."""
    yield from built(database, kinds, clock, documents)


@pytest.fixture
def postgres_house(postgres_url: str, kinds: KindTable, clock: HandClock, documents: list[dict[str, Any]]) -> Iterator[Any]:
    """The same, for what only PostgreSQL has."""
    database = Database(Settings(database_url=postgres_url).sqlalchemy_url)
    upgrade(database)
    yield from built(database, kinds, clock, documents)
    database.dispose()


def built(database: Database, kinds: KindTable, clock: HandClock, documents: list[dict[str, Any]]) -> Iterator[Any]:
    catalogue = Catalogue(database, clock, poll_ms=20)
    publishing = Publishing(database, kinds, clock, catalogue)
    publishing.ensure_first_release(documents)
    catalogue.refresh()

    def edit(code: str, days: int, change_set: int | None = None) -> int:
        change_set = change_set or publishing.open(f"改{code}", STAFF)
        publishing.put(change_set, item(code, catalogue.current().get("item", code)["title"], days), STAFF)
        return change_set

    yield SimpleNamespace(catalogue=catalogue, publishing=publishing, edit=edit, clock=clock, database=database, kinds=kinds, staff=STAFF)
    catalogue.stop()
