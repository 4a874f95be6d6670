"""What one more case means for every sum: the differences between two states of cases, spread over the margins. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from yichuang.statistics.facts import CaseFact, contributions, reasons
from yichuang.statistics.model import PLACES
from yichuang.statistics.periods import DAY, MONTH, THIRD, YEAR, start

SCOPES: Mapping[tuple[str, ...], str] = {
    (): "", ("department",): "d", ("hall",): "h", ("street",): "s", ("department", "hall"): "dh", ("item",): "i",
}  # fmt: skip
"""Whose cases are summed beforehand, and the mark that the scope's name begins with."""
DIMENSIONS = ("total", *PLACES)
SITUATION = "situation"
REASONS = {"correction": ("correction_reason", "corrections"), "rejection": ("rejection_reason", "rejected")}
"""Kind of reason → its dimension, and the measure that counts it."""

Sums = dict[str, int]
CountKey = tuple[date, str, str, str, str, str, str, str]
"""Day, the places in order, situation."""
ReasonKey = tuple[date, str, str, str, str, str, str, str, str]
"""Day, the places in order, kind, reason."""
TallyKey = tuple[str, str, str, date, str]
"""As the primary key of `case_tallies`."""


def scope(columns: tuple[str, ...], values: Iterable[str]) -> str:
    """The scope's name: `h:district`; empty for all cases."""
    mark = SCOPES[columns]
    return f"{mark}:{'|'.join(values)}" if mark else ""


def _margins() -> list[tuple[tuple[int, ...], tuple[str, ...], tuple[tuple[str, int], ...]]]:
    """Per scope: places that name it, its columns, and the dimensions it is divided by (with their place; -1 the total)."""
    made = []
    for columns in SCOPES:
        if columns == ("item",):
            continue
        kinds = [("total", -1)] + [(name, place) for place, name in enumerate(PLACES) if name not in columns]
        made.append((tuple(PLACES.index(name) for name in columns), columns, tuple(kinds)))
    return made


MARGINS = _margins()
_SCOPES_OF_REASONS = [(named, columns) for named, columns, _ in MARGINS]


class Differences:
    """What changes when cases become others: `count` with -1 what they were, with 1 what they are."""

    def __init__(self) -> None:
        self.counts: dict[CountKey, Sums] = {}
        self.reasons: dict[ReasonKey, int] = {}

    def count(self, fact: CaseFact, sign: int) -> None:
        place = fact.place
        for day, measure, amount in contributions(fact):
            sums = self.counts.setdefault((day, *place, fact.situation), {})
            sums[measure] = sums.get(measure, 0) + sign * amount
        for day, kind, reason in reasons(fact):
            key = (day, *place, kind, reason)
            self.reasons[key] = self.reasons.get(key, 0) + sign

    def settled(self) -> "Differences":
        """Without what cancels out."""
        settled = Differences()
        for key, sums in self.counts.items():
            left = {measure: amount for measure, amount in sums.items() if amount}
            if left:
                settled.counts[key] = left
        settled.reasons = {key: amount for key, amount in self.reasons.items() if amount}
        return settled

    def tallies(self) -> dict[TallyKey, Sums]:
        """The differences of `case_tallies`."""
        made: dict[TallyKey, Sums] = defaultdict(dict)
        for key, sums in self.counts.items():
            for cell in _cells(key):
                _add(made[cell], sums)
        for reason_key, amount in self.reasons.items():
            measure = REASONS[reason_key[7]][1]
            for cell in _reason_cells(reason_key):
                _add(made[cell], {measure: amount})
        return made


def _add(into: Sums, more: Sums) -> None:
    for measure, amount in more.items():
        into[measure] = into.get(measure, 0) + amount


def _grains(day: date) -> tuple[tuple[str, date], ...]:
    return (DAY, day), (THIRD, start(day, THIRD)), (MONTH, start(day, MONTH)), (YEAR, start(day, YEAR))


def _cells(key: CountKey) -> Iterator[TallyKey]:
    day, place, situation = key[0], key[1:7], key[7]
    grains = _grains(day)
    for named, columns, kinds in MARGINS:
        values = [place[number] for number in named]
        if not all(values):
            continue
        name = scope(columns, values)
        for dimension, number in kinds:
            member = place[number] if number >= 0 else ""
            for grain, period in grains:
                yield name, dimension, grain, period, member
    for grain, period in grains:
        yield scope(("item",), [place[0]]), SITUATION, grain, period, situation


def _reason_cells(key: ReasonKey) -> Iterator[TallyKey]:
    day, place, kind, reason = key[0], key[1:7], key[7], key[8]
    dimension = REASONS[kind][0]
    for named, columns in _SCOPES_OF_REASONS:
        values = [place[number] for number in named]
        if all(values):
            for grain, period in _grains(day):
                yield scope(columns, values), dimension, grain, period, reason
