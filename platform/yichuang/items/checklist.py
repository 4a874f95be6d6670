"""The checklist of materials: what is needed, and why, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.rules.conditions import Condition, compile_condition
from yichuang.rules.facts import FactBook, Facts
from yichuang.rules.words import because, describe, instead, lacking


@dataclass(frozen=True, slots=True)
class ChecklistEntry:
    """One material of an item for one situation.

    `material` is its definition. `needed`: by condition. `optional`: needed but not compulsory (非必要). `undecided`: not needed as far
    as is known, but an answer is still missing. `words` say why (not), `condition` when it is needed (empty: always).
    `commitment`: whether a commitment may stand in, with `commitment_words` when that depends on something.
    """

    material: Mapping[str, Any]
    needed: bool
    optional: bool
    undecided: bool
    words: str
    condition: str
    commitment: bool
    commitment_words: str

    @property
    def code(self) -> str:
        return str(self.material["code"])


@dataclass(frozen=True, slots=True)
class Material:
    """A compiled material."""

    body: Mapping[str, Any]
    needed: Condition | None
    condition: str
    commitment: Condition | None


def compile_materials(bodies: Sequence[Mapping[str, Any]], book: FactBook) -> tuple[Material, ...]:
    return tuple(_material(body, book) for body in bodies)


def _material(body: Mapping[str, Any], book: FactBook) -> Material:
    needed = compile_condition(body["needed_when"], book) if "needed_when" in body else None
    when = body.get("commitment", {}).get("when")
    commitment = compile_condition(when, book) if when is not None else None
    return Material(body, needed, describe(needed.wire, book) if needed else "", commitment)


def entry(material: Material, facts: Facts, book: FactBook) -> ChecklistEntry:
    """Decide one material. `facts`: all known ones, those of the form included."""
    optional = material.body["necessity"] == "optional"
    needed, undecided, words = True, False, "可以不交" if optional else "所有申请都需要"
    if material.needed is not None:
        trace = material.needed.trace(facts)
        needed, undecided = bool(trace.holds), not trace.holds and lacking(trace)
        words = f"{'可以交' if optional else '需要'}：因为{because(trace, book)}"
        if not needed:
            words = f"{'暂不需要' if undecided else '不需要'}：{because(trace, book)}（{instead(trace, book)}时需要）"
    able, told = _commitment(material, facts, book)
    return ChecklistEntry(material.body, needed, optional, undecided, words, material.condition, able, told)


def _commitment(material: Material, facts: Facts, book: FactBook) -> tuple[bool, str]:
    if not material.body.get("commitment", {}).get("available", False):
        return False, ""
    if material.commitment is None:
        return True, ""
    trace = material.commitment.trace(facts)
    if trace.holds:
        return True, f"可以承诺：因为{because(trace, book)}"
    return False, f"不能承诺：{because(trace, book)}（{instead(trace, book)}时可以）"
