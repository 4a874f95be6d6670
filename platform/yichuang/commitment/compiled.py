"""A commitment's definition, its conditions compiled against the facts of its item."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.commitment.facts import commitment_facts
from yichuang.items.compiled import CompiledItem
from yichuang.ports import Body
from yichuang.rules.conditions import Condition, compile_condition
from yichuang.rules.facts import FactBook

RULES_CODE = "standard"


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that must hold, with the words for when it doesn't."""

    when: Condition
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Swap:
    """A material that is replaced, or deferred by `days`."""

    material: str
    when: Condition | None
    days: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CompiledCommitment:
    """Ready to be offered. `general` is the definition `commitment_rules/standard`, empty when a release has none."""

    body: Body
    general: Body
    item: CompiledItem
    book: FactBook
    when: Condition | None
    eligibility: tuple[Rule, ...]
    replaces: tuple[Swap, ...]
    defers: tuple[Swap, ...]

    @property
    def kind(self) -> str:
        return str(self.body["commitment_kind"])

    @property
    def own_hands_only(self) -> bool:
        return self.kind == "proof" or bool(self.body.get("own_hands_only", False))

    def clauses(self, which: str) -> tuple[str, ...]:
        """`notice_clauses` or `letter_clauses`: the general ones of this kind, then the item's own."""
        general = (text.get(which, ()) for text in self.general.get("texts", ()) if text["commitment_kind"] == self.kind)
        return (*(clause for clauses in general for clause in clauses), *self.body.get(which, ()))


def compile_commitment(body: Body, general: Body, item: CompiledItem) -> CompiledCommitment:
    book = item.book.with_(commitment_facts())
    rules = [*general.get("eligibility", ()), *body.get("eligibility", ())]
    return CompiledCommitment(
        body,
        general,
        item,
        book,
        _condition(body, book),
        tuple(Rule(compile_condition(rule["when"], book), rule["message"], rule.get("remedy", "")) for rule in rules),
        tuple(_swaps(body.get("replaces", ()), book)),
        tuple(_swaps(body.get("defers", ()), book)),
    )


def _swaps(specs: Sequence[Mapping[str, Any]], book: FactBook) -> Iterator[Swap]:
    for spec in specs:
        yield Swap(spec["material"], _condition(spec, book), spec.get("days", 0), spec.get("unit", ""))


def _condition(spec: Mapping[str, Any], book: FactBook) -> Condition | None:
    return compile_condition(spec["when"], book) if "when" in spec else None
