"""The gate's checks of an item: conditions whose facts exist, codes used once, and the quality rules of domain 1.7."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.forms.checks import condition_problems, mentioned, twice
from yichuang.forms.compiled import compile_form
from yichuang.items.facts import book_for
from yichuang.items.quality import quality_findings
from yichuang.items.tables import Table
from yichuang.ports import Body, DefinitionView, Finding
from yichuang.rules.conditions import problems
from yichuang.rules.facts import FactBook
from yichuang.rules.limits import Problem

KIND = "item"
MOST_NESTED = 4


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for an item that is valid against its schema."""
    found = [*_structure(body), *_successor(body, view), *_tips(body)]
    outer = book_for(view, body)
    book, form_problems = _with_form(body, outer, view)
    found += [*_conditions(body, outer, book), *form_problems]
    errors = [Finding(KIND, body["code"], p.place, p.message, p.remedy) for p in dict.fromkeys(found)]
    return errors + list(quality_findings(body, view))


def _with_form(body: Body, outer: FactBook, view: DefinitionView) -> tuple[FactBook, list[Problem]]:
    """The facts with those of the form, and what of the form doesn't fit this item's situations."""
    form_body = view.find("form", body["form"]) if body.get("form") else None
    if form_body is None:
        return outer, []
    tables = {code: Table(table) for code in view.codes("code_table") if (table := view.find("code_table", code))}
    form = compile_form(form_body, outer, tables)
    book = outer.with_(form.book)
    if not any(path.startswith("situation.") for path in mentioned(form_body)):
        return book, []
    unfit = [p for p in condition_problems(form_body, form, book) if "situation." in p.message or "情形" in p.message]
    return book, [Problem("form", f"申请表“{form_body['title']}”与本事项的情形不符（{p.place}）：{p.message}", p.remedy) for p in unfit]


def _structure(body: Body) -> Iterator[Problem]:
    questions = list(_questions(body.get("situations", ()), "situations", 1))
    yield from twice(((place, q["code"]) for place, q, _ in questions), "问题")
    for place, question, depth in questions:
        if depth > MOST_NESTED:
            yield Problem(place, f"问题“{question['title']}”嵌套超过 {MOST_NESTED} 层", "请把它移到上一层，用“何时询问”表示条件")
        yield from twice(((f"{place}/options/{n}", o["code"]) for n, o in enumerate(question["options"])), "选项")
    yield from twice(((f"materials/{n}", m["code"]) for n, m in enumerate(body.get("materials", ()))), "材料")
    yield from twice(((f"tips/{n}", t["code"]) for n, t in enumerate(body.get("tips", ()))), "提示")


def _questions(nested: Any, place: str, depth: int) -> Iterator[tuple[str, Mapping[str, Any], int]]:
    for n, question in enumerate(nested):
        here = f"{place}/{n}"
        yield here, question, depth
        for m, option in enumerate(question["options"]):
            yield from _questions(option.get("questions", ()), f"{here}/options/{m}/questions", depth + 1)


def _conditions(body: Body, outer: FactBook, book: FactBook) -> Iterator[Problem]:
    earlier: list[str] = []
    for place, question, _ in _questions(body.get("situations", ()), "situations", 1):
        if "visible_when" in question:
            yield from problems(question["visible_when"], outer, f"{place}/visible_when")
            yield from _too_early(question, earlier, place)
        earlier.append(f"situation.{question['code']}")
    for n, material in enumerate(body.get("materials", ())):
        if "needed_when" in material:
            yield from problems(material["needed_when"], book, f"materials/{n}/needed_when")
        if "when" in material.get("commitment", {}):
            yield from problems(material["commitment"]["when"], book, f"materials/{n}/commitment/when")
    for n, tip in enumerate(body.get("tips", ())):
        if "when" in tip:
            yield from problems(tip["when"], book, f"tips/{n}/when")


def _too_early(question: Mapping[str, Any], earlier: list[str], place: str) -> Iterator[Problem]:
    for path in sorted(set(mentioned(question["visible_when"]))):
        if path.startswith("situation.") and path not in earlier:
            message = f"问题“{question['title']}”的“何时询问”用到了排在它后面的问题，或它自己"
            yield Problem(f"{place}/visible_when", message, "请把被引用的问题排到前面")


def _successor(body: Body, view: DefinitionView) -> Iterator[Problem]:
    seen, code = [body["code"]], body.get("successor")
    while code:
        if code in seen:
            yield Problem("successor", f"改办事项绕成了圈：{'→'.join([*seen, code])}", "请改为一个在用的事项")
            return
        seen.append(code)
        code = (view.find("item", code) or {}).get("successor")


def _tips(body: Body) -> Iterator[Problem]:
    for n, tip in enumerate(body.get("tips", ())):
        if tip.get("from") and tip.get("to") and tip["from"] > tip["to"]:
            yield Problem(f"tips/{n}/to", "提示的结束日期早于开始日期", "请更正日期")
