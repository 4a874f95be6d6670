"""Writing the clock's events as a case goes from state to state. Pure; nothing is ever taken back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from yichuang.cases.clock import Event, Settings
from yichuang.errors import ActionRefused, CalendarMissing
from yichuang.flows.graph import FOLLOWS
from yichuang.ports import SHANGHAI, WorkingDays

_WRITTEN: dict[tuple[str, str], str] = {
    ("", "answering"): "received", ("none", "answering"): "received", ("answering", "none"): "answered",
    ("", "running"): "accepted", ("none", "running"): "accepted", ("answering", "running"): "accepted",
    ("running", "paused"): "paused", ("paused", "running"): "resumed",
}  # fmt: skip


def advanced(events: Sequence[Event], before: str, after: str, on: date, *, settled: bool = False, instant: bool = False) -> list[dict[str, Any]]:
    """The events with what going from a state with the clock `before` to one with `after` adds on the day `on`.

    `before` is "" for a new case. `settled`: the term counts from the last receipt, as for a case deemed accepted (收件日) or one
    whose correction is complete (补齐日). `instant`: decided on the spot, accepted and stopped on one day.
    A day earlier than the last event becomes that event's day.
    Raises `ActionRefused` where the clock would run backwards.
    """
    if after not in FOLLOWS.get(before, ()):
        raise ActionRefused(reasons=[{"message": "计时不能倒退或重新开始", "remedy": "请联系管理员检查办理流程"}])
    if after == "stopped" and before != "stopped":
        kinds = ["accepted", "stopped"] if instant and not _accepted(events) else ["stopped"]
        return [*_plain(events), *_not_before(events, [_event(kind, on) for kind in kinds])]
    kind = _WRITTEN.get((before, after))
    if kind is None:
        return _plain(events)
    if kind == "accepted" and settled:
        on = received_on(events) or on
    return [*_plain(events), *_not_before(events, [_event(kind, on)])]


def extended(events: Sequence[Event], days: int, on: date, most: int = 1) -> list[dict[str, Any]]:
    """The events with an extension by working days. Raises `ActionRefused` beyond `most` extensions."""
    if sum(event["kind"] == "extended" for event in events) >= most:
        raise ActionRefused(reasons=[{"message": f"期限只能延长 {most} 次", "remedy": "请在现有期限内作出决定"}])
    return [*_plain(events), *_not_before(events, [_event("extended", on) | {"days": days}])]


def received_on(events: Sequence[Event]) -> date | None:
    """The day of the last receipt."""
    days = [event["on"] for event in events if event["kind"] == "received"]
    return date.fromisoformat(days[-1]) if days else None


def receipt_day(moment: datetime, calendar: WorkingDays | None, settings: Settings) -> date:
    """The day on which an online application counts as received: after hours or on a day off the next working day, by the setting.

    Without a calendar for the year it is the day itself.
    """
    local = moment.astimezone(SHANGHAI)
    day, hour = local.date(), local.strftime("%H:%M")
    if settings["after_hours"] != "next_working_day" or calendar is None:
        return day
    try:
        if calendar.is_working(day) and hour < settings["work_hours"]["end"]:
            return day
        day += timedelta(days=1)
        while not calendar.is_working(day):
            day += timedelta(days=1)
    except CalendarMissing:
        return local.date()
    return day


def _accepted(events: Sequence[Event]) -> bool:
    return any(event["kind"] == "accepted" for event in events)


def _event(kind: str, on: date) -> dict[str, Any]:
    return {"kind": kind, "on": on.isoformat()}


def _plain(events: Sequence[Event]) -> list[dict[str, Any]]:
    return [dict(event) for event in events]


def _not_before(events: Sequence[Event], added: list[dict[str, Any]]) -> list[dict[str, Any]]:
    last = max((event["on"] for event in events), default="")
    return [event | {"on": max(last, event["on"])} for event in added]
