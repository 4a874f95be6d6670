"""An item's entrustment as people look at it: where it may be accepted now, until when, what is going to change. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yichuang.entrustment.agreement import POWERS, STATES, Agreement, Entry, moment_words
from yichuang.entrustment.mandate import Question
from yichuang.entrustment.places import Places

NEAR = timedelta(days=60)
TITLES = {"open": "可以受理", "ending": "可以受理，将停止", "upcoming": "尚未开始", "ended": "已停止", "closed": "不能受理"}


@dataclass(frozen=True, slots=True)
class Line:
    """One agreement's word on the item. `state`: a key of `TITLES`; `halls`: title of the hall and of its windows (none: all)."""

    agreement: str
    agreement_name: str
    agent: str
    state: str
    why: str
    halls: Sequence[tuple[str, Sequence[str]]]
    start: datetime | None
    end: datetime | None
    powers: Sequence[str]
    instead: str

    @property
    def open(self) -> bool:
        return self.state in ("open", "ending")

    def as_dict(self) -> dict[str, Any]:
        return {
            "agreement": self.agreement,
            "agreement_name": self.agreement_name,
            "agent": self.agent,
            "state": self.state,
            "state_title": TITLES[self.state],
            "why": self.why,
            "halls": [{"title": title, "windows": list(windows)} for title, windows in self.halls],
            "from": self.start.isoformat() if self.start else None,
            "until": self.end.isoformat() if self.end else None,
            "powers": list(self.powers),
            "instead": self.instead,
        }


@dataclass(frozen=True, slots=True)
class Outlook:
    """`instead`: where to go now, when no window may accept the item; `warning`: what is going to change, in words."""

    item: str
    title: str
    department: str
    department_title: str
    lines: Sequence[Line]
    instead: str
    warning: str

    @property
    def open(self) -> bool:
        return any(line.open for line in self.lines)

    def as_dict(self) -> dict[str, Any]:
        """Public: names no person; the moments are ISO in Asia/Shanghai."""
        return {
            "item": self.item,
            "title": self.title,
            "department": self.department,
            "department_title": self.department_title,
            "open": self.open,
            "instead": self.instead,
            "warning": self.warning,
            "agreements": [line.as_dict() for line in self.lines],
        }


def outlook_of(question: Question, agreements: Sequence[Agreement], places: Places) -> Outlook:
    lines = [_line(question, agreement, agreement.entries[question.item], places) for agreement in agreements]
    code, title = str(question.department["code"]), str(question.department.get("title", ""))
    return Outlook(question.item, question.title, code, title, lines, _instead(question, lines), _warning(lines))


def _line(question: Question, agreement: Agreement, entry: Entry, places: Places) -> Line:
    state, why = _state(question, agreement, entry)
    halls = [(places.halls[code].title, _titles(places, code, windows)) for code, windows in entry.scope.items()]
    powers = [title for code, title in POWERS.items() if code in entry.powers]
    span = entry.span
    return Line(
        agreement.code, agreement.name, agreement.agent, state, why, halls, span.start, span.end, powers, entry.instead
    )


def _titles(places: Places, hall: str, windows: frozenset[str] | None) -> list[str]:
    return [title for code, title in places.halls[hall].windows.items() if windows is not None and code in windows]


def _state(question: Question, agreement: Agreement, entry: Entry) -> tuple[str, str]:
    now = question.moment
    if agreement.state in STATES:
        return "closed", f"委托书{STATES[agreement.state]}"
    if not entry.versions[0] <= question.version <= entry.versions[1]:
        return "closed", f"不适用于事项第 {question.version} 版"
    if now and entry.span.over(now):
        return "ended", ""
    if now and entry.span.too_early(now):
        return "upcoming", ""
    return ("ending" if _soon(now, entry) else "open"), ""


def _soon(now: datetime | None, entry: Entry) -> bool:
    """Whether the end is worth telling: it is near, or somebody said where to go then."""
    end = entry.span.end
    return end is not None and (bool(entry.instead) or now is None or end - now < NEAR)


def _instead(question: Question, lines: Sequence[Line]) -> str:
    if any(line.open for line in lines):
        return ""
    said = [line.instead for line in lines if line.instead]
    return said[0] if said else (f"请到{question.office}办理" if lines else "")


def _warning(lines: Sequence[Line]) -> str:
    return "；".join(_changes(lines))


def _changes(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        if line.state == "ending" and line.end and line.instead:
            yield f"自 {moment_words(line.end)} 起改变办理地点：{line.instead}"
        if line.state == "upcoming" and line.start:
            where = "、".join(title for title, _ in line.halls)
            yield f"自 {moment_words(line.start)} 起，{where}可以受理"
