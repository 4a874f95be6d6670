"""What a window may do for a department with one item, or why not and where to go instead. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from yichuang.entrustment.agreement import POWERS, STATES, Agreement, Entry, Seal, moment_words
from yichuang.entrustment.places import Hall, Places, covers
from yichuang.errors import EntrustmentRefused
from yichuang.ports import Place


@dataclass(frozen=True, slots=True)
class Question:
    """May `place` act for the department with `item`, in the item's version `version`, at `moment` (None: dates don't matter)?"""

    item: str
    title: str
    department: Mapping[str, Any]
    place: Place
    moment: datetime | None
    version: int

    @property
    def office(self) -> str:
        """`石景山区卫生健康委员会（电话 010-00001103）`."""
        phone, title = str(self.department.get("phone", "")), self.department.get("title", "实施部门")
        told = f"电话 {phone}" if phone[:1].isdigit() else phone
        return f"{title}（{told}）" if told else str(title)


@dataclass(frozen=True, slots=True)
class Mandate:
    """The answer. `allowed` says whether the window may act at all, `powers` what for; `refused` and `way_out` are words for people.

    `until`: when new cases stop (Asia/Shanghai), None when open. `review_points`: by the material's code.
    """

    item: str
    department: str
    office: str
    agreement: str = ""
    agreement_name: str = ""
    hall: str = ""
    powers: frozenset[str] = frozenset()
    reject_needs_consent: bool = False
    until: datetime | None = None
    review_points: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seals: tuple[Seal, ...] = ()
    transfer_mode: str = ""
    transfer_hours: int = 0
    refused: str = ""
    way_out: str = ""

    @property
    def allowed(self) -> bool:
        return not self.refused

    def may(self, power: str) -> bool:
        return self.allowed and power in self.powers

    def require(self, power: str) -> "Mandate":
        """This mandate, when it gives `power` (a code of `POWERS`). Raises `EntrustmentRefused` in words, with the way out."""
        if self.refused:
            raise EntrustmentRefused(f"{self.refused}。{self.way_out}", self.way_out, agreement=self.agreement)
        if power not in self.powers:
            way_out = f"请转由{self.office}办理"
            reason = f"委托书{self.agreement_name}没有给窗口“{POWERS.get(power, power)}”的权限"
            raise EntrustmentRefused(f"{reason}。{way_out}", way_out, agreement=self.agreement, power=power)
        return self

    def transfer_due(self, moment: datetime) -> datetime:
        """By when what was accepted at `moment` must have reached the department."""
        return moment + timedelta(hours=self.transfer_hours)

    def seal(self, document: str) -> str:
        """The seal's name for a document's code here; empty when the agreement names none."""
        fitting = (s.title for s in self.seals if not s.documents or document in s.documents)
        return next(fitting, "")

    def as_dict(self) -> dict[str, Any]:
        """For pages: `item`, `allowed`, `refused`, `way_out`, `agreement`, `until` (ISO or None), `powers`."""
        return {
            "item": self.item,
            "allowed": self.allowed,
            "refused": self.refused,
            "way_out": self.way_out,
            "agreement": self.agreement_name,
            "until": self.until.isoformat() if self.until else None,
            "powers": sorted(self.powers),
        }


def answer(question: Question, agreements: Sequence[Agreement], places: Places) -> Mandate:
    """Of all agreements that name the item the one that permits it; else the refusal that lies nearest."""
    hall = places.hall(question.place)
    if hall is None:
        return _refusal(question, "", "还没有选择今天所在的窗口", "请先选择窗口，再办理")
    found = [(agreement, agreement.entries[question.item]) for agreement in agreements if question.item in agreement.entries]
    hurdles = [(_hurdle(question, agreement, entry, hall, places), agreement, entry) for agreement, entry in found]
    for (rank, _), agreement, entry in hurdles:
        if rank == FREE:
            return _mandate(question, agreement, entry, hall)
    if not hurdles:
        way_out = _elsewhere(question, found, places)
        return _refusal(question, "", f"“{question.title}”没有列入任何委托书，窗口不能受理", way_out)
    (_, reason), agreement, entry = min(hurdles, key=lambda hurdle: hurdle[0][0])
    return _refusal(question, agreement.code, reason, entry.instead or _elsewhere(question, found, places), agreement.name)


FREE, DATES, VERSION, STATE, SCOPE = range(5)
"""Hurdles, nearest first: a window that is in scope hears of the date, not of other agreements' scopes."""


def _hurdle(question: Question, agreement: Agreement, entry: Entry, hall: Hall, places: Places) -> tuple[int, str]:
    name = f"委托书{agreement.name}"
    if not covers(entry.scope, hall.code, question.place.window):
        here = hall.windows.get(question.place.window, "")
        return SCOPE, f"{name}中“{question.title}”的受理范围不包括{hall.title}{here}"
    if not entry.versions[0] <= question.version <= entry.versions[1]:
        return VERSION, f"{name}不适用于“{question.title}”第 {question.version} 版，须由部门重新委托"
    if question.moment is None:
        return FREE, ""
    if agreement.state in STATES:
        return STATE, f"{name}{STATES[agreement.state]}"
    return _dates(question, question.moment, name, entry)


def _dates(question: Question, moment: datetime, name: str, entry: Entry) -> tuple[int, str]:
    if entry.span.end and entry.span.over(moment):
        return DATES, f"{name}对“{question.title}”的委托已于 {moment_words(entry.span.end)} 停止，不能再收新件"
    if entry.span.start and entry.span.too_early(moment):
        return DATES, f"{name}对“{question.title}”的委托自 {moment_words(entry.span.start)} 起才生效"
    return FREE, ""


def _mandate(question: Question, agreement: Agreement, entry: Entry, hall: Hall) -> Mandate:
    return Mandate(
        question.item,
        agreement.principal,
        question.office,
        agreement.code,
        agreement.name,
        hall.code,
        entry.powers,
        agreement.reject_needs_consent,
        entry.span.end,
        entry.review_points,
        tuple(seal for seal in agreement.seals if seal.halls is None or hall.code in seal.halls),
        agreement.transfer_mode,
        agreement.transfer_hours,
    )


def _refusal(question: Question, agreement: str, reason: str, way_out: str, name: str = "") -> Mandate:
    department = str(question.department.get("code", ""))
    return Mandate(question.item, department, question.office, agreement, name, refused=reason, way_out=way_out)


def _elsewhere(question: Question, found: Sequence[tuple[Agreement, Entry]], places: Places) -> str:
    """Where it is possible now, else the department."""
    where = "；".join(dict.fromkeys(_open_places(question, found, places)))
    return f"可以到这里办理：{where}" if where else f"请到{question.office}办理"


def _open_places(question: Question, found: Sequence[tuple[Agreement, Entry]], places: Places) -> Iterator[str]:
    for agreement, entry in found:
        in_time = question.moment is None or entry.span.holds(question.moment)
        fitting = entry.versions[0] <= question.version <= entry.versions[1]
        if agreement.state == "active" and in_time and fitting and entry.scope:
            yield places.words(entry.scope)
