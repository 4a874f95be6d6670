"""The halls, streets and windows of an organisation, ready for asking which window belongs where. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.ports import DefinitionView, Place

Scope = Mapping[str, frozenset[str] | None]
"""Hall → the windows of it that are meant; None: all of them."""


@dataclass(frozen=True, slots=True)
class Hall:
    code: str
    title: str
    street: str
    address: str
    phone: str
    windows: Mapping[str, str]
    """Code → title."""


@dataclass(frozen=True, slots=True)
class Places:
    """All halls by code, the hall of each window, the departments' bodies by code."""

    halls: Mapping[str, Hall]
    hall_of: Mapping[str, str]
    departments: Mapping[str, Mapping[str, Any]]

    def hall(self, place: Place) -> Hall | None:
        """The hall a place lies in, by its window where it names one."""
        return self.halls.get(self.hall_of.get(place.window, "") or place.hall)

    def scope(self, halls: Sequence[str], streets: Sequence[str], windows: Sequence[str]) -> Scope:
        """What halls, streets and windows name together; windows narrow their hall; all empty means everywhere."""
        wanted = {code for code, hall in self.halls.items() if code in halls or hall.street in streets}
        chosen: dict[str, set[str]] = {}
        for window in windows:
            chosen.setdefault(self.hall_of.get(window, ""), set()).add(window)
        chosen.pop("", None)
        if not (halls or streets or windows):
            wanted = set(self.halls)
        return {code: frozenset(chosen[code]) if code in chosen else None for code in self.halls if code in wanted | set(chosen)}

    def words(self, scope: Scope, most: int = 4) -> str:
        """`石景山区政务服务中心（B12、B13）、鲁谷街道便民服务中心`, the first few of many."""
        named = [self._hall_words(code, windows) for code, windows in scope.items()]
        return "、".join(named[:most]) + (f"等 {len(named)} 个大厅" if len(named) > most else "")

    def _hall_words(self, code: str, windows: frozenset[str] | None) -> str:
        hall = self.halls[code]
        names = "、".join(hall.windows[window] for window in hall.windows if windows and window in windows)
        return f"{hall.title}{f'（{names}）' if names else ''}"


def covers(scope: Scope, hall: str, window: str) -> bool:
    return hall in scope and ((windows := scope[hall]) is None or window in windows)


def overlap(one: Scope, other: Scope) -> bool:
    """Whether any window lies in both."""
    return any(_meet(one[hall], other[hall]) for hall in one.keys() & other.keys())


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is None or other is None or not one.isdisjoint(other)


def compile_places(view: DefinitionView, _code: str = "") -> Places:
    """A maker for `Snapshot.compiled`; the organisation definitions of a release together."""
    bodies = [body for code in view.codes("organisation") if (body := view.find("organisation", code))]
    halls = {hall.code: hall for hall in _halls(bodies)}
    hall_of = {window: hall.code for hall in halls.values() for window in hall.windows}
    return Places(halls, hall_of, {d["code"]: d for body in bodies for d in body.get("departments", ())})


def _halls(bodies: Sequence[Mapping[str, Any]]) -> Iterator[Hall]:
    for body in bodies:
        for hall in body.get("halls", ()):
            windows = {window["code"]: str(window["title"]) for window in hall.get("windows", ())}
            address, phone = str(hall.get("address", "")), str(hall.get("phone", ""))
            yield Hall(hall["code"], str(hall["title"]), hall.get("street", ""), address, phone, windows)
