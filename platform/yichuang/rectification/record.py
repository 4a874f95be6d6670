"""A bad review being acted upon, as pages show it; the values hold nobody who reviewed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import Row

from yichuang.ports import Place
from yichuang.rectification.facts import CLASSES

TRIAGE, RECTIFY, APPROVE, CONTACT = "reviews.triage", "reviews.rectify", "reviews.approve", "reviews.contact"
POWERS = (TRIAGE, RECTIFY, APPROVE, CONTACT)
KNOWING = (TRIAGE, CONTACT)
"""Whoever has one of these may find out who reviewed."""
LIGHTS = {"red": "超期", "yellow": "临期", "green": "正常", "grey": ""}


@dataclass(frozen=True, slots=True)
class Rectification:
    """`light`: as `compiled.Handling.light`. `number`: by which people speak of it; says nothing of the case. `known`: the member may find out who
    reviewed; to others the place is the department alone, and nobody is named."""

    id: str
    review_id: str
    service_id: str
    grade: int
    item: str
    item_title: str
    place: Place
    clerk: str
    named: bool
    state: str
    state_title: str
    ended: bool
    classification: str
    term: str
    opened_on: date
    due_on: date | None
    light: str
    replied_at: datetime | None
    called_back_at: datetime | None
    revision: int
    known: bool
    evidence: tuple[Mapping[str, Any], ...] = ()

    @property
    def number(self) -> str:
        return f"{self.opened_on:%Y%m%d}-{self.id[:6]}"

    @property
    def classification_title(self) -> str:
        return CLASSES.get(self.classification, "")


@dataclass(frozen=True, slots=True)
class Step:
    """`told`: what was filled in, `[{title, value}]`. `when`: to the minute, of the first one the day."""

    seq: int
    action: str
    title: str
    to_title: str
    actor: str
    actor_title: str
    department: str
    when: str
    told: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does. `revision`: the one they saw; `key`: the same for the same sending; `department`: to whom it is given."""

    action: str
    inputs: Mapping[str, Any]
    revision: int
    key: str
    department: str = ""
    pictures: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. `tab`: open, late, ended, all; `mine`: what this member may do something about now."""

    tab: str = "open"
    department: str = ""
    hall: str = ""
    state: str = ""
    light: str = ""
    mine: bool = False
    limit: int = 300


@dataclass(frozen=True, slots=True)
class Found:
    """`lines` of `total`; `lights`: how many of each, whatever light is asked for; `states` there are, code → title."""

    lines: Sequence[Rectification]
    total: int
    lights: Mapping[str, int]
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said: nothing of when and where."""

    tags: tuple[str, ...]
    words: str
    pictures: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One handling with all that its page shows. `offers`: as flows give them."""

    line: Rectification
    review: Said
    steps: Sequence[Step]
    offers: Sequence[Mapping[str, Any]]
    reply: str
    may_contact: bool


def line_of(row: Row[Any], state_title: str, light: str, known: bool) -> Rectification:
    place = Place(row.department, row.hall, row.street, row.window)
    return Rectification(
        row.id, row.review_id, row.service_id, row.grade, row.item, row.item_title, place, row.clerk, row.named, row.state, state_title, row.ended,
        row.classification, row.term, row.opened_on, row.due_on, light, row.replied_at, row.called_back_at, row.revision,
        known, tuple(json.loads(row.evidence)),
    )  # fmt: skip
