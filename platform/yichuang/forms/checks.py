"""The gate's checks of a form: everything that a schema can't say. Every finding names its place and the way out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from yichuang.forms.compiled import CompiledForm, compile_form
from yichuang.forms.fields import FACT_TYPES, facts_of
from yichuang.forms.parties import party_problems
from yichuang.forms.properties import Around, property_problems
from yichuang.ports import Body, CodeTable, DefinitionView, Finding
from yichuang.rules.conditions import problems
from yichuang.rules.everyday import everyday, situation_facts
from yichuang.rules.expressions import expression_problems
from yichuang.rules.facts import Fact, FactBook
from yichuang.rules.limits import Problem

Specs = Sequence[tuple[str, Mapping[str, Any]]]
KIND = "form"


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a form that is valid against its schema; its conditions are held against every item that uses it."""
    tables: dict[str, CodeTable] = {code: _View(view, code) for code in view.codes("code_table")}
    using = [item for code in view.codes("item") if (item := view.find("item", code)) and item.get("form") == body["code"]]
    base = everyday(view)
    own = [*structure_problems(body)]
    books = [(item["title"], FactBook([*base, *situation_facts(item)])) for item in using] or [("", FactBook(base))]
    for n, (title, outer) in enumerate(books):
        form = compile_form(body, outer, tables)
        everything = outer.with_(form.book)
        found = [*condition_problems(body, form, everything)]
        found += [] if n else [*_properties(body, everything, tables), *_cycles(form), *party_problems(body, form)]
        own += found if n == 0 and len(books) == 1 else [_for_item(p, title) for p in found]
    unused = not using and any(path.startswith("situation.") for path in mentioned(body))
    warnings = [_unused(body)] if unused else []
    kept = [p for p in own if not (unused and "“situation." in p.message)]
    return [*(_finding(body, p) for p in dict.fromkeys(kept)), *warnings]


class _View:
    """A code table read straight from the view."""

    def __init__(self, view: DefinitionView, code: str) -> None:
        self._entries: Sequence[Mapping[str, Any]] = (view.find("code_table", code) or {}).get("entries", ())

    def entries(self) -> Sequence[Mapping[str, Any]]:
        return self._entries

    def title(self, code: str) -> str | None:
        return next((e["title"] for e in self._entries if e["code"] == code), None)

    def has(self, code: str) -> bool:
        return self.title(code) is not None


def _for_item(problem: Problem, title: str) -> Problem:
    if "“situation." not in problem.message:
        return problem
    return Problem(problem.place, f"{problem.message}（事项“{title}”使用本表单）", problem.remedy)


def _finding(body: Body, problem: Problem) -> Finding:
    return Finding(KIND, body["code"], problem.place, problem.message, problem.remedy)


def _unused(body: Body) -> Finding:
    message = "还没有事项使用本表单，其中引用的情形无法核对"
    return Finding(KIND, body["code"], "", message, "请在事项中选用本表单，再核对情形", "warning")


def specs_of(body: Body) -> Specs:
    """All top-level fields with their places."""
    return [(f"sections/{s}/fields/{n}", spec) for s, section in enumerate(body["sections"]) for n, spec in enumerate(section["fields"])]


def columns_of(place: str, spec: Mapping[str, Any]) -> Specs:
    return [(f"{place}/fields/{n}", column) for n, column in enumerate(spec.get("fields", ()))]


def structure_problems(body: Body) -> Iterator[Problem]:
    """Codes used twice, and checks that name no field."""
    fields = specs_of(body)
    yield from twice([(f"sections/{n}", s["code"]) for n, s in enumerate(body["sections"])], "分组")
    yield from twice([(place, spec["code"]) for place, spec in fields], "栏目")
    for place, spec in fields:
        yield from twice([(inner, column["code"]) for inner, column in columns_of(place, spec)], "组内栏目")
    yield from twice([(f"checks/{n}", c["code"]) for n, c in enumerate(body.get("checks", ()))], "校验")
    known = {spec["code"]: {c["code"] for c in spec.get("fields", ())} for _, spec in fields}
    for n, check in enumerate(body.get("checks", ())):
        for m, path in enumerate(check["fields"]):
            code, _, rest = path.replace("[]", "").replace(".", "/").partition("/")
            if code not in known or (known[code] and rest and rest.split("/")[-1] not in known[code]):
                yield Problem(f"checks/{n}/fields/{m}", f"没有栏目“{path}”", "请选择表单中的栏目")


