"""What all verbs of reviews stand on: rows as values, seals, links, and the rules in force."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.direct import Line
from yichuang.outbox.service import Outbox
from yichuang.ports import Clock, Place
from yichuang.reviews.anomalies import Anomalies
from yichuang.reviews.compiled import AllRules, compile_rules
from yichuang.reviews.links import Links
from yichuang.reviews.pictures import Pictures
from yichuang.reviews.review import Invitation, Review

Receivers = Callable[[str, str, str], Sequence[str]]
"""Targets by department, item and step (`SERVICE`, `REVIEW`)."""
Event = Callable[[str, datetime, Mapping[str, Any]], Line]
"""The row of an event for the warnings: kind, moment, plain payload without anything personal."""
Handler = Callable[[Review], Sequence[Line]]
"""What is written together with a bad review."""


@dataclass(frozen=True, slots=True)
class ReviewRooms:
    """What reviews work with. `event`: by which the warnings hear of them."""

    database: Database
    catalogue: Catalogue
    vault: Vault
    audit: Audit
    clock: Clock
    outbox: Outbox
    pictures: Pictures
    receivers: Receivers
    event: Event


class Ledger:
    def __init__(self, rooms: ReviewRooms) -> None:
        self._rooms = rooms
        self._database, self._vault, self._clock, self._audit = rooms.database, rooms.vault, rooms.clock, rooms.audit
        self.links = Links(rooms.vault)
        self.anomalies = Anomalies(rooms.database, rooms.audit, rooms.clock)
        self._handlers: list[Handler] = []

    def tell(self, handler: Handler) -> None:
        """Ask it, of every bad review that somebody gives, for what is to be written in the same transaction."""
        self._handlers.append(handler)

    @property
    def rules(self) -> AllRules:
        """Of the release in force."""
        return self._rooms.catalogue.current().compiled(compile_rules, "")

    def _invitation(self, row: Row[Any], reviewed: bool) -> Invitation:
        return Invitation(
            row.id, row.case_id, row.service_number, row.step, row.service_name, row.item, row.item_title, row.at, row.valid_until,
            self.links.path(row.case_id, row.service_number), _place(row), row.clerk, row.channel, reviewed,
        )  # fmt: skip

    def _words(self, row: Row[Any]) -> str:
        return self._vault.open(row.words, f"review/{row.id}") if row.words else ""


def review_of(row: Row[Any], words: str = "") -> Review:
    """A row of `reviews` as a value."""
    return Review(
        row.id, row.service_id, row.case_number, row.service_number, row.grade, tuple(json.loads(row.tags)), words,
        tuple(json.loads(row.pictures)), row.channel, row.at, row.received_at, row.default, row.recorded_by, row.state, row.anomaly,
        row.release, row.item, _place(row), row.clerk,
    )  # fmt: skip


def _place(row: Row[Any]) -> Place:
    return Place(row.department, row.hall, row.street, row.window)
