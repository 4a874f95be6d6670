"""What stood behind one review: all of it for those who call the reviewer back, else only what enough services share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, and_, exists, or_, select

from yichuang.catalogue.feed import Catalogue
from yichuang.causes.crowd import Crowd, Trait
from yichuang.errors import NotFound
from yichuang.items.compiled import compile_item
from yichuang.outbox.message import STUCK
from yichuang.outbox.model import messages
from yichuang.ports import SHANGHAI
from yichuang.reviews.compiled import DESK, compile_rules
from yichuang.reviews.grades import COUNTER, MOBILE, WEB
from yichuang.reviews.model import reviews, services_given

_given = services_given.c
FAULT = exists().where(
    messages.c.case_id == _given.case_id, messages.c.topic == "case", or_(messages.c.attempts > 1, messages.c.state.in_(STUCK))
)  # fmt: skip
"""Whether the case of a service had trouble on its way to a department."""
TITLES: Mapping[str, str] = {
    "window": "窗口", "day": "服务日期", "waited": "等候", "handled": "办理", "corrections": "补正", "release": "事项版本", "channel": "评价渠道",
    "situation": "情形", "fault": "对接故障",
}  # fmt: skip
BANDS = ((30 * 60, "30 分钟以内"), (2 * 3600, "30 分钟至 2 小时"), (86_400, "2 小时至 1 天"), (5 * 86_400, "1 至 5 天"))


@dataclass(frozen=True, slots=True)
class Behind:
    """In words. None: not known, or not told; `left_out` are the titles of what isn't told. An empty window is online."""

    item_title: str
    day: date | None
    channel: str | None
    window: str | None
    release: int | None
    version: int | None
    situation: Sequence[tuple[str, str]]
    waited: str | None
    handled: str | None
    corrections: str | None
    fault: str | None
    left_out: tuple[str, ...] = ()


def behind(connection: Connection, catalogue: Catalogue, service_id: str, today: date | None) -> Behind:
    """`today`: for somebody who may not find out who it was, None for those who may. Raises `NotFound`."""
    columns = (*services_given.columns, FAULT.label("fault"), reviews.c.channel.label("by"), reviews.c.received_at)
    joined = services_given.outerjoin(reviews, reviews.c.service_id == _given.id)
    row = connection.execute(select(*columns).select_from(joined).where(_given.id == service_id)).first()
    if row is None:
        raise NotFound("没有找到这次服务")
    if today is None:
        return _shown(row, catalogue, None, spent)
    return _shown(row, catalogue, _tellable(connection, catalogue, row, today), rough)


def _shown(row: Row[Any], catalogue: Catalogue, tellable: frozenset[str] | None, span: Callable[[int | None], str]) -> Behind:
    def may(code: str) -> bool:
        return tellable is None or code in tellable

    asked = _situation(row, catalogue)
    situation = [(title, answer) for code, title, answer in asked if may(f"situation/{code}")]
    missing = {code for code in ("window", "day", "waited", "handled", "corrections", "release", "channel", "fault") if not may(code)}
    missing |= {"situation"} if len(situation) < len(asked) else set()
    return Behind(
        row.item_title, _day(row) if may("day") else None, row.by if may("channel") else None, row.window if may("window") else None,
        row.release if may("release") else None, catalogue.at(row.release).version("item", row.item) if may("release") else None, situation,
        span(row.waited_seconds) if may("waited") else None, span(row.handled_seconds) if may("handled") else None,
        _times(row.corrections) if may("corrections") else None, ("出过故障" if row.fault else "没有") if may("fault") else None,
        tuple(title for code, title in TITLES.items() if code in missing),
    )  # fmt: skip


def _situation(row: Row[Any], catalogue: Catalogue) -> list[tuple[str, str, str]]:
    """(question, its title, the answer's titles) of those that were asked."""
    chosen = orjson.loads(row.situation)
    item = catalogue.at(row.release).compiled(compile_item, row.item)
    words = [
        (question.code, question.title, "、".join(one.title for one in question.options if one.code in question.chosen(chosen.get(question.code))))
        for question in item.questions(chosen)
    ]
    return [one for one in words if one[2]]


def _tellable(connection: Connection, catalogue: Catalogue, row: Row[Any], today: date) -> frozenset[str]:
    """Of the services of this hall and item that could have been reviewed that day: what enough people share. Nothing before the day is over."""
    came = row.received_at.astimezone(SHANGHAI).date()
    if today <= came:
        return frozenset()
    columns = (
        _given.id, _given.at, _given.channel, _given.window, _given.release, _given.situation, _given.waited_seconds, _given.handled_seconds,
        _given.corrections, _given.invited_at, _given.holder, _given.case_id,
    )  # fmt: skip
    found: list[Row[Any]] = list(connection.execute(select(*columns).where(_possible(row, came)).order_by(_given.at, _given.id)))
    one = next((each for each in found if each.id == row.id), None)
    if one is None:
        return frozenset()
    people: Crowd[Row[Any]] = Crowd(lambda each: each.holder or each.case_id, _least(catalogue, row))
    at_the_desk = [each for each in found if each.channel == DESK and _day(each) == came and each.invited_at is not None]
    online = [each for each in found if each.channel != DESK]
    if not all(not group or people.enough(group) for group in (at_the_desk, online, found)):
        return people.told(found, one, _traits(found))
    crowd = {COUNTER: at_the_desk, MOBILE: online, WEB: online}.get(row.by, found)
    return people.told(crowd, one, _traits(found)) | ({"channel"} if one in crowd else frozenset())


def _possible(row: Row[Any], came: date) -> ColumnElement[bool]:
    """The same for everybody who looks: two who tell each other what they see know no more."""
    begin = datetime.combine(came, time(), SHANGHAI)
    places = [_given[name] == getattr(row, name) for name in ("department", "hall", "street")]
    return and_(_given.item == row.item, *places, _given.at < begin + timedelta(days=1), _given.valid_until >= begin)


def _least(catalogue: Catalogue, row: Row[Any]) -> int:
    """By the rules under which the case began; what was told once isn't told otherwise later."""
    rules = catalogue.at(row.release).compiled(compile_rules, "").of(row.item) or catalogue.current().compiled(compile_rules, "").get(row.item)
    return int(rules.alike_minimum)


def _traits(found: Sequence[Row[Any]]) -> list[Trait[Row[Any]]]:
    asked = sorted({code for one in found for code in orjson.loads(one.situation)})
    return [
        Trait("window", lambda one: one.window), Trait("day", _day),
        *(Trait(f"situation/{code}", partial(_answer, code)) for code in asked),
        Trait("waited", lambda one: rough(one.waited_seconds)), Trait("handled", lambda one: rough(one.handled_seconds)),
        Trait("corrections", lambda one: _times(one.corrections)), Trait("release", lambda one: one.release),
    ]  # fmt: skip


def _answer(code: str, row: Row[Any]) -> str:
    return repr(orjson.loads(row.situation).get(code))


def _day(row: Row[Any]) -> date:
    found: date = row.at.astimezone(SHANGHAI).date()
    return found


def _times(corrections: int) -> str:
    return "没有" if corrections == 0 else f"{corrections} 次"


def spent(seconds: int | None) -> str:
    if seconds is None:
        return "—"
    if seconds < 60:
        return "不到 1 分钟"
    return f"{seconds // 60} 分钟" if seconds < 7200 else f"{seconds // 3600} 小时" if seconds < 172_800 else f"{seconds // 86_400} 天"


def rough(seconds: int | None) -> str:
    if seconds is None:
        return "—"
    return next((words for most, words in BANDS if seconds < most), "5 天以上")