def twice(places: Iterable[tuple[str, str]], what: str) -> Iterator[Problem]:
    """A problem for every code that stands more than once among `places` (place, code); `what` is said before it."""
    seen: set[str] = set()
    for place, code in places:
        if code in seen:
            yield Problem(f"{place}/code", f"{what}代码“{code}”重复", "请更换代码，同一处的代码不能相同")
        seen.add(code)


def condition_problems(body: Body, form: CompiledForm, book: FactBook) -> Iterator[Problem]:
    """Faults of all conditions and calculations, with `row.` facts only inside their group."""
    for n, section in enumerate(body["sections"]):
        if "visible_when" in section:
            yield from problems(section["visible_when"], book, f"sections/{n}/visible_when")
    for place, spec in specs_of(body):
        yield from _field(place, spec, book)
        inside = book.with_(_row_facts(form, spec))
        for inner, column in columns_of(place, spec):
            yield from _field(inner, column, inside)
    for n, check in enumerate(body.get("checks", ())):
        for key in ("when", "require"):
            if key in check:
                yield from problems(check[key], book, f"checks/{n}/{key}")


def _row_facts(form: CompiledForm, spec: Mapping[str, Any]) -> list[Fact]:
    group = next((f for f in form.fields if f.code == spec["code"] and f.type == "group"), None)
    return [f for c in group.columns for f in facts_of(c.spec, "row.", c.options, c.part_options)] if group else []


def _field(place: str, spec: Mapping[str, Any], book: FactBook) -> Iterator[Problem]:
    for key in ("visible_when", "required_when"):
        if key in spec:
            yield from problems(spec[key], book, f"{place}/{key}")
    if "compute" in spec:
        kind = FACT_TYPES.get(spec["type"])
        yield from expression_problems(spec["compute"], book, f"{place}/compute", "text" if kind == "texts" else kind)


def _properties(body: Body, book: FactBook, tables: Mapping[str, CodeTable]) -> Iterator[Problem]:
    beside = {spec["code"]: spec for _, spec in specs_of(body)}
    for place, spec in specs_of(body):
        yield from property_problems(spec, place, Around(beside, book, tables))
        columns = columns_of(place, spec)
        for inner, column in columns:
            yield from property_problems(column, inner, Around({c["code"]: c for _, c in columns}, book, tables))


def _cycles(form: CompiledForm) -> Iterator[Problem]:
    """Calculations and visibility that depend on themselves; told at the first field of the circle."""
    titles = {f"f:{f.code}": f.title for f in form.fields}
    titles |= {f"c:{f.code}.{c.code}": f"{f.title}·{c.title}" for f in form.fields for c in f.columns}
    titles |= {f"s:{n}": f"分组“{s['title']}”" for n, s in enumerate(form.body["sections"])}
    places = _places(form.body)
    for circle in form.cycles:
        names = "→".join(titles.get(node, node) for node in [*circle, circle[0]])
        yield Problem(places.get(circle[0], ""), f"计算或显示条件互相依赖，无法得出结果：{names}", "请去掉其中一处引用")


def _places(body: Body) -> dict[str, str]:
    found = {f"s:{n}": f"sections/{n}/visible_when" for n in range(len(body["sections"]))}
    for place, spec in specs_of(body):
        found[f"f:{spec['code']}"] = place
        found |= {f"c:{spec['code']}.{column['code']}": inner for inner, column in columns_of(place, spec)}
    return found


def mentioned(node: Any) -> Iterator[str]:
    """All fact paths named anywhere in a definition."""
    if isinstance(node, Mapping):
        for key in ("fact", "other", "default_from"):
            if isinstance(node.get(key), str):
                yield node[key]
        for value in node.values():
            yield from mentioned(value)
    elif isinstance(node, list):
        for value in node:
            yield from mentioned(value)
