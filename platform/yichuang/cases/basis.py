"""What the deadlines of a case are reckoned by: limits and settings of its own release, the calendar in force now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yichuang.cases.clock import Limits
from yichuang.catalogue.feed import Catalogue
from yichuang.errors import NotFound
from yichuang.ports import Body


@dataclass(frozen=True, slots=True)
class Basis:
    """`calendar`: the code that the item asks for, empty when it names none."""

    limits: Limits
    settings: Mapping[str, Any]
    calendar: str

    def calendar_among(self, known: Iterable[str]) -> str:
        """The code of the calendar that counts: the one asked for where it exists, else the first; empty when there is none."""
        codes = sorted(known)
        return self.calendar if self.calendar in codes else next(iter(codes), "")


class Bases:
    """Bases by release, item and flow, each read once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[int, str, str], Basis | None] = {}

    def of(self, release: int, item: str, flow: str) -> Basis | None:
        """None for a case whose release, item or flow can't be found."""
        key = (release, item, flow)
        if key not in self._known:
            self._known[key] = self._read(*key)
        return self._known[key]

    def _read(self, release: int, item: str, flow: str) -> Basis | None:
        try:
            snapshot = self._catalogue.at(release)
            body, settings = snapshot.get("item", item), snapshot.get("flow", flow)["settings"]
        except NotFound:
            return None
        return Basis(Limits.of(body), settings, str(body.get("calendar", "")))


def differing_days(old: Body | None, new: Body) -> tuple[date, date] | None:
    """The first and the last day on which two calendars differ; None when they count alike."""
    years = _years(old), _years(new)
    days = [day for year in sorted({*years[0], *years[1]}) if years[0].get(year) != years[1].get(year) for day in _days(year, *years)]
    return (min(days), max(days)) if days else None


def _years(body: Body | None) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    listed = (body or {}).get("years", ())
    return {year["year"]: (_dates(year["holidays"]), _dates(year["workdays"])) for year in listed}


def _dates(entries: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(entry["date"] for entry in entries)


def _days(year: int, old: Mapping[int, Any], new: Mapping[int, Any]) -> list[date]:
    if year not in old or year not in new:
        return [date(year, 1, 1), date(year + 1, 1, 1) - timedelta(days=1)]
    changed = set().union(*(one ^ other for one, other in zip(old[year], new[year], strict=True)))
    return [date.fromisoformat(day) for day in changed]
