"""The gate's checks of a commitment and of the general rules: materials, facts, and what the law asks for (domain 3.3)."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.commitment.facts import commitment_facts
from yichuang.commitment.offers import conditions_of
from yichuang.forms.checks import twice
from yichuang.forms.compiled import compile_form
from yichuang.items.facts import book_for
from yichuang.items.tables import Table
from yichuang.ports import Body, DefinitionView, Finding
from yichuang.rules.conditions import problems
from yichuang.rules.everyday import everyday
from yichuang.rules.facts import FactBook
from yichuang.rules.limits import Problem


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a commitment that is valid against its schema."""
    item = view.find("item", body["item"])
    if item is None:
        return []
    book = _book(view, item)
    found = [*_materials(body, item), *_kind(body), *_verification(body.get("verification", {}))]
    for place, condition in conditions_of(body):
        found += problems(condition, book, place)
    errors = [Finding("commitment", body["code"], p.place, p.message, p.remedy) for p in dict.fromkeys(found)]
    return [*errors, *(Finding("commitment", body["code"], p.place, p.message, p.remedy, "warning") for p in _odd(body, item))]


def _book(view: DefinitionView, item: Body) -> FactBook:
    """The facts of the item, of its form where that can be compiled, and those of commitments."""
    outer = book_for(view, item).with_(commitment_facts())
    form = view.find("form", item["form"]) if item.get("form") else None
    if form is None:
        return outer
    tables = {code: Table(table) for code in view.codes("code_table") if (table := view.find("code_table", code))}
    return outer.with_(compile_form(form, outer, tables).book)


def _materials(body: Body, item: Body) -> Iterator[Problem]:
    known = {material["code"]: material for material in item.get("materials", ())}
    listed = [
        (f"{part}/{n}/material", entry["material"], part) for part in ("replaces", "defers") for n, entry in enumerate(body.get(part, ()))
    ]
    yield from twice(((place, code) for place, code, _ in listed), "材料")
    for place, code, part in listed:
        if code not in known:
            yield Problem(place, f"事项“{item['title']}”没有代码为“{code}”的材料", "请改选事项的材料，或先在事项中增加")
        elif part == "replaces" and not known[code].get("commitment", {}).get("available", False):
            yield Problem(place, f"事项没有允许用承诺替代“{known[code]['title']}”", "请在事项的这份材料中打开“可用承诺替代”，或删去这一行")
    letter = body.get("letter_material", "")
    if letter and letter not in known:
        yield Problem("letter_material", f"事项“{item['title']}”没有代码为“{letter}”的材料", "请改选，或留空")


def _kind(body: Body) -> Iterator[Problem]:
    kind = body["commitment_kind"]
    if kind == "proof" and body.get("own_hands_only") is False:
        yield Problem("own_hands_only", "证明事项的承诺须由申请人本人作出，不能设为可以代签", "请打开“须由申请人本人签署”，或清除这一项")
    if kind in ("proof", "material") and not body.get("replaces") and not body.get("defers"):
        yield Problem("replaces", "这类承诺至少要替代或后补一份材料", "请在“替代的材料”中加入材料")


def _verification(spec: Mapping[str, Any]) -> Iterator[Problem]:
    if spec.get("risk") == "sample" and "sample_percent" not in spec:
        yield Problem("verification/sample_percent", "按比例抽查没有写比例", "请填写抽查比例")
    if spec.get("risk") in ("sample", "all") and "due" not in spec:
        yield Problem("verification/due", "要核查却没有写核查期限", "请填写核查期限")
    if spec.get("mode") == "on_site" and spec.get("inspectors", 2) < 2:
        yield Problem("verification/inspectors", "现场检查至少要两名工作人员", "请改为 2 人以上")


def _odd(body: Body, item: Body) -> Iterator[Problem]:
    if body.get("state", "active") == "active" and not item.get("features", {}).get("commitment", False):
        yield Problem("item", f"事项“{item['title']}”的特殊性没有标明“告知承诺”", "请核对事项的特殊性，统计按两处一致计算")
    for n, entry in enumerate(body.get("defers", ())):
        material: Mapping[str, Any] = next((m for m in item.get("materials", ()) if m["code"] == entry["material"]), {})
        if material.get("necessity") == "required":
            yield Problem(f"defers/{n}", f"“{material['title']}”在事项中是必要材料，不是容缺材料", "请核对是否可以后补")


def rules_findings(body: Body, view: DefinitionView) -> list[Finding]:
    """For the general rules: they are read by every item, so only facts that every item has may be used."""
    book = FactBook([*everyday(view), *commitment_facts()])
    found: list[Problem] = [problem for place, condition in conditions_of(body) for problem in problems(condition, book, place)]
    found += twice(((f"texts/{n}", text["commitment_kind"]) for n, text in enumerate(body["texts"])), "承诺类型")
    found += twice(((f"domains/{n}", domain["code"]) for n, domain in enumerate(body["domains"])), "领域")
    rest = [n for n, domain in enumerate(body["domains"]) if domain.get("rest")]
    if len(rest) != 1:
        place = f"domains/{rest[1]}/rest" if rest else "domains"
        found.append(Problem(place, "要有且只有一个领域收纳“其余事项”，否则分母不完整", "请在一个领域打开“其余事项”"))
    return [Finding("commitment_rules", body["code"], p.place, p.message, p.remedy) for p in dict.fromkeys(found)]
