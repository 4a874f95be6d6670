"""The situation questions of an item: which are asked, what the answers mean, what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.ports import FieldError
from yichuang.rules.conditions import Condition, compile_condition
from yichuang.rules.facts import FactBook, Facts


@dataclass(frozen=True, slots=True)
class Option:
    """A possible answer. `stop`: why one can't go on after choosing it."""

    code: str
    title: str
    hint: str = ""
    stop: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question. `depth` counts from 1; `parent` and `option` say after which answer it is asked."""

    code: str
    title: str
    hint: str
    multiple: bool
    options: tuple[Option, ...]
    depth: int
    parent: str = ""
    option: str = ""
    visible: Condition | None = None

    def chosen(self, raw: Any) -> list[str]:
        """The valid codes among an answer, in the order of the options."""
        given = raw if self.multiple and type(raw) is list else [] if self.multiple else [raw]
        return [option.code for option in self.options if option.code in given]

    def refused(self, raw: Any) -> bool:
        """Whether there is an answer that isn't one of the options."""
        if raw in (None, "", []):
            return False
        return (type(raw) is not list or any(v not in self.chosen(raw) for v in raw)) if self.multiple else not self.chosen(raw)


def compile_questions(nested: Sequence[Mapping[str, Any]], book: FactBook) -> tuple[Question, ...]:
    """All questions, nested ones after the option that asks for them."""
    found: list[Question] = []
    _collect(nested, book, found, 1, ("", ""))
    return tuple(found)


def _collect(nested: Any, book: FactBook, found: list[Question], depth: int, after: tuple[str, str]) -> None:
    for spec in nested:
        condition = compile_condition(spec["visible_when"], book) if "visible_when" in spec else None
        options = tuple(Option(o["code"], o["title"], o.get("hint", ""), o.get("stop", "")) for o in spec["options"])
        code, title, hint = spec["code"], spec["title"], spec.get("hint", "")
        found.append(Question(code, title, hint, spec["kind"] == "multiple", options, depth, *after, condition))
        for option in spec["options"]:
            _collect(option.get("questions", ()), book, found, depth + 1, (spec["code"], option["code"]))


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions to ask, and the facts (given ones and `situation.*`) that their answers make."""

    questions: tuple[Question, ...]
    facts: Mapping[str, Any]


def asked(questions: Sequence[Question], answers: Any, facts: Facts) -> Asked:
    """One pass in order: a question sees the answers before it. Answers to questions that aren't asked count for nothing."""
    given: Mapping[str, Any] = answers if isinstance(answers, Mapping) else {}
    known = {path: value for path, value in facts.items() if not path.startswith("situation.")}
    shown: list[Question] = []
    picked: dict[str, list[str]] = {}
    for question in questions:
        if question.parent and question.option not in picked.get(question.parent, ()):
            continue
        if question.visible is not None and not question.visible.holds(known):
            continue
        shown.append(question)
        codes = picked[question.code] = question.chosen(given.get(question.code))
        if codes:
            known[f"situation.{question.code}"] = codes if question.multiple else codes[0]
    return Asked(tuple(shown), known)


def situation_errors(shown: Sequence[Question], answers: Any) -> list[FieldError]:
    """Questions without an answer, answers that are none, and answers with which one can't go on."""
    given: Mapping[str, Any] = answers if isinstance(answers, Mapping) else {}
    found: list[FieldError] = []
    for question in shown:
        raw = given.get(question.code)
        codes = question.chosen(raw)
        if question.refused(raw):
            found.append(FieldError(question.code, question.title, "option", f"“{question.title}”只能从列出的选项中选择"))
        elif not codes:
            found.append(FieldError(question.code, question.title, "required", f"请选择“{question.title}”"))
        found += [
            FieldError(question.code, question.title, "stop", option.stop)
            for option in question.options
            if option.stop and option.code in codes
        ]
    return found
