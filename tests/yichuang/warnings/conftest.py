"""A room of warnings over a database of its own, with rules as a test writes them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from yichuang.access.grants import Grants, Reach
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.ports import SHANGHAI, Actor, Observation
from yichuang.warnings.events import Events
from yichuang.warnings.service import Warnings
from yichuang.warnings.watch import WarningRooms

START = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)
MANAGER = Actor("manager", "主任", frozenset({"SUPERVISOR"}))
ALL = Grants({"warnings.manage": Reach(everything=True)})


class Moment:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


class Release:
    """A snapshot of rules alone."""

    release = 7

    def __init__(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        self._bodies = {(str(body["kind"]), str(body["code"])): body for body in bodies}

    def codes(self, kind: str) -> Sequence[str]:
        return [code for own, code in self._bodies if own == kind]

    def find(self, kind: str, code: str) -> Any:
        return self._bodies.get((kind, code))

    def compiled(self, maker: Callable[[Any, str], Any], code: str) -> Any:
        return maker(self, code)


class Releases:
    def __init__(self) -> None:
        self.bodies: list[Mapping[str, Any]] = []

    def current(self) -> Any:
        return Release(self.bodies)


class Room:
    """`rules` are in force; `happen` puts an event and runs nothing; `seen` is what the next look finds."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.releases = database, Moment(), Releases()
        self.seen: list[Observation] = []
        sense = lambda _rule, _now: list(self.seen)  # noqa: E731
        rooms = WarningRooms(database, self.releases, self.clock, {"screen_silent": sense})  # type: ignore[arg-type]
        self.warnings = Warnings(rooms, Events(database), Audit(database, self.clock))

    def rules(self, *bodies: Mapping[str, Any]) -> None:
        self.releases.bodies = list(bodies)

    def happen(self, at: datetime | None = None, **more: Any) -> None:
        payload = {"grade": 1, "bad": True, "tags": ["110"], "channel": "qr", "item": "one", "department": "scjg", "hall": "h", "street": "",
                   "window": "b12", "clerk": "li", "device": "d1"}  # fmt: skip
        with self.database.writing() as connection:
            self.warnings.events.put(connection, "review", at or self.clock.now(), payload | more)

    def open(self) -> Sequence[Any]:
        return self.warnings.open(MANAGER, ALL)


def rule(**more: Any) -> dict[str, Any]:
    return {
        "kind": "warning", "code": "two", "title": "两次差评", "watch": "repeated", "reviews": "bad", "same": "window", "times": 2,
        "within": {"amount": 60, "unit": "minute"}, "level": "serious", "roles": ["supervisor"],
    } | more  # fmt: skip


@pytest.fixture
def room(database: Database) -> Room:
    return Room(database)
