"""A form's fields, compiled: what each takes, which facts it declares, when it shows and is required."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from yichuang.rules.conditions import Condition
from yichuang.rules.expressions import Expression
from yichuang.rules.facts import Fact, Facts, FactType

Options = Mapping[str, str]
"""Code to title, in the order of the definition."""


class Part(NamedTuple):
    """A part of a field that consists of several inputs."""

    code: str
    title: str
    type: FactType
    chosen: bool = False


PARTS: Mapping[str, tuple[Part, ...]] = {
    "date_range": (Part("from", "开始日期", "date"), Part("to", "结束日期", "date")),
    "address": (Part("division", "行政区划", "text", True), Part("detail", "详细地址", "text")),
    "person": (
        Part("name", "姓名", "text"),
        Part("id_type", "证件类型", "text", True),
        Part("id_no", "证件号码", "text"),
        Part("phone", "电话", "text"),
    ),
    "organisation": (
        Part("name", "单位名称", "text"),
        Part("credit_code", "统一社会信用代码", "text"),
        Part("legal_rep", "法定代表人", "text"),
        Part("phone", "电话", "text"),
    ),
}
FACT_TYPES: Mapping[str, FactType] = {
    "text": "text", "textarea": "text", "number": "number", "money": "number", "date": "date", "time": "time",
    "boolean": "boolean", "choice": "text", "choices": "texts", "id_number": "text", "credit_code": "text",
    "phone": "text", "email": "text", "group": "rows", "attachment": "file",
}  # fmt: skip
PART_TABLES: Mapping[tuple[str, str], str] = {("address", "division"): "division", ("person", "id_type"): "id_type"}
"""Code tables of parts; an address may name another one in `code_table`."""


class Wrong:
    """An answer of a type that the field can't have; the raw value is kept for whoever reports it."""

    __slots__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw = raw


class Fault(NamedTuple):
    """What is wrong with a value; `rest` follows the field's name in the message, `part` names the input."""

    kind: str
    rest: str
    part: str = ""
    severity: str = "error"
    whole: str = ""
    """A complete message instead of name and `rest`."""


Normalise = Callable[[Any], Any]
"""A raw answer to its canonical value, None when missing, or `Wrong`."""
Faults = Callable[[Any, Facts], Sequence[Fault]]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field. `path` is that of its answer (`area`, `shareholders/*/amount`), `spec` its definition."""

    code: str
    type: str
    title: str
    path: str
    spec: Mapping[str, Any]
    section: int
    group: str | None
    options: Options | None
    """Codes that may be chosen; None when it is no choice."""
    part_options: Mapping[str, Options]
    table: str | None
    visible: Condition | None
    required: bool
    required_when: Condition | None
    compute: Expression | None
    normalise: Normalise
    faults: Faults
    columns: "tuple[Field, ...]" = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        return PARTS.get(self.type, ())


def facts_of(spec: Mapping[str, Any], prefix: str, options: Options | None, parts: Mapping[str, Options]) -> list[Fact]:
    """The facts a field declares under `prefix` (`form.`, `row.`, `form.shareholders[].`)."""
    code, kind, title = spec["code"], spec["type"], spec["title"]
    if kind in PARTS:
        return [
            Fact(f"{prefix}{code}.{part.code}", part.type, f"{title}的{part.title}", parts.get(part.code))
            for part in PARTS[kind]
        ]
    return [Fact(prefix + code, FACT_TYPES[kind], title, options)] if kind in FACT_TYPES else []
