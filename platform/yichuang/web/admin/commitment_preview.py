"""What a drafted commitment would mean: tried out with facts one chooses, as the clerk would see it; notice and letter as they would read."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask import render_template

from yichuang.commitment.compiled import RULES_CODE, CompiledCommitment, compile_commitment
from yichuang.commitment.offers import applies, offer_of
from yichuang.commitment.terms import KINDS
from yichuang.commitment.texts import letter_text
from yichuang.errors import YichuangError
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.ports import Application, DefinitionView, Party
from yichuang.rules.facts import Fact
from yichuang.rules.words import describe
from yichuang.web.admin.previews import BROKEN

SAMPLE = Party("测试甲", "1", "111", "11010719900307001X", "13800005678")
TRIED = 24
"""So many facts are offered for trying out."""


def preview(view: DefinitionView, kind: str, code: str, asked: Mapping[str, str], today: date) -> str:
    """The page beside the editor; for the general rules, of the commitment one chooses. `asked`: facts by path, `c` the commitment."""
    codes = [code] if kind == "commitment" else list(view.codes("commitment"))
    chosen = code if kind == "commitment" else asked.get("c", "") if asked.get("c") in codes else next(iter(codes), "")
    titles = {one: str((view.find("commitment", one) or {}).get("title", one)) for one in codes}
    try:
        told = _told(view, chosen, asked, today)
    except (YichuangError, *BROKEN):
        told = {"problem": "内容还不完整，修正右侧所列问题后即可预览。"}
    several = kind != "commitment"
    return render_template("admin/preview_commitment.html", titles=titles, chosen=chosen, several=several, asked=asked, kinds=KINDS, **told)


def _told(view: DefinitionView, code: str, asked: Mapping[str, str], today: date) -> dict[str, Any]:
    body = view.find("commitment", code)
    if body is None:
        return {"problem": "还没有告知承诺，新建后即可预览。"}
    item = compile_item(view, body["item"])
    made = compile_commitment(body, view.find("commitment_rules", RULES_CODE) or {}, item)
    tried = {fact.path: value for fact in made.book if (value := _value(fact, asked.get(fact.path, ""))) is not None}
    facts = everyday_facts(item.body, today) | tried
    offer = offer_of(made, Application("preview", item.code, 0, {}, {}, facts, SAMPLE), facts)
    return {
        "problem": "", "offer": offer, "offered": applies(made, facts), "tried": list(_tried(made))[:TRIED],
        "when": describe(made.when.wire, made.book) if made.when else "", "letter": letter_text(made, SAMPLE, offer.deferred, today),
    }  # fmt: skip


def _tried(made: CompiledCommitment) -> Iterator[Fact]:
    """The facts that decide: those of its own conditions, and of the materials it stands in for."""
    swaps = (*made.replaces, *made.defers)
    wanted = {swap.material for swap in swaps}
    materials = [material for material in made.item.materials if material.body["code"] in wanted]
    conditions = [made.when, *(rule.when for rule in made.eligibility), *(swap.when for swap in swaps)]
    conditions += [condition for material in materials for condition in (material.commitment, material.needed)]
    paths = {path for condition in conditions if condition is not None for path in condition.facts}
    yield from (fact for fact in made.book if fact.path in paths and not fact.column and fact.type in ("text", "number", "boolean", "date", "texts"))


def _value(fact: Fact, text: str) -> Any:
    """What was chosen, in the fact's type; None for nothing."""
    if not text:
        return None
    if fact.type == "boolean":
        return {"yes": True, "no": False}.get(text)
    return [text] if fact.type == "texts" else text
