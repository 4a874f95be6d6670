"""Three packaged items and all packaged documents, published on both databases, and documents on top of them."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from renderers.pdf import PdfRenderer
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.bootstrap import kind_table
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.kinds import KindTable
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.service import Publishing
from yichuang.database import Database
from yichuang.documents.fields import FIELDS, samples
from yichuang.documents.order import DocumentOrder, Issued
from yichuang.documents.papers import Papers
from yichuang.documents.service import DocumentRooms, Documents
from yichuang.ports import SHANGHAI, Actor, Place

STAFF = Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))
CLERK = Actor("clerk", "演示受理员", frozenset({"COUNTER_CLERK"}))
BASE_URL = "https://hall.example.gov.cn"
ITEMS = ("food_business_new", "public_place_hygiene_new", "minimum_living")
SECRET = "a secret that is long enough for tests"


class StandingClock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 25, 9, 30, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


def given() -> dict[str, Any]:
    """Values for all fields that callers fill."""
    return {path: value for path, value in samples().items() if not FIELDS[path].own}


@dataclass
class DocumentHouse:
    database: Database
    clock: StandingClock
    catalogue: Catalogue
    publishing: Publishing
    documents: Documents
    folder: Path

    def another(self) -> Documents:
        """Documents of another process: nothing shared but database and disk."""
        return rooms(self.database, self.catalogue, self.clock, self.folder)

    def order(self, document: str = "acceptance", **changes: Any) -> DocumentOrder:
        order: dict[str, Any] = {
            "case_id": "c1", "case_number": "110107-2026-0000123", "document": document, "release": self.catalogue.current().release,
            "department": "scjg", "place": Place("scjg", "district_hall", "", "b12"), "values": given(),
            "facts": {"item.code": "food_business_new", "case.round": 1}, "actor": CLERK,
        }  # fmt: skip
        return DocumentOrder(**order | changes)

    def issue(self, document: str = "acceptance", **changes: Any) -> Issued:
        with self.database.writing() as connection:
            return self.documents.issue(connection, self.order(document, **changes))

    def edit(self, kind: str, code: str, change: Callable[[dict[str, Any]], Any]) -> int:
        body = deepcopy(dict(self.catalogue.current().get(kind, code)))
        change(body)
        change_set = self.publishing.open(f"改 {code}", STAFF)
        self.publishing.put(change_set, body, STAFF)
        number = self.publishing.publish(change_set, STAFF, "测试")
        self.catalogue.refresh()
        return number


def rooms(database: Database, catalogue: Catalogue, clock: StandingClock, folder: Path) -> Documents:
    vault = Vault(SECRET)
    return Documents(
        DocumentRooms(
            database, catalogue, vault, Papers(folder, vault), PdfRenderer(), Audit(database, clock), clock, BASE_URL
        )
    )


def definitions() -> list[Any]:
    """What documents need; the rest of the packaged definitions would only be checked and stored."""
    bodies = packaged()
    items = [body for body in bodies if body["kind"] == "item" and body["code"] in ITEMS]
    forms = {body.get("form") for body in items}
    whole = ("organisation", "code_table", "calendar", "notice", "flow", "document")
    return [*items, *(b for b in bodies if b["kind"] in whole or (b["kind"] == "form" and b["code"] in forms))]


def kinds() -> KindTable:
    return KindTable(*(kind if kind.name == "document" else replace(kind, checks=()) for kind in kind_table()))


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[DocumentHouse]:
    clock = StandingClock()
    catalogue = Catalogue(database, clock, notify=False)
    publishing = Publishing(database, kinds(), clock, catalogue)
    publishing.ensure_first_release(definitions())
    catalogue.refresh()
    folder = tmp_path / "documents"
    yield DocumentHouse(database, clock, catalogue, publishing, rooms(database, catalogue, clock, folder), folder)
    catalogue.stop()
