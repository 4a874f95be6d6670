"""The one-time notice (一次性告知单) as plain data. Pure: definitions, situation and a day in, a dict out (domain 5)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.errors import DefinitionMissing
from yichuang.items import CompiledItem, compile_item
from yichuang.notices import elements, materials
from yichuang.notices.words import period, telephone
from yichuang.ports import Body, DefinitionView
from yichuang.rules.conditions import compile_condition
from yichuang.rules.facts import Facts

TITLES = {
    "tips": "温馨提示", "summary": "事项概要", "situation": "您选择的情形", "conditions": "受理条件", "materials": "申请材料",
    "process": "办理流程", "time_limits": "办理时限", "fees": "收费", "results": "办理结果", "places": "办理地点与时间",
    "basis": "设定依据", "faq": "常见问题", "contact": "咨询与监督", "text": "说明",
}  # fmt: skip
DEFAULT_COLUMNS = ("number", "title", "necessity", "originals", "copies", "source", "substitute", "reason")


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """What a notice says on a day.

    `data` is plain JSON for the renderers: `title`, `item`, `standing`, `facts` (label, value), `blocks` (each with `type`, `code`,
    `title` and what belongs to the type), `footer`, `contacts`. `elements` is the same without layout, for comparing two notices.
    """

    data: Mapping[str, Any]
    elements: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of all that shows."""
        return hashlib.sha256(json.dumps(self.data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Work:
    """All that the blocks are made from."""

    view: DefinitionView
    item: CompiledItem
    facts: Facts
    today: date
    standing: bool
    situation: Mapping[str, Any]


def compose(
    view: DefinitionView, item_code: str, situation: Mapping[str, Any], facts: Facts, today: date
) -> NoticeContent:
    """The notice of an item for a situation (`{question: code or codes}`) on a day.

    `facts`: those from outside (`items.facts.everyday_facts`); `date.today` is set here. An empty situation of an item that asks
    questions makes the standing notice: all materials, those that depend with their condition in words.
    Raises `DefinitionMissing`.
    """
    item = compiled_item(view, item_code)
    known = item.with_situation(situation, {**facts, "date.today": today.isoformat()})
    work = _Work(view, item, known, today, bool(item.all_questions) and not situation, situation)
    layout = _layout(view, item.body)
    made = {name: make(work) for name, make in _MAKERS.items()}
    blocks = [built for spec in layout["blocks"] if _visible(spec, work) and (built := _block(spec, made))]
    return NoticeContent(_data(work, layout, blocks), _elements(work, made, layout))


def compiled_item(view: DefinitionView, code: str) -> CompiledItem:
    """Through the snapshot's cache where there is one."""
    compiled = getattr(view, "compiled", None)
    made: CompiledItem = compiled(compile_item, code) if compiled is not None else compile_item(view, code)
    return made


def _layout(view: DefinitionView, item: Body) -> Body:
    body = view.find("notice", item["notice"])
    if body is None:
        raise DefinitionMissing(f"当前版本中没有告知单版式 {item['notice']}")
    return body


def _visible(spec: Mapping[str, Any], work: _Work) -> bool:
    return "visible_when" not in spec or compile_condition(spec["visible_when"], work.item.book).holds(work.facts)


def _data(work: _Work, layout: Body, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    body = work.item.body
    return {
        "title": f"{body['title']}一次性告知单",
        "item": {
            "code": body["code"], "title": body["title"], "department": elements.department(work.view, body["department"])["title"],
            "state": body["state"], "demo": bool(body.get("demo")),
        },
        "standing": work.standing,
        "facts": elements.key_facts(body),
        "blocks": blocks,
        "footer": layout.get("footer", ""),
        "contacts": elements.footer_contacts(work.view, body),
    }  # fmt: skip


def _elements(work: _Work, made: Mapping[str, Any], layout: Body) -> dict[str, Any]:
    texts = {b["code"]: b.get("paragraphs", []) for b in layout["blocks"] if b["type"] == "text" and _visible(b, work)}
    return {"title": work.item.body["title"], **made, "texts": texts}


def _tips(work: _Work) -> list[dict[str, str]]:
    order = {"alert": 0, "warning": 1, "info": 2}
    shown = sorted(work.item.tips(work.facts), key=lambda tip: order[tip["tone"]])
    return [{"code": t["code"], "text": t["text"], "tone": t["tone"], "period": period(t, work.today)} for t in shown]


def _situation(work: _Work) -> list[dict[str, Any]]:
    asked = work.item.questions(work.situation, work.facts)
    answered = ((q, set(q.chosen(work.situation.get(q.code)))) for q in asked)
    return [
        {"question": q.title, "answers": [o.title for o in q.options if o.code in chosen]}
        for q, chosen in answered
        if chosen
    ]


_MAKERS: Mapping[str, Callable[[_Work], Any]] = {
    "tips": _tips,
    "summary": lambda w: elements.summary(w.view, w.item.body),
    "situation": _situation,
    "conditions": lambda w: list(w.item.body.get("accept_conditions", ())),
    "materials": lambda w: materials.groups(w.item, w.facts, w.standing),
    "process": lambda w: elements.process(w.item.body),
    "time_limits": lambda w: elements.time_limits(w.item.body),
    "fees": lambda w: elements.fees(w.item.body),
    "results": lambda w: elements.results(w.view, w.item.body),
    "places": lambda w: elements.places(w.view, w.item.body),
    "basis": lambda w: elements.basis(w.item.body),
    "faq": lambda w: [dict(entry) for entry in w.item.body.get("faq", ())],
    "contact": lambda w: elements.contact(w.view, w.item.body),
}


def _block(spec: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any] | None:
    """A block to show, or None when there is nothing in it."""
    kind = spec["type"]
    content = spec.get("paragraphs", []) if kind == "text" else made[kind]
    if not content:
        return None
    block = {"type": kind, "code": spec["code"], "title": spec.get("title") or TITLES[kind], "content": content}
    if kind == "materials":
        chosen = spec.get("columns") or [{"key": key} for key in DEFAULT_COLUMNS]
        keys = [column["key"] for column in chosen]
        block["columns"] = [{"key": c["key"], "title": c.get("title") or materials.COLUMNS[c["key"]]} for c in chosen]
        block["content"] = [{**g, "rows": [_only(row, keys) for row in g["rows"]]} for g in content]
    if kind == "contact":
        block["content"] = [{**entry, "pieces": telephone(entry["value"])} for entry in content]
    return block


def _only(row: Mapping[str, Any], keys: list[str]) -> dict[str, Any]:
    return {"code": row["code"], "cells": {key: row["cells"][key] for key in keys}}
