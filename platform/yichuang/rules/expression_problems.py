"""What is wrong with a calculation, in Chinese, for the gate and the editor."""

from collections.abc import Mapping
from typing import Any

from yichuang.rules import dates
from yichuang.rules.condition_problems import problems
from yichuang.rules.facts import TYPE_TITLES, FactBook
from yichuang.rules.functions import FUNCTIONS, TODAY, Function
from yichuang.rules.limits import DEPTH, NODES, Problem
from yichuang.rules.numbers import literal, plain


def typed_literal(raw: Any) -> tuple[str | None, Any]:
    """A fixed value's type and its form at rest. Text in the form of a date is a date."""
    if isinstance(raw, bool):
        return "boolean", raw
    if isinstance(raw, str):
        return (None, None) if not raw else ("date" if dates.day(raw) else "text", raw)
    exact = literal(raw)
    return (None, None) if exact is None else ("number", plain(exact))


def expression_problems(expression: Any, book: FactBook, place: str, wanted: str | None = None) -> list[Problem]:
    """All faults of a calculation; with `wanted`, also whether its result has that type."""
    walker = _Walker(book)
    kind, spread = walker.walk(expression, place, 1)
    if walker.nodes > NODES:
        walker.say(place, f"计算超过 {NODES} 项", "请简化计算")
    if not walker.found and spread:
        walker.say(place, "计算结果是一列值，不是一个值", "请用合计、计数、最小、最大或连接")
    elif not walker.found and wanted and kind and kind != wanted:
        walker.say(place, f"计算结果是{TYPE_TITLES[kind]}，本栏需要{TYPE_TITLES[wanted]}", "请更换计算方式或栏目类型")
    return walker.found


class _Walker:
    def __init__(self, book: FactBook) -> None:
        self.book = book
        self.found: list[Problem] = []
        self.nodes = 0

    def say(self, place: str, message: str, remedy: str) -> tuple[None, bool]:
        self.found.append(Problem(place, message, remedy))
        return None, False

    def walk(self, expression: Any, place: str, depth: int) -> tuple[str | None, bool]:
        """The type and whether it is a list of values."""
        self.nodes += 1
        if depth > DEPTH:
            return self.say(place, f"计算嵌套超过 {DEPTH} 层", "请简化计算")
        if not isinstance(expression, Mapping):
            return self.say(place, "计算须是固定值、事实、如果或函数", "请重新选择计算方式")
        if "fn" in expression:
            return self.call(expression, place, depth)
        if "if" in expression:
            return self.choice(expression, place, depth)
        if "fact" in expression:
            return self.fact(expression["fact"], place)
        kind, _ = typed_literal(expression.get("value"))
        return (kind, False) if kind else self.say(f"{place}/value", "固定值是空的", "请填写固定值")

    def fact(self, path: Any, place: str) -> tuple[str | None, bool]:
        fact = self.book.get(path) if isinstance(path, str) else None
        if fact is None:
            return self.say(f"{place}/fact", f"没有“{path}”这一事实", "请从列表中重新选择，或先加上相应的栏目、情形")
        return fact.type, fact.column or fact.type in ("texts", "rows", "file")

    def choice(self, expression: Mapping[str, Any], place: str, depth: int) -> tuple[str | None, bool]:
        self.found.extend(problems(expression["if"], self.book, f"{place}/if"))
        then, spread = self.walk(expression.get("then"), f"{place}/then", depth + 1)
        if "else" not in expression:
            return then, spread
        other, _ = self.walk(expression["else"], f"{place}/else", depth + 1)
        if then and other and then != other:
            message = f"两种结果不同类：{TYPE_TITLES[then]}与{TYPE_TITLES[other]}"
            return self.say(place, message, "请让“那么”和“否则”得到同类的结果")
        return then or other, spread

    def call(self, expression: Mapping[str, Any], place: str, depth: int) -> tuple[str | None, bool]:
        function = FUNCTIONS.get(str(expression["fn"]))
        args = expression.get("args")
        if function is None or not isinstance(args, list):
            return self.say(place, f"没有“{expression['fn']}”这个函数，或没有参数", "请重新选择函数")
        if not function.least <= len(args) <= function.most:
            message = f"“{function.title}”需要 {function.least} 至 {function.most} 个参数，现有 {len(args)} 个"
            return self.say(f"{place}/args", message, "请增减参数")
        kinds = [self.argument(function, n, arg, f"{place}/args/{n}", depth) for n, arg in enumerate(args)]
        if expression["fn"] == "age" and len(args) == 1 and TODAY not in self.book:
            return self.say(place, "“周岁”需要今天的日期", "请给出第二个参数")
        if function.gives:
            return function.gives, False
        present = {kind for kind in kinds if kind}
        if len(present) > 1:
            return self.say(place, f"“{function.title}”的参数不同类", "请使用同类的参数")
        return next(iter(present), None), False

    def argument(self, function: Function, n: int, arg: Any, place: str, depth: int) -> str | None:
        kind, spread = self.walk(arg, place, depth + 1)
        takes = function.takes[min(n, len(function.takes) - 1)]
        if kind and kind not in takes:
            able = "、".join(TYPE_TITLES[t] for t in TYPE_TITLES if t in takes)
            self.say(place, f"“{function.title}”的第 {n + 1} 个参数是{TYPE_TITLES[kind]}", f"需要：{able}")
            return None
        if kind and spread and not function.columns:
            self.say(place, f"“{function.title}”不能用于一列值", "请先用合计、计数、最小、最大或连接")
            return None
        return kind
