"""The few Protocols and frozen values that rooms exchange. Knows nothing but `yichuang.errors`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal, Protocol

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""All times people see. China has had no daylight saving since 1991."""

Body = Mapping[str, Any]
"""A definition as parsed from YAML/JSON: str, int, float, bool, list, dict; dates are ISO strings, never date objects."""


class Clock(Protocol):
    """Where the time comes from; replaced in tests."""

    def now(self) -> datetime:
        """The moment, timezone-aware, in Asia/Shanghai."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(SHANGHAI)


@dataclass(frozen=True, slots=True)
class Ref:
    """A definition's name: kind and code."""

    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.code}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the gate found. `place` is a JSON-pointer-like path in the definition (`materials/3/needed_when`)."""

    kind: str
    code: str
    place: str
    message: str
    remedy: str
    severity: Literal["error", "warning"] = "error"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FieldError:
    """A fault in an answer. `path` as in answers (`shareholders/2/amount`), `kind` a stable word, `message` Chinese."""

    path: str
    title: str
    kind: str
    message: str
    severity: Literal["error", "warning"] = "error"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a signed-in member of staff, an applicant, or the system itself."""

    name: str
    title: str = ""
    roles: frozenset[str] = frozenset()
    window: str | None = None

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor("system", "系统")


class WorkingDays(Protocol):
    """Counting by the calendar definition. Raises `CalendarMissing` for a year that is not there."""

    def is_working(self, day: date) -> bool: ...

    def add(self, start: date, days: int) -> date: ...


class CodeTable(Protocol):
    """A code table, ready for look-up."""

    def title(self, code: str) -> str | None: ...

    def has(self, code: str) -> bool: ...

    def entries(self) -> Sequence[Mapping[str, Any]]: ...


class DefinitionView(Protocol):
    """A complete, consistent set of definitions to read from: a published release, or a change set laid over one."""

    def find(self, kind: str, code: str) -> Body | None:
        """The definition, or None."""
        ...

    def codes(self, kind: str) -> Sequence[str]:
        """All codes of a kind, sorted."""
        ...
