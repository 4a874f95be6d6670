"""A document's definition, compiled: conditions as closures, texts cut at their fields. Never raises: what is wrong is said by the gate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.documents.facts import book
from yichuang.documents.texts import Text
from yichuang.errors import DefinitionMissing
from yichuang.ports import Body, DefinitionView
from yichuang.rules.conditions import Condition, compile_condition
from yichuang.rules.facts import FactBook, Facts

DEFAULT_PARTS = ("prefix", "item_word", "word", "zi", "year", "ordinal")
DEFAULT_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Guarded:
    """Something with an optional condition."""

    condition: Condition | None
    spec: Mapping[str, Any]

    def shows(self, facts: Facts) -> bool:
        return self.condition is None or self.condition.holds(facts)


@dataclass(frozen=True, slots=True)
class Numbering:
    """How numbers are written. `word` shares one sequence per authority and year."""

    word: str
    digits: int
    parts: Sequence[str]

    def write(self, prefix: str, item_word: str, year: int, seq: int) -> str:
        """`石市监食许受字〔2026〕第000123号`."""
        running = str(seq).zfill(self.digits)
        said = {
            "prefix": prefix, "item_word": item_word, "word": self.word, "zi": "字", "year": f"〔{year}〕",
            "ordinal": f"第{running}号", "plain": f"{running}号",
        }  # fmt: skip
        return "".join(said[part] for part in self.parts)


@dataclass(frozen=True, slots=True)
class CompiledDocument:
    body: Body
    numbering: Numbering | None
    seals: Sequence[Guarded]
    blocks: Sequence[Guarded]

    @property
    def title(self) -> str:
        return str(self.body["title"])

    def seal(self, facts: Facts, values: Mapping[str, Any]) -> str:
        """The name of the seal to use here, empty for none."""
        found = next((seal for seal in self.seals if seal.shows(facts)), None)
        return Text.read(str(found.spec["seal_title"])).say(values) if found else ""

    def copies(self) -> str:
        """`本文书一式两份：申请人一份，受理机关一份。`; empty when the definition says nothing."""
        given = [(str(entry["recipient"]), int(entry["count"])) for entry in self.body.get("copies", ())]
        if not given:
            return ""
        whole = sum(count for _, count in given)
        return f"本文书一式{_many(whole)}份，{'，'.join(f'{to}{_many(count)}份' for to, count in given)}。"


def compile_document(view: DefinitionView, code: str) -> CompiledDocument:
    """Raises `DefinitionMissing`."""
    body = view.find("document", code)
    if body is None:
        raise DefinitionMissing(f"当前版本中没有文书 {code}")
    return compiled(body, book(view))


def compiled(body: Body, facts: FactBook) -> CompiledDocument:
    return CompiledDocument(
        body,
        _numbering(body.get("number")),
        [_guarded(seal, facts) for seal in body.get("sealed_by", ())],
        [_guarded(block, facts) for block in body["blocks"]],
    )


def _numbering(spec: Mapping[str, Any] | None) -> Numbering | None:
    if not spec:
        return None
    return Numbering(str(spec["word"]), int(spec.get("digits", DEFAULT_DIGITS)), tuple(spec.get("parts") or DEFAULT_PARTS))


def _guarded(spec: Mapping[str, Any], facts: FactBook) -> Guarded:
    condition = compile_condition(spec["when"], facts) if "when" in spec else None
    rows = [_guarded(row, facts) for row in spec.get("rows", ())]
    return Guarded(condition, {**spec, "rows": rows} if rows else spec)


def _many(count: int) -> str:
    return ("", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十")[count] if count <= 10 else str(count)
