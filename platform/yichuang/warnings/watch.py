"""The job: new events asked of the rules of the release in force, and what can only be looked for. A warning once per cause."""

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.engine import Row

from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.outbox.message import WARNING, Message
from yichuang.ports import SHANGHAI, Clock, Observation, Place
from yichuang.rules.correlation import MOST_RULES, CorrelationFailed, Correlator, Firing, History, correlate
from yichuang.warnings.compiled import LEVELS, REPEATED, REVIEW, Rule, compile_warnings
from yichuang.warnings.histories import Event, Found, Key, look
from yichuang.warnings.model import warning_events, warnings
from yichuang.warnings.titles import compile_titles
from yichuang.warnings.warning import OPEN

Sense = Callable[[Rule, datetime], Sequence[Observation]]
Push = Callable[[Connection, Message], object]
TOPIC = "warning"
BATCH = 2000
LOCK = 7_210_015
"""The advisory lock's number on PostgreSQL: one watcher at a time."""
LOOK_EVERY = 30.0
MOST_EVENTS = 50
"""Of which a warning keeps the numbers."""


def _to_nobody(_connection: Connection, _message: Message) -> None:
    """Where only pages are told."""


@dataclass(frozen=True, slots=True)
class WarningRooms:
    """What warnings work with. `senses`: by a rule's `watch`, what is not as it should be now."""

    database: Database
    catalogue: Catalogue
    clock: Clock
    senses: Mapping[str, Sense]
    push: Push = _to_nobody
    base_url: str = ""


