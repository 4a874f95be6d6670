"""What a page needs of an item, made once per content and shared by desk, guide, phone and API."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from renderers.form_fields import Titles
from renderers.form_html import FormTemplate, specialise
from yichuang.catalogue.snapshot import Snapshot
from yichuang.items.compiled import CompiledItem, compile_item
from yichuang.ports import Body, DefinitionView

UNITS = {"working_day": "个工作日", "day": "日", "month": "个月", "hour": "小时"}
STATES = {"draft": "草稿", "active": "在用", "suspended": "暂停办理", "cancelled": "已取消"}
FEATURES = {
    "entrusted": "委托受理",
    "commitment": "可告知承诺",
    "instant": "即办",
    "urgent": "可先办后补",
    "express": "可寄递",
    "online": "可网上办",
    "reservable": "可预约",
    "terminal": "可自助办",
}


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A compiled item with its wire, the wire's digest, its form template and its elements in words."""

    item: CompiledItem
    wire: Mapping[str, Any]
    digest: str
    form: FormTemplate | None
    titles: Titles
    badges: Sequence[tuple[str, str]]
    meta: str
    elements: Sequence[tuple[str, str]]

    @property
    def body(self) -> Body:
        return self.item.body


def item_page(view: DefinitionView, code: str) -> ItemPage:
    """A maker for `Snapshot.compiled`. Raises `DefinitionMissing`."""
    item = compile_item(view, code)
    wire = item.wire()
    elements = tuple(_elements(view, item.body))
    digest = hashlib.sha256(orjson.dumps([wire, elements, item.body.get("title")])).hexdigest()[:16]
    titles = _Titles(view, wire.get("form"))
    form = specialise(wire["form"], titles) if wire.get("form") else None
    return ItemPage(item, wire, digest, form, titles, tuple(_badges(view, item.body)), _meta(view, item.body), elements)


def page_of(snapshot: Snapshot, code: str) -> ItemPage:
    return snapshot.compiled(item_page, code)


class _Titles:
    """Titles of the large code tables that a form's wire names."""

    def __init__(self, view: DefinitionView, wire: Mapping[str, Any] | None) -> None:
        bodies = {code: view.find("code_table", code) for code in _tables_in(wire)}
        self._tables = {code: {entry["code"]: entry["title"] for entry in body["entries"]} for code, body in bodies.items() if body}

    def __call__(self, table: str, code: str) -> str | None:
        return self._tables.get(table, {}).get(code)


def _tables_in(wire: Any) -> set[str]:
    if isinstance(wire, list):
        return set().union(*(_tables_in(entry) for entry in wire))
    if not isinstance(wire, Mapping):
        return set()
    own = {wire["table"]} if isinstance(wire.get("table"), str) else set()
    address = {"division"} if wire.get("type") == "address" else set()
    return own.union(address, *(_tables_in(entry) for entry in wire.values()))


def title_in(view: DefinitionView, table: str, code: str) -> str:
    body = view.find("code_table", table) or {"entries": ()}
    return next((str(entry["title"]) for entry in body["entries"] if entry["code"] == code), code)


def organisations(view: DefinitionView) -> Iterator[Body]:
    for code in view.codes("organisation"):
        body = view.find("organisation", code)
        if body is not None:
            yield body


def department(view: DefinitionView, code: str) -> Body:
    """The department, or an empty body."""
    for body in organisations(view):
        for found in body["departments"]:
            if found["code"] == code:
                return dict(found)
    return {}


def halls(view: DefinitionView) -> list[Body]:
    return [hall for body in organisations(view) for hall in body["halls"]]


def _badges(view: DefinitionView, body: Body) -> Iterator[tuple[str, str]]:
    yield "brand", title_in(view, "item_type", body["item_type"])
    yield "", title_in(view, "case_type", body["case_type"])
    for name, words in FEATURES.items():
        if body.get("features", {}).get(name):
            yield "good" if name in {"commitment", "instant"} else "", words
    if body["state"] != "active":
        yield "bad", STATES[body["state"]]
    if body.get("demo"):
        yield "warn", "演示数据"


def _meta(view: DefinitionView, body: Body) -> str:
    owner = department(view, body["department"])
    return " · ".join(part for part in (owner.get("title", ""), body.get("handling_code") or body.get("base_code", "")) if part)


def limit_words(limit: Mapping[str, Any]) -> str:
    words = f"{limit['amount']} {UNITS[limit['unit']]}" if limit["amount"] else "当场办结"
    return f"{words}（{limit['note']}）" if limit.get("note") else words


def _elements(view: DefinitionView, body: Body) -> Iterator[tuple[str, str]]:
    limits = body["time_limits"]
    yield "承诺时限", limit_words(limits["promised"])
    yield "法定时限", limit_words(limits["statutory"])
    fees = body["fees"]
    yield "收费", "；".join(f"{f['title']} {f['standard']}" for f in fees.get("items", ())) if fees["charged"] else "不收费"
    for place in body["places"]:
        hall = next((h for h in halls(view) if h["code"] == place["hall"]), None)
        if hall:
            names = {w["code"]: w["title"] for w in hall.get("windows", ())}
            windows = "、".join(names.get(w, w) for w in place.get("windows", ()))
            yield "地点", "，".join(part for part in (hall["title"], windows, hall["address"], hall["hours"]) if part)
    owner = department(view, body["department"])
    yield "咨询", body.get("contact") or owner.get("phone", "")
    results = "、".join(r["title"] for r in body.get("results", ()))
    if results:
        yield "结果", results
    if body.get("accept_conditions"):
        yield "受理条件", "；".join(text.rstrip("。") for text in body["accept_conditions"])
