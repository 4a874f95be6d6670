"""The clock of a case: from what happened and the calendar in force to due dates, days used and the light (domain 2.7, C.4).

Pure. Events are plain JSON, oldest first: `{"kind", "on": "YYYY-MM-DD", "days"?}` with the kinds
`received` (the answer term runs), `answered` (notified in time: it runs no more), `accepted`, `paused`, `resumed`, `extended` (`days`
working days), `stopped`. The day of acceptance doesn't count; the day on which a pause begins does, the day of resuming doesn't.
A year whose calendar isn't published is never guessed: the date is None, `provisional` is true and the words say why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.cases.terms import Limit, Limits, Pause, Terms
from yichuang.errors import CalendarMissing
from yichuang.ports import WorkingDays

__all__ = ["Event", "Limit", "Limits", "Reckoning", "reckon"]

Event = Mapping[str, Any]
Settings = Mapping[str, Any]
"""A flow's settings: `answer_days`, `warn_days` and others."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a case stands on a day. Days are working days.

    `answer_due`: by then it is answered or deemed accepted; None while nothing waits for an answer. `due_on`, `statutory_due`: by the promised
    and the statutory limit; while paused, as they stood when the pause began. `warn_on`: the first day of the yellow light.
    `used`: since acceptance, without pauses. `left`: to the due date that counts now, negative when overdue. `light`: green, yellow, red, grey
    (paused, or nothing runs). `on_time`: whether a stopped case was. None stands for what can't be said.
    """

    answer_due: date | None = None
    due_on: date | None = None
    statutory_due: date | None = None
    warn_on: date | None = None
    used: int | None = None
    left: int | None = None
    light: str = "grey"
    on_time: bool | None = None
    provisional: bool = False
    words: str = ""

    @property
    def overdue(self) -> bool:
        return self.light == "red" or self.on_time is False


@dataclass(frozen=True, slots=True)
class _Story:
    """The events, read."""

    received: date | None = None
    answered: bool = False
    accepted: date | None = None
    pauses: tuple[Pause, ...] = ()
    paused: date | None = None
    extended: int = 0
    stopped: date | None = None


def reckon(events: Sequence[Event], limits: Limits, calendar: WorkingDays | None, today: date, settings: Settings) -> Reckoning:
    """How the case stands at the end of `today`. `calendar`: the one in force now; None counts like a missing year. Never raises."""
    story = _read(events)
    if story.accepted is None and (story.received is None or story.answered or story.stopped):
        return Reckoning(words="不计时" if story.stopped is None else "已结束，没有受理")
    if calendar is None:
        return Reckoning(provisional=True, words="没有发布工作日历，无法计算期限，请先发布日历")
    terms = Terms(calendar, story.pauses)
    if story.accepted is None:
        return _answering(story, terms, today, settings)
    return _handling(story, story.accepted, limits, terms, today, settings)


def _read(events: Sequence[Event]) -> _Story:
    days: dict[str, date] = {}
    pauses: list[Pause] = []
    paused, extended = None, 0
    for event in events:
        kind, day = event["kind"], date.fromisoformat(event["on"])
        days[kind] = day
        if kind == "received":
            days.pop("answered", None)
        elif kind == "paused":
            paused = day
        elif kind in ("resumed", "stopped") and paused is not None:
            pauses.append(Pause(paused, day))
            paused = None
        elif kind == "extended":
            extended += int(event["days"])
    return _Story(days.get("received"), "answered" in days, days.get("accepted"), tuple(pauses), paused, extended, days.get("stopped"))


def _answering(story: _Story, terms: Terms, today: date, settings: Settings) -> Reckoning:
    assert story.received is not None
    try:
        due = terms.working(story.received, int(settings["answer_days"]))
    except CalendarMissing as missing:
        return Reckoning(provisional=True, words=missing.detail)
    warn, left, unknown = _standing(terms, today, due, int(settings["warn_days"]), story.received)
    told = f"应于 {due} 前受理或一次告知" if today <= due else f"已于 {due} 届满，没有答复的视为受理"
    light = _light(today, due, warn)
    return Reckoning(answer_due=due, warn_on=warn, left=left, light=light, provisional=bool(unknown), words=_with(told, unknown))


def _handling(story: _Story, accepted: date, limits: Limits, terms: Terms, today: date, settings: Settings) -> Reckoning:
    due, missing = _due(terms, accepted, limits.promised, story.extended)
    statutory, missing_too = _due(terms, accepted, limits.statutory, story.extended)
    said = missing or missing_too
    used = _used(terms, accepted, story.stopped or story.paused or today)
    if due is None:
        return Reckoning(statutory_due=statutory, used=used, provisional=bool(said), words=said or "没有设承诺时限，不计算期限")
    stop = story.stopped
    if stop is not None:
        told = f"已停止计时，{'按期' if stop <= due else '超期'}，应于 {due} 前办结{_count('，用了', used)}"
        return Reckoning(None, due, statutory, None, used, None, "grey", stop <= due, bool(said), _with(told, said))
    warn, left, unknown = _standing(terms, story.paused or today, due, int(settings["warn_days"]), accepted)
    said = said or unknown
    light = "grey" if story.paused else _light(today, due, warn)
    told = _paused_words(used, left) if story.paused else _words(today, due, used, left)
    return Reckoning(None, due, statutory, warn, used, left, light, None, bool(said), _with(told, said))


def _standing(terms: Terms, today: date, due: date, days: int, earliest: date) -> tuple[date | None, int | None, str]:
    """When the yellow light begins and how many days are left, as far as the calendar says; else why not."""
    warn = None
    try:
        warn = terms.warning(due, days, earliest)
        return warn, terms.between(today, due), ""
    except CalendarMissing as missing:
        return warn, None, missing.detail


def _due(terms: Terms, accepted: date, limit: Limit | None, extended: int) -> tuple[date | None, str]:
    try:
        return (terms.due(accepted, limit, extended) if limit else None), ""
    except CalendarMissing as missing:
        return None, missing.detail


def _used(terms: Terms, accepted: date, until: date) -> int | None:
    try:
        return terms.used(accepted, until)
    except CalendarMissing:
        return None


def _light(today: date, due: date, warn: date | None) -> str:
    if today > due:
        return "red"
    return "yellow" if warn is not None and today >= warn else "green"


def _words(today: date, due: date, used: int | None, left: int | None) -> str:
    if today > due:
        return f"应于 {due} 前办结，已超期{_count('', None if left is None else -left)}"
    return f"应于 {due} 前办结{_count('，已用', used)}{_count('，剩', left)}"


def _paused_words(used: int | None, left: int | None) -> str:
    return f"暂停计时{_count('，已用', used)}{_count('，剩', left)}，恢复后的次日起续算"


def _count(before: str, days: int | None) -> str:
    return "" if days is None else f"{before} {days} 个工作日"


def _with(words: str, said: str) -> str:
    return f"{words}；{said}" if said else words
