"""The few Protocols and frozen values that rooms exchange. Knows nothing but `yichuang.errors`."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
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
class Place:
    """Where something happens or belongs: codes of the organisation definition, empty where unknown."""

    department: str = ""
    hall: str = ""
    street: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a signed-in member of staff, an applicant, or the system itself.

    `window` is where they work today, `post` where they belong (department, hall, street); see `yichuang.access`.
    """

    name: str
    title: str = ""
    roles: frozenset[str] = frozenset()
    window: str | None = None
    post: Place = Place()

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor("system", "系统")


@dataclass(frozen=True, slots=True)
class Observation:
    """Something that is not as it should be, as a warning rule asked: its subject's key, where, and in words (nothing personal)."""

    subject: str
    words: str
    place: Place = Place()


@dataclass(frozen=True, slots=True)
class Party:
    """A natural or legal person in a case. `kind`: code of the table `target_type`; `id_type`: of `id_type`, `001` a credit code."""

    name: str = ""
    kind: str = ""
    id_type: str = ""
    id_no: str = ""
    phone: str = ""
    legal_rep: str = ""

    @property
    def key(self) -> str:
        """The identity number as it is compared: upper case, full-width letters folded, no blanks."""
        return unicodedata.normalize("NFKC", self.id_no).upper().replace(" ", "")

    @property
    def organisation(self) -> bool:
        return self.kind not in ("", "1")


@dataclass(frozen=True, slots=True)
class Application:
    """What is applied for, as rooms exchange it: the same for a draft and for a case, which share `id`.

    `situation`, `answers`: as in `cases.Content`. `facts`: all facts known, by path, those of form and situation included.
    """

    id: str
    item: str
    release: int
    situation: Mapping[str, Any]
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    applicant: Party = Party()
    agent: Party | None = None
    channel: str = "desk"
    place: Place = Place()
    number: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message of a case for a target. `key` is the same however often it is sent; `payload` is plain JSON.

    `operation`: I for what is new, U for what replaces what the receiver may have under the same key. `amended`: values that people
    corrected, by their path in the payload.
    """

    id: str
    key: str
    case_number: str
    item: str
    department: str
    step: str
    version: int
    payload: Mapping[str, Any]
    target: str = "inbox"
    operation: Literal["I", "U"] = "I"
    amended: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of handing over. `reference`: the receiver's; `digest`: SHA-256 of what was sent, as the connector's holdings count it."""

    reference: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a receiver has under a key."""

    key: str
    digest: str
    at: datetime


class Connector(Protocol):
    """A way to another system. Every call lasts at most its budget and 50 ms."""

    def hand(self, parcel: Parcel) -> Receipt:
        """Give it over. Raises `ConnectorFailed` (try again) or `ConnectorRefused` (don't); `answer` is what the other side said."""
        ...

    def digest(self, payload: Mapping[str, Any]) -> str:
        """What the receipt of this payload says."""
        ...

    def holdings(self, since: datetime, until: datetime) -> Iterable[Holding]:
        """What the receiver got from `since` until before `until`, for reconciliation. Raises `ConnectorFailed`, `ConnectorRefused`."""
        ...


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