class Watch:
    """Belongs into the worker: the engine lives here."""

    def __init__(self, rooms: WarningRooms) -> None:
        self._rooms, self._database, self._clock = rooms, rooms.database, rooms.clock
        self._engines: dict[Sequence[Any], Correlator] = {}
        self._looked = 0.0
        self.engine_failures = 0

    def run(self) -> int:
        """New warnings and those told again. Safe in several processes at once."""
        told = 0
        while (found := self._batch()) is not None:
            told += found
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self._looked = time.monotonic()
            told += self.look()
        return told

    # ------------------------------------------------------------------ events

    def _batch(self) -> int | None:
        new = select(warning_events).where(text("NOT seen")).order_by(warning_events.c.id).limit(BATCH)
        with self._database.reading() as connection:
            if connection.execute(new.with_only_columns(warning_events.c.id).limit(1)).first() is None:
                return None
        snapshot = self._rooms.catalogue.current()
        rules = [rule for rule in snapshot.compiled(compile_warnings, "") if rule.watch == REPEATED][:MOST_RULES]
        titles = snapshot.compiled(compile_titles, "")
        with self._database.writing() as connection:
            self._alone(connection)
            rows = connection.execute(new).all()
            if not rows:
                return None
            told = 0
            for found in self._found(connection, rules, rows):
                place = _place(rule=found.rule, payload=found.events[-1].payload)
                words = titles.repeated(found.rule, found.subject, found.most)
                numbers = [one.number for one in found.events]
                told += self._note(connection, found.rule, found.subject, place, words, numbers, snapshot.release)
            seen = warning_events.c.id.in_([row.id for row in rows])
            connection.execute(update(warning_events).where(seen).values(seen=True))
        return told

    def _found(self, connection: Connection, rules: Sequence[Rule], rows: Sequence[Row[Any]]) -> list[Found]:
        fresh = frozenset(row.id for row in rows if row.kind == REVIEW)
        if not rules or not fresh:
            return []
        span, columns = timedelta(seconds=max(rule.seconds for rule in rules)), warning_events.c
        moments = [row.at for row in rows]
        window = select(columns.id, columns.at, columns.payload).where(
            columns.kind == REVIEW, columns.at >= min(moments) - span, columns.at <= max(moments) + span
        )
        events = [Event(row.id, row.at, orjson.loads(row.payload)) for row in connection.execute(window)]
        oldest = min(one.number for one in events)
        return look(rules, events, fresh, lambda keys: self._floors(connection, rules, keys, oldest), lambda found: self._correlate(rules, found))

    def _correlate(self, rules: Sequence[Rule], histories: Sequence[History]) -> Sequence[Firing]:
        """By the engine; where it fails, by its oracle: no warning is lost."""
        patterns = tuple(rule.pattern for rule in rules)
        if patterns not in self._engines:
            self._engines = {patterns: Correlator(patterns)}
        try:
            return self._engines[patterns].firings(histories)
        except CorrelationFailed:
            self.engine_failures += 1
            return correlate(patterns, histories)

    def _floors(self, connection: Connection, rules: Sequence[Rule], keys: Sequence[Key], oldest: int) -> Mapping[Key, int]:
        """Events of warnings that somebody has acknowledged are used up; those that rest on older events than the window's don't matter."""
        columns, numbers = warnings.c, {rules[number].code: number for number, _ in keys}
        settled = columns.rule.in_(list(numbers)) & (columns.state != OPEN) & (columns.last_event >= oldest)
        query = select(columns.rule, columns.subject, func.max(columns.last_event)).where(settled).group_by(columns.rule, columns.subject)
        return {(numbers[rule], subject): int(last) for rule, subject, last in connection.execute(query)}

    # ------------------------------------------------------------------ what can only be looked for

    def look(self) -> int:
        """Silent screens, stuck queues, falling rates: warned of when they begin, again after the rule's interval."""
        now, snapshot, told = self._clock.now(), self._rooms.catalogue.current(), 0
        for rule in snapshot.compiled(compile_warnings, ""):
            sense = self._rooms.senses.get(rule.watch)
            if sense is None or not rule.awake(now):
                continue
            found = sense(rule, now)
            with self._database.writing() as connection:
                self._alone(connection)
                for one in found:
                    told += self._note(connection, rule, one.subject, one.place, one.words, (), snapshot.release)
                columns = warnings.c
                over = (columns.rule == rule.code) & columns.over_at.is_(None) & columns.subject.not_in([one.subject for one in found])
                connection.execute(update(warnings).where(over).values(over_at=now))
        return told

    # ------------------------------------------------------------------ writing

    def _note(
        self, connection: Connection, rule: Rule, subject: str, place: Place, words: str, events: Sequence[int], release: int
    ) -> int:  # fmt: skip
        """A new warning, or the one that is there still: not said again before its interval is over. How many people hear of it now."""
        columns, now, words = warnings.c, self._clock.now(), words[:300]
        mine = (columns.rule == rule.code) & (columns.subject == subject[:200])
        last = connection.execute(select(warnings).where(mine).order_by(columns.at.desc(), columns.id).limit(1)).first()
        if last is not None and (last.state == OPEN or (not events and last.over_at is None)):
            again = rule.repeat is not None and now - last.told_at >= rule.repeat
            if last.state == OPEN:
                kept = sorted({*json.loads(last.events), *events})
                values = {"words": words, "events": json.dumps(kept[-MOST_EVENTS:]), "last_event": max([last.last_event, *events]), "over_at": None}
                connection.execute(update(warnings).where(columns.id == last.id).values(**values, **({"told_at": now} if again else {})))
                if again:
                    self._tell(connection, rule, last.id, words, now)
                return int(again)
            if not again:
                return 0
        values = {
            "id": str(uuid.uuid4()), "rule": rule.code, "rule_title": rule.title[:60], "release": release, "subject": subject[:200],
            "words": words, "level": str(rule.body["level"]), "roles": json.dumps(list(rule.roles)), "department": place.department,
            "hall": place.hall, "street": place.street, "window": place.window, "events": json.dumps(sorted(events)[-MOST_EVENTS:]),
            "last_event": max(events, default=0), "state": OPEN, "at": now, "told_at": now, "reason": "", "acknowledged_by": "", "closed_by": "",
        }  # fmt: skip
        connection.execute(insert(warnings), values)
        self._tell(connection, rule, str(values["id"]), words, now)
        return 1

    def _tell(self, connection: Connection, rule: Rule, key: str, words: str, now: datetime) -> None:
        """Those outside of the pages, by the outbox: in this transaction, so that what was warned of is told."""
        for target in rule.tell:
            self._rooms.push(connection, message_of(rule, key, words, now, (target, self._rooms.base_url)))

    def _alone(self, connection: Connection) -> None:
        """Two watchers would warn of one cause twice; SQLite has one writer anyway."""
        if not self._database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})


def _place(rule: Rule, payload: Mapping[str, Any]) -> Place:
    """Where a warning belongs: as narrow as what the events have in common."""
    department, hall, street = (str(payload.get(part) or "") for part in ("department", "hall", "street"))
    if rule.same == "window":
        return Place("", hall, street, str(payload.get("window") or ""))
    if rule.same == "hall":
        return Place("", hall, street)
    if rule.same in ("department", "item", "tag_at_item"):
        return Place(department)
    return Place(department, hall, street)


def message_of(rule: Rule, key: str, words: str, now: datetime, to: tuple[str, str]) -> Message:
    """A warning for one target; nothing personal in it. `to`: the target, and where the pages are."""
    target, base = to
    told = {
        "id": key, "rule": rule.code, "title": rule.title, "words": words, "level": LEVELS[str(rule.body["level"])],
        "at": f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}", "url": f"{base}/admin/warnings/{key}",
    }  # fmt: skip
    return Message(key, f"W{key[:8]}", "", rule.title[:200], Place(), WARNING, {"warning": told}, int(now.timestamp()), target=target, topic=TOPIC)
