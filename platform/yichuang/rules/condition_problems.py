"""What is wrong with a condition, in Chinese, for the gate and the editor."""

from collections.abc import Mapping
from typing import Any

from yichuang.rules.facts import TYPE_TITLES, Fact, FactBook
from yichuang.rules.limits import DEPTH, NODES, Problem
from yichuang.rules.literals import BARE, LISTS, OPS_OF, ORDERED, scalar
from yichuang.rules.patterns import Pattern, PatternRefused

OP_TITLES: Mapping[str, str] = {
    "eq": "等于", "ne": "不等于", "lt": "小于", "lte": "不大于", "gt": "大于", "gte": "不小于", "in": "是其中之一",
    "not_in": "不是其中之一", "contains": "包含", "contains_any": "包含其中之一", "matches": "符合格式",
    "exists": "已填写", "missing": "未填写",
}  # fmt: skip


def problems(condition: Any, book: FactBook, place: str) -> list[Problem]:
    """All faults of a condition: unknown facts, unlike types, codes that are no option, bad patterns, too deep or too large."""
    found: list[Problem] = []
    nodes = _walk(condition, book, place, 1, found)
    if nodes > NODES:
        found.append(Problem(place, f"条件共有 {nodes} 项，超过 {NODES} 项", "请拆分或简化条件"))
    return found


def _walk(condition: Any, book: FactBook, place: str, depth: int, found: list[Problem]) -> int:
    if depth > DEPTH:
        found.append(Problem(place, f"条件嵌套超过 {DEPTH} 层", "请简化条件"))
        return 1
    if not isinstance(condition, Mapping):
        found.append(Problem(place, "条件须由“全部满足”“任一满足”“不满足”或一项比较组成", "请重新选择条件"))
        return 1
    for key in ("all", "any"):
        if key in condition:
            _only(condition, {key}, place, found)
            parts = _parts(condition[key], f"{place}/{key}", found)
            return 1 + sum(_walk(part, book, f"{place}/{key}/{n}", depth + 1, found) for n, part in enumerate(parts))
    if "not" in condition:
        _only(condition, {"not"}, place, found)
        return 1 + _walk(condition["not"], book, f"{place}/not", depth + 1, found)
    found.extend(_leaf(condition, book, place))
    return 1


def _parts(parts: Any, place: str, found: list[Problem]) -> list[Any]:
    if isinstance(parts, list) and parts:
        return parts
    found.append(Problem(place, "条件组里没有条件", "请至少加入一项条件，或删去这个条件组"))
    return []


def _only(condition: Mapping[str, Any], keys: set[str], place: str, found: list[Problem]) -> None:
    if extra := sorted(set(condition) - keys):
        found.append(Problem(place, f"条件里有多余的内容：{'、'.join(extra)}", "请删去多余的内容"))


def _leaf(condition: Mapping[str, Any], book: FactBook, place: str) -> list[Problem]:
    path, op = condition.get("fact"), condition.get("op")
    if not isinstance(path, str) or not isinstance(op, str) or op not in OP_TITLES:
        return [Problem(place, "比较缺少事实或比较方式", "请选择事实和比较方式")]
    fact, missing = known(path, book, f"{place}/fact")
    if fact is None:
        return missing
    if op not in OPS_OF[fact.type]:
        able = "、".join(OP_TITLES[o] for o in OP_TITLES if o in OPS_OF[fact.type])
        message = f"“{fact.title}”是{TYPE_TITLES[fact.type]}，不能用“{OP_TITLES[op]}”"
        return [Problem(f"{place}/op", message, f"请改用：{able}")]
    if op in BARE:
        return []
    if "other" in condition:
        return _pair(fact, op, condition["other"], book, place)
    if "value" not in condition:
        return [Problem(f"{place}/value", f"“{fact.title}”没有写与什么比较", "请填写比较的值")]
    return _value(fact, op, condition["value"], f"{place}/value")


def known(path: str, book: FactBook, place: str) -> tuple[Fact | None, list[Problem]]:
    """The fact, or what to say when there is none of that name or it is a column."""
    fact = book.get(path)
    if fact is None:
        if path.startswith("row."):
            message, remedy = f"这里没有“{path}”，row. 只能在重复组内使用，且须是同组的栏目", "请选择本行的栏目或其他事实"
        else:
            message, remedy = f"没有“{path}”这一事实", "请从列表中重新选择，或先加上相应的栏目、情形"
        return None, [Problem(place, message, remedy)]
    if fact.column:
        return None, [Problem(place, f"“{path}”是重复组的整列，不能直接比较", "请先用自动计算栏求合计、计数、最小或最大")]
    return fact, []


def _pair(fact: Fact, op: str, other_path: Any, book: FactBook, place: str) -> list[Problem]:
    if op not in ORDERED | {"eq", "ne"}:
        return [Problem(f"{place}/op", "与另一事实比较时只能用等于、不等于、大于、小于等", "请更换比较方式")]
    other, missing = known(str(other_path), book, f"{place}/other")
    if other is None:
        return missing
    if other.type != fact.type:
        message = f"“{fact.title}”是{TYPE_TITLES[fact.type]}，“{other.title}”是{TYPE_TITLES[other.type]}，不能相比"
        return [Problem(f"{place}/other", message, "请选择同类的事实")]
    return []


def _value(fact: Fact, op: str, value: Any, place: str) -> list[Problem]:
    if op == "matches":
        return pattern_problems(value, place)
    if op not in LISTS:
        return _scalar(fact, value, place)
    if not isinstance(value, list) or not value:
        return [Problem(place, f"“{OP_TITLES[op]}”需要列出至少一个值", "请列出要比较的值")]
    return [p for n, entry in enumerate(value) for p in _scalar(fact, entry, f"{place}/{n}")]


def _scalar(fact: Fact, value: Any, place: str) -> list[Problem]:
    if scalar(value, fact.type) is None:
        what = TYPE_TITLES["text" if fact.type == "texts" else fact.type]
        return [Problem(place, f"“{fact.title}”要与{what}比较，这里写的是{_named(value)}", f"请改为{what}")]
    if fact.options is not None and value not in fact.options:
        near = "、".join(f"{title}（{code}）" for code, title in list(fact.options.items())[:8])
        return [Problem(place, f"“{fact.title}”没有“{value}”这个选项", f"可选：{near}{'等' if len(fact.options) > 8 else ''}")]
    return []


def _named(value: Any) -> str:
    kind = {bool: "是／否", int: "数字", float: "数字", str: "文字"}.get(type(value), "")
    return f"{kind}“{_shown(value)}”"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    text = "空" if value is None else "列表" if isinstance(value, (list, dict)) else str(value)
    return text if len(text) <= 30 else text[:30] + "…"


def pattern_problems(source: Any, place: str) -> list[Problem]:
    """What is wrong with a pattern (a field's `pattern`, a `matches` value)."""
    if not isinstance(source, str):
        return [Problem(place, "格式须是文字", "请填写格式")]
    try:
        Pattern(source)
    except PatternRefused as refused:
        return [Problem(place, f"格式“{_shown(source)}”不能使用：{refused}", "请按提示修改格式")]
    return []
