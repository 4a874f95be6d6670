"""Events as the engine takes them: for each rule and subject the moments, as seconds from the window's start. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yichuang.rules.correlation import Firing, History
from yichuang.warnings.compiled import Rule

Key = tuple[int, str]
"""Number of a rule among the rules asked, and a subject."""


@dataclass(frozen=True, slots=True)
class Event:
    number: int
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A rule holds for a subject: all events of all its runs, oldest first."""

    rule: Rule
    subject: str
    events: Sequence[Event]

    @property
    def most(self) -> int:
        """The greatest number of them within the rule's time."""
        moments, first, most = [one.at for one in self.events], 0, 0
        for last, moment in enumerate(moments):
            while (moment - moments[first]).total_seconds() >= self.rule.seconds + 1:
                first += 1
            most = max(most, last - first + 1)
        return most


Correlate = Callable[[Sequence[History]], Sequence[Firing]]
Floors = Callable[[Sequence[Key]], Mapping[Key, int]]


def look(rules: Sequence[Rule], events: Sequence[Event], fresh: frozenset[int], floors: Floors, correlate: Correlate) -> list[Found]:
    """What the `fresh` events bring about, among all `events` of the window. `floors`: the last event that counts no more, by subject."""
    ordered = sorted(events, key=lambda one: (one.at, one.number))
    new, gathered = [one for one in ordered if one.number in fresh], dict[Key, list[Event]]()
    for numbers in _alike(rules):
        own = _by_subject(rules[numbers[0]], new, ordered)
        for number in numbers:
            times = rules[number].times
            gathered.update({(number, subject): found for subject, found in own.items() if len(found) >= times})
    if not gathered:
        return []
    used = floors(list(gathered))
    keys, kept = [], []
    for key, found in gathered.items():
        left = [one for one in found if one.number > used[key]] if key in used else found
        if len(left) >= rules[key[0]].times:
            keys.append(key)
            kept.append(left)
    histories = [History(key[0], index, _moments(own, ordered[0].at)) for index, (key, own) in enumerate(zip(keys, kept, strict=True))]
    runs: dict[int, set[int]] = defaultdict(set)
    for firing in correlate(histories):
        places = range(firing.first, firing.last + 1)
        if any(kept[firing.subject][place].number in fresh for place in places):
            runs[firing.subject].update(places)
    return [Found(rules[keys[n][0]], keys[n][1], [kept[n][place] for place in sorted(places)]) for n, places in runs.items()]


def _alike(rules: Sequence[Rule]) -> Iterable[list[int]]:
    """Numbers of rules that count the same events for the same subjects: these are looked at once for all of them."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        groups[rule.selection].append(number)
    return groups.values()


def _by_subject(rule: Rule, new: Sequence[Event], ordered: Sequence[Event]) -> Mapping[str, list[Event]]:
    """Events of the subjects that a new event is about."""
    subjects = rule.subjects
    found: dict[str, list[Event]] = {subject: [] for one in new for subject in subjects(one.payload)}
    if found:
        for one in ordered:
            for subject in subjects(one.payload):
                if subject in found:
                    found[subject].append(one)
    return found


def _moments(events: Sequence[Event], began: datetime) -> tuple[int, ...]:
    return tuple(int((one.at - began).total_seconds()) for one in events)


def counted(rule: Rule, events: Sequence[Event], correlate: Correlate) -> list[Found]:
    """How often the rule would have warned, had each warning been acknowledged at once: for a preview."""
    by_subject: dict[str, list[Event]] = defaultdict(list)
    for one in sorted(events, key=lambda event: (event.at, event.number)):
        for subject in rule.subjects(one.payload):
            by_subject[subject].append(one)
    found: list[Found] = []
    for subject, own in by_subject.items():
        used = -1
        for firing in sorted(correlate([History(0, 0, _moments(own, own[0].at))]), key=lambda firing: firing.last):
            if firing.first > used:
                found.append(Found(rule, subject, own[firing.first : firing.last + 1]))
                used = firing.last
    return sorted(found, key=lambda one: one.events[-1].at)
