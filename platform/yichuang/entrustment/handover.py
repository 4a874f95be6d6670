"""The values of hand-over sheets (材料交接单): paper on its way from a hall to a department."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Row

from yichuang.access.grants import Reach

DRAFT, SENT, RECEIVED, DISPUTED, CANCELLED = "draft", "sent", "received", "disputed", "cancelled"
STATES = {DRAFT: "整理中", SENT: "已交出，待接收", RECEIVED: "已接收", DISPUTED: "有异议", CANCELLED: "已作废"}
LINE_STATES = {"open": "待核对", "confirmed": "已核对", "disputed": "有异议"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A case with its paper, as it is put on a sheet. `label` is the applicant's masked name, `materials` their titles."""

    case_id: str
    case_number: str
    department: str
    hall: str
    item_title: str
    label: str
    materials: Sequence[str]
    originals: int
    copies: int
    pages: int


@dataclass(frozen=True, slots=True)
class Line:
    """An entry on a sheet. `state`: a key of `LINE_STATES`; `dispute`: what doesn't agree."""

    case_id: str
    seq: int
    case_number: str
    item_title: str
    label: str
    materials: Sequence[str]
    originals: int
    copies: int
    pages: int
    state: str
    dispute: str

    @property
    def state_title(self) -> str:
        return LINE_STATES[self.state]

    def printed(self) -> dict[str, str]:
        """A row of `handover.entries` on the paper."""
        count = "、".join(words for words in (self._count(self.originals, "原件"), self._count(self.copies, "复印件")) if words)
        return {
            "number": str(self.seq), "case": self.case_number, "item": self.item_title, "materials": "、".join(self.materials),
            "copies": count or "0", "pages": str(self.pages), "note": self.label,
        }  # fmt: skip

    @staticmethod
    def _count(number: int, word: str) -> str:
        return f"{word} {number}" if number else ""


@dataclass(frozen=True, slots=True)
class Handover:
    """A sheet with its lines."""

    id: str
    number: str
    hall: str
    street: str
    department: str
    state: str
    revision: int
    document_id: str
    opened_by: str
    opened_on: date
    sent_by: str
    sent_at: datetime | None
    received_by: str
    received_at: datetime | None
    lines: Sequence[Line]

    @property
    def state_title(self) -> str:
        return STATES[self.state]


def gives(reach: Reach, row: Any) -> bool:
    """Whether someone with this reach may put together and hand over what leaves this hall."""
    return reach.everything or row.hall in reach.halls or bool(row.street and row.street in reach.streets)


def takes(reach: Reach, row: Any) -> bool:
    """Whether someone with this reach may confirm what comes to this department."""
    return reach.everything or row.department in reach.departments


def handover_of(row: Row[Any], lines: Sequence[Row[Any]]) -> Handover:
    return Handover(
        row.id, row.number, row.hall, row.street, row.department, row.state, row.revision, row.document_id, row.opened_by, row.opened_on,
        row.sent_by, row.sent_at, row.received_by, row.received_at, [_line(line) for line in lines],
    )  # fmt: skip


def _line(row: Row[Any]) -> Line:
    return Line(
        row.case_id, row.seq, row.case_number, row.item_title, row.label, json.loads(row.materials), row.originals, row.copies, row.pages,
        row.state, row.dispute,
    )  # fmt: skip


def line_row(handover_id: str, seq: int, entry: Entry) -> Mapping[str, Any]:
    return {
        "handover_id": handover_id, "case_id": entry.case_id, "seq": seq, "case_number": entry.case_number, "item_title": entry.item_title,
        "label": entry.label, "materials": json.dumps(list(entry.materials), ensure_ascii=False), "originals": entry.originals,
        "copies": entry.copies, "pages": entry.pages, "state": "open",
    }  # fmt: skip
