"""Which events belong together: durable-rules in the one form in which it is safe, and the same in plain Python as its oracle.

The engine sees small integers only, in a session of its own that is thrown away; the rulesets are generated here, never by what staff write.
It belongs into the worker alone. Web processes (previews) ask the oracle.
"""

import importlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_RULES = 60
"""Of one ruleset: with hundreds of siblings the engine hangs."""
MOST_TIMES = 50
BATCH = 240
"""Facts of one session; longer histories are cut into pieces that overlap by a run."""
LARGEST = 2**31 - 1
SENTINEL = "sentinel"


class CorrelationFailed(Exception):
    """The engine said something impossible; it has been dropped and is made anew at the next call."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`times` events of one subject within `within` seconds, the last one no later than that after the first."""

    times: int
    within: int


@dataclass(frozen=True, slots=True)
class History:
    """What happened to one subject of one rule: moments in seconds, oldest first, none negative."""

    rule: int
    subject: int
    moments: tuple[int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Firing:
    """The rule holds for the events `first` … `last` of the subject's sequence."""

    rule: int
    subject: int
    first: int
    last: int


def correlate(patterns: Sequence[Pattern], sequences: Iterable[History]) -> list[Firing]:
    """The oracle: every run of neighbours that fulfils its rule."""
    found = []
    for one in sequences:
        pattern = patterns[one.rule]
        span = pattern.times - 1
        for first in range(len(one.moments) - span):
            if one.moments[first + span] - one.moments[first] <= pattern.within:
                found.append(Firing(one.rule, one.subject, first, first + span))
    return sorted(found)


class Correlator:
    """The engine for some patterns. Safe for threads (one at a time) and after a fork (made anew there)."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        if len(patterns) > MOST_RULES:
            raise ValueError(f"at most {MOST_RULES} rules in a ruleset")
        if any(not (1 <= one.times <= MOST_TIMES and 0 <= one.within <= LARGEST // 2) for one in patterns):
            raise ValueError("a pattern out of range")
        self._patterns = tuple(patterns)
        self._lock = threading.Lock()
        self._handle: Any = None
        self._made_in = 0
        self._sessions = 0

    def firings(self, histories: Iterable[History]) -> list[Firing]:
        """As `correlate`. Raises `CorrelationFailed`; the engine is dropped then."""
        found: set[Firing] = set()
        with self._lock:
            try:
                for facts in _sessions(self._pieces(histories)):
                    found.update(self._session(facts))
            except CorrelationFailed:
                self._drop()
                raise
            except Exception as error:
                self._drop()
                raise CorrelationFailed(str(error)) from error
        return sorted(found)

    def _pieces(self, histories: Iterable[History]) -> Iterator[list[dict[str, int]]]:
        """Histories that are long enough to matter, each as facts, in pieces of which every run lies within one."""
        for one in histories:
            times, length = self._patterns[one.rule].times, len(one.moments)
            if length < times:
                continue
            if one.moments[0] < 0 or one.moments[-1] > LARGEST // 2 or any(a > b for a, b in zip(one.moments, one.moments[1:], strict=False)):
                raise CorrelationFailed("moments out of order or out of range")
            step = BATCH - times + 1
            for begin in range(0, length - times + 1, step):
                piece = enumerate(one.moments[begin : begin + BATCH], begin)
                yield [{"g": one.rule, "s": one.subject, "n": n, "t": moment} for n, moment in piece]

    def _session(self, facts: Sequence[Mapping[str, int]]) -> list[Firing]:
        """Assert, collect, retract, forget. Without the sentinel the engine lost something, and to forget a session would crash it."""
        engine = _engine()
        handle = self._ruleset(engine)
        self._sessions += 1
        sid = f"s{self._sessions}"
        told = [{**fact, "sid": sid, "id": n} for n, fact in enumerate(facts, 1)] + [{"z": 1, "sid": sid, "id": len(facts) + 1}]
        code, state = engine.assert_facts(handle, json.dumps(told))
        if code != 0:
            raise CorrelationFailed(f"facts not taken: {code}")
        fired, sentinel = [], False
        begun = engine.start_action_for_state(handle, state)
        message = begun[1] if begun else None
        while message:
            name, parts = next(iter(json.loads(message).items()))
            if name == SENTINEL:
                sentinel = True
            else:
                fired.append(Firing(int(name[1:]), parts["b"]["s"], parts.get("a", parts["b"])["n"], parts["b"]["n"]))
            message = engine.complete_and_start_action(handle, state)
        if not sentinel:
            raise CorrelationFailed("the sentinel did not fire")
        for fact in told:
            engine.retract_fact(handle, json.dumps(fact))
        engine.delete_state(handle, sid)
        return fired

    def _ruleset(self, engine: Any) -> Any:
        if self._handle is None or self._made_in != os.getpid():
            self._handle, self._made_in = engine.create_ruleset(f"warnings{id(self)}", json.dumps(ruleset(self._patterns))), os.getpid()
        return self._handle

    def _drop(self) -> None:
        """Not deleted: what failed may be broken inside. A forked child leaves its parent's alone the same way."""
        self._handle = None


def ruleset(patterns: Sequence[Pattern]) -> dict[str, Any]:
    """As the engine takes it. A run of n is two facts: the neighbour n - 1 places on, and not too late. Never every pair."""
    made = {f"r{number}": {"all": _run(number, one)} for number, one in enumerate(patterns)}
    return made | {SENTINEL: {"all": [{"m": {"$and": [{"z": 1}]}}]}}


def _run(number: int, pattern: Pattern) -> list[dict[str, Any]]:
    if pattern.times == 1:
        return [{"b": {"$and": [{"g": number}]}}]
    ordinal = {"$add": {"$l": {"a": "n"}, "$r": pattern.times - 1}}
    latest = {"$add": {"$l": {"a": "t"}, "$r": pattern.within}}
    return [{"a": {"$and": [{"g": number}]}}, {"b": {"$and": [{"g": number}, {"s": {"a": "s"}}, {"n": ordinal}, {"$lte": {"t": latest}}]}}]


def _sessions(pieces: Iterable[list[dict[str, int]]]) -> Iterator[list[dict[str, int]]]:
    gathered: list[dict[str, int]] = []
    for piece in pieces:
        if gathered and len(gathered) + len(piece) > BATCH:
            yield gathered
            gathered = []
        gathered = gathered + piece
    if gathered:
        yield gathered


def _engine() -> Any:
    """The low-level module, not `durable.lang`: its host loses actions across threads."""
    return importlib.import_module("durable_rules_engine")
