"""Conditions in Chinese for a clerk: what they ask for, why they hold or not, what would have to differ.

Codes appear as their options' titles. The twin is `engine/words.js`; the parity test holds both to the same words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.rules import dates
from yichuang.rules.facts import Fact, FactBook
from yichuang.rules.traces import Trace

MOST = 8
"""So many reasons are told; the rest is “等”."""
_COMPARED = {"lt": "小于", "lte": "不大于", "gt": "大于", "gte": "不小于"}
_DATED = {"lt": "早于", "lte": "不晚于", "gt": "晚于", "gte": "不早于"}
_OPPOSITE = {
    "eq": "ne", "ne": "eq", "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt", "in": "not_in", "not_in": "in",
    "contains": "lacks", "contains_any": "lacks_any", "matches": "mismatches", "exists": "missing", "missing": "exists",
}  # fmt: skip


def describe(condition: Any, book: FactBook) -> str:
    """What a condition (or its wire) asks for: “经营项目”包含“中央厨房”，且“面积”不小于 50."""
    return _wish(_as_trace(condition), book, True, True)


def because(trace: Trace, book: FactBook) -> str:
    """Why it holds, or why not: the comparisons that decided, with what was found."""
    told = list(dict.fromkeys(_reason(leaf, book) for leaf in _deciding(trace)))
    return "，".join(told[:MOST]) + ("等" if len(told) > MOST else "")


def instead(trace: Trace, book: FactBook) -> str:
    """What would have to differ for the opposite outcome."""
    if trace.kind == "compare" and not trace.holds and trace.op in ("eq", "in", "contains", "contains_any"):
        fact = book.get(trace.fact)
        if fact is not None and fact.options is not None:
            return "选" + _values(fact, trace.wanted)
    return _wish(trace, book, not trace.holds, True)


def lacking(trace: Trace) -> bool:
    """Whether a missing fact is among the reasons: the answer may still change as the form is filled in."""
    return any(leaf.op != "missing" and (leaf.found is None or (leaf.other and leaf.found_other is None)) for leaf in _deciding(trace))


def _as_trace(condition: Any) -> Trace:
    """A definition's condition in the shape of a trace of which nothing is known."""
    if not isinstance(condition, Mapping):
        return Trace("compare", None)
    for key in ("all", "any"):
        if isinstance(parts := condition.get(key), list):
            return Trace(key, None, tuple(_as_trace(part) for part in parts))
    if "not" in condition:
        return Trace("not", None, (_as_trace(condition["not"]),))
    value = condition.get("value")
    wanted = tuple(value) if isinstance(value, list) else value
    return Trace("compare", None, (), condition.get("fact", ""), condition.get("op", ""), wanted, condition.get("other", ""))


def _deciding(trace: Trace) -> list[Trace]:
    """The comparisons that made the outcome."""
    if trace.kind == "compare":
        return [trace]
    decisive = trace.parts
    if (trace.kind == "all") is not trace.holds and trace.kind != "not":
        decisive = tuple(part for part in trace.parts if part.holds is trace.holds)
    return [leaf for part in decisive for leaf in _deciding(part)]


def _wish(trace: Trace, book: FactBook, target: bool, whole: bool) -> str:
    """What must be so for the outcome `target`; parts that are so already are left out, unless nothing was evaluated."""
    if trace.kind == "compare":
        return _claim(trace, book, trace.op if target else _OPPOSITE.get(trace.op, ""))
    if trace.kind == "not":
        return _wish(trace.parts[0], book, not target, whole)
    together = (trace.kind == "all") is target
    parts = [part for part in trace.parts if part.holds is not target] if together else list(trace.parts)
    several = len(parts) > 1
    told = list(dict.fromkeys(_wish(part, book, target, whole and not several) for part in parts))
    if len(told) > MOST:
        told = [*told[:MOST], "其他条件"]
    text = ("，且" if together else "，或").join(told)
    return text if whole or len(told) == 1 else f"（{text}）"


def _reason(leaf: Trace, book: FactBook) -> str:
    fact = book.get(leaf.fact)
    if fact is None:
        return f"“{leaf.fact}”无法取得"
    if leaf.found is None:
        return f"“{fact.title}”还没有{'选' if fact.options is not None else '填'}"
    if leaf.op in ("exists", "missing"):
        return f"“{fact.title}”已{'选' if fact.options is not None else '填'}"
    if leaf.other:
        return _between(leaf, fact, book)
    if leaf.op in ("eq", "ne", "in", "not_in"):
        return f"“{fact.title}”为{_value(fact, leaf.found)}"
    op = leaf.op if leaf.holds else _OPPOSITE.get(leaf.op, "")
    if leaf.op in _COMPARED:
        return f"“{fact.title}”为{_value(fact, leaf.found)}，{_order(fact, op)}{_value(fact, leaf.wanted)}"
    if leaf.op == "contains_any" and leaf.holds:
        return f"“{fact.title}”包含{_values(fact, [v for v in leaf.wanted if v in leaf.found])}"
    return _claim(leaf, book, op)


def _between(leaf: Trace, fact: Fact, book: FactBook) -> str:
    other = book.get(leaf.other)
    if other is None or leaf.found_other is None:
        return f"“{other.title if other else leaf.other}”还没有填"
    return _claim(leaf, book, leaf.op if leaf.holds else _OPPOSITE.get(leaf.op, ""))


def _claim(leaf: Trace, book: FactBook, op: str) -> str:
    """One comparison as a statement."""
    fact = book.get(leaf.fact)
    if fact is None:
        return f"“{leaf.fact}”可以取得"
    subject = f"“{fact.title}”"
    if op in ("exists", "missing"):
        return f"{subject}{'已' if op == 'exists' else '未'}{'选' if fact.options is not None else '填'}"
    if leaf.other:
        other = book.get(leaf.other)
        return f"{subject}{_order(fact, op)}“{other.title if other else leaf.other}”"
    if op in _COMPARED:
        return f"{subject}{_order(fact, op)}{_value(fact, leaf.wanted)}"
    return subject + _stated(fact, op, leaf.wanted)


def _stated(fact: Fact, op: str, wanted: Any) -> str:
    if op in ("matches", "mismatches"):
        return "符合规定格式" if op == "matches" else "不符合规定格式"
    verb = {
        "eq": "为", "ne": "不为", "in": "为", "not_in": "不为", "contains": "包含", "lacks": "不含",
        "contains_any": "包含", "lacks_any": "不含",
    }.get(op, "为")  # fmt: skip
    return verb + _values(fact, wanted)


def _order(fact: Fact, op: str) -> str:
    if op in ("eq", "ne"):
        return "等于" if op == "eq" else "不等于"
    return (_DATED if fact.type in ("date", "time") else _COMPARED).get(op, "等于")


def _values(fact: Fact, wanted: Any) -> str:
    if not isinstance(wanted, Sequence) or isinstance(wanted, str):
        return _value(fact, wanted)
    told = list(dict.fromkeys(_value(fact, value) for value in wanted))
    return "或".join(told[:MOST]) + ("等" if len(told) > MOST else "")


def _value(fact: Fact, value: Any) -> str:
    if value is None:
        return "无法比较的值"
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    if fact.options is not None:
        titles = [fact.options.get(v, v) for v in (value if isinstance(value, list) else [value])]
        return "、".join(f"“{title}”" for title in titles)
    if fact.type == "number":
        return str(value)
    return dates.spoken(value) if fact.type == "date" and dates.day(value) else f"“{value}”"
