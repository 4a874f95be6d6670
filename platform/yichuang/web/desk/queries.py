"""A search as the page sends it, read strictly; and what its filters offer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from yichuang.cases.case import CaseQuery
from yichuang.errors import InputRefused
from yichuang.ports import DefinitionView
from yichuang.services import Services
from yichuang.web.item_page import halls

CODES = ("item", "state", "window", "hall", "street", "department", "channel", "clerk", "light")
CHANNELS = (("desk", "窗口"), ("apply", "网上"))
LIGHTS = (("green", "绿灯 正常"), ("yellow", "黄灯 临近"), ("red", "红灯 超期"), ("grey", "灰灯 暂停"))
LONGEST = 100
PAGE = 30


def query_of(body: Mapping[str, Any]) -> CaseQuery:
    """Raises `InputRefused` naming the filter that can't be read."""
    words: dict[str, Any] = {name: _text(body, name, LONGEST if name == "text" else 64) for name in ("text", *CODES)}
    since, until = _day(body, "since"), _day(body, "until")
    if since and until and since > until:
        raise InputRefused("开始日期晚于结束日期", problems=[{"field": "since", "message": "须不晚于结束日期"}])
    return CaseQuery(**words, since=since, until=until, before=_text(body, "before", 200), limit=PAGE)


def _text(body: Mapping[str, Any], name: str, longest: int) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str) or len(value) > longest:
        raise InputRefused("查找条件有误", problems=[{"field": name, "message": f"须为不超过 {longest} 个字符的文字"}])
    return value.strip()


def _day(body: Mapping[str, Any], name: str) -> date | None:
    value = _text(body, name, 10)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise InputRefused("日期有误", problems=[{"field": name, "message": "须为 2026-01-31 这样的日期"}]) from error


def choices(services: Services) -> dict[str, list[tuple[str, str]]]:
    """Code and title for each filter, from the definitions in force."""
    snapshot = services.catalogue.current()
    flows = [snapshot.find("flow", code) or {} for code in snapshot.codes("flow")]
    states = {state["code"]: state["title"] for flow in flows for state in flow.get("states", ())}
    return {
        "item": snapshot.compiled(_items, ""),
        "state": list(states.items()),
        "window": [(w["code"], w["title"]) for hall in halls(snapshot) for w in hall.get("windows", ())],
        "hall": [(hall["code"], hall["title"]) for hall in halls(snapshot)],
        "channel": list(CHANNELS),
        "light": list(LIGHTS),
    }


def _items(view: DefinitionView, _code: str) -> list[tuple[str, str]]:
    """For `Snapshot.compiled`: read once a release."""
    titles = sorted((str((view.find("item", code) or {}).get("title", code)), code) for code in view.codes("item"))
    return [(code, title) for title, code in titles]
