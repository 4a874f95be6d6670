"""The values of the room."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from yichuang.ports import Place

OPEN, ACKNOWLEDGED, CLOSED = "open", "acknowledged", "closed"
STATES = {OPEN: "待确认", ACKNOWLEDGED: "已确认", CLOSED: "已关闭"}


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning. `roles`: whom its rule named, as accounts hold them; empty for all who may."""

    id: str
    rule: str
    title: str
    release: int
    words: str
    level: str
    roles: frozenset[str]
    place: Place
    events: tuple[int, ...]
    state: str
    at: datetime
    told_at: datetime
    over_at: datetime | None
    acknowledged_by: str
    acknowledged_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list."""

    state: str = ""
    rule: str = ""
    level: str = ""
    limit: int = 200


def warned_of(row: Row[Any]) -> Warned:
    return Warned(
        row.id, row.rule, row.rule_title, row.release, row.words, row.level, frozenset(json.loads(row.roles)),
        Place(row.department, row.hall, row.street, row.window), tuple(json.loads(row.events)), row.state, row.at, row.told_at, row.over_at,
        row.acknowledged_by, row.acknowledged_at, row.closed_by, row.closed_at, row.reason,
    )  # fmt: skip
