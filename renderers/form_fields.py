"""One writer per kind of field: what never changes is joined at compile time, only value, visibility, need and error are open.

Every field is `<div class="field">` or, when it has several inputs, `<fieldset class="field">`, with `data-path` and `data-type`;
inputs are named by their path, the error sits in `#e-<path>` and is tied to the input with `aria-describedby`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from markupsafe import escape as marked

from yichuang.ports import FieldError

Out = list[str]
Field = Mapping[str, Any]
Titles = Callable[[str, str], str | None]
"""The title of a code in a code table, or None."""

@dataclass(slots=True)
class State:
    """What is open while rendering. `errors` by path, the first of each."""

    visible: frozenset[str] | set[str]
    required: frozenset[str] | set[str]
    errors: dict[str, FieldError]


class Writer(Protocol):
    code: str
    path: str

    def write(self, out: Out, value: Any, state: State) -> None: ...


def escape(words: Any) -> str:
    """Text for HTML, in content and in double-quoted attributes; the same characters as Jinja2 escapes."""
    return str(marked(words))


def slug(path: str) -> str:
    return path.replace("/", "-")


def text_of(value: Any) -> str:
    """A scalar answer as it stands in an input; anything else is nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else ""


def _mark(required: bool) -> str:
    return f'<span class="needed" aria-hidden="true"{"" if required else " hidden"}>*</span>'


def hint_of(field: Field, path: str) -> str:
    """The hint under a field, or nothing."""
    words = field.get("hint", "")
    if field.get("compute"):
        words = f"{words} 由系统计算".strip()
    return f'<p class="hint" id="h-{slug(path)}">{escape(words)}</p>' if words else ""


def _described(field: Field, path: str) -> str:
    hint = f"h-{slug(path)} " if field.get("hint") or field.get("compute") else ""
    return f'aria-describedby="{hint}e-{slug(path)}"'


def _classes(field: Field) -> str:
    return f"field {'span-full' if wide(field) else 'span-half'}{' computed' if field.get('compute') else ''}"


def wide(field: Field) -> bool:
    """Whether the field takes a whole line."""
    if "span" in field:
        return bool(field["span"] == "full")
    return field["type"] in {"textarea", "address", "person", "organisation", "group", "attachment", "static", "choices"}


def _errors(path: str, closing: str) -> tuple[str, str, str]:
    """Tail without error; and what stands before and after a message."""
    spot = f'<p class="error" id="e-{slug(path)}"'
    return f"{spot} hidden></p>{closing}", f"{spot}>", f"</p>{closing}"


class Framed:
    """The common frame: eight heads by (visible, required, invalid), a body, a tail with or without error."""

    __slots__ = ("bad", "code", "end", "heads", "path", "tail")

    def __init__(self, field: Field, path: str, head: Callable[[bool, bool, bool], str], closing: str) -> None:
        self.code: str = field["code"]
        self.path = path
        self.heads = [head(bool(k & 4), bool(k & 2), bool(k & 1)) for k in range(8)]
        self.tail, self.bad, self.end = _errors(path, closing)

    def open(self, out: Out, state: State) -> FieldError | None:
        path = self.path
        error = state.errors.get(path)
        out.append(self.heads[4 * (path in state.visible) + 2 * (path in state.required) + (error is not None)])
        return error

    def close(self, out: Out, error: FieldError | None) -> None:
        if error is None:
            out.append(self.tail)
        else:
            out += (self.bad, escape(error.message), self.end)


_INPUTS: dict[str, str] = {
    "text": 'type="text"',
    "number": 'type="text" inputmode="decimal"',
    "money": 'type="text" inputmode="decimal"',
    "date": 'type="date" max="9999-12-31"',
    "time": 'type="time"',
    "id_number": 'type="text" maxlength="18" autocapitalize="characters" spellcheck="false"',
    "credit_code": 'type="text" maxlength="18" autocapitalize="characters" spellcheck="false"',
    "phone": 'type="tel" inputmode="tel"',
    "email": 'type="email" inputmode="email" spellcheck="false"',
}


def labelled(field: Field, path: str) -> Callable[[bool, bool, bool], str]:
    """`<div class="field">` with its label, up to and including the control's opening."""
    name = slug(path)

    def head(visible: bool, required: bool, _invalid: bool) -> str:
        return (
            f'<div class="{_classes(field)}" data-path="{path}" data-type="{field["type"]}"{"" if visible else " hidden"}>'
            f'<label class="label" for="f-{name}">{escape(field["title"])}{_mark(required)}</label><div class="control">'
        )

    return head


def attributes_of(field: Field, path: str, required: bool, invalid: bool) -> str:
    parts = [f'class="input" id="f-{slug(path)}" name="{path}" autocomplete="off"', _described(field, path)]
    if field.get("placeholder"):
        parts.append(f'placeholder="{escape(field["placeholder"])}"')
    if field.get("max_length"):
        parts.append(f'data-max="{field["max_length"]}"')
    if field.get("compute"):
        parts.append("disabled" if field["type"] in {"choice", "choices", "boolean"} and "table" not in field else "readonly")
    if required:
        parts.append('aria-required="true"')
    if invalid:
        parts.append('aria-invalid="true"')
    return " ".join(parts)


class Input(Framed):
    """All that is one line: text, numbers, dates, codes."""

    __slots__ = ("after",)

    def __init__(self, field: Field, path: str) -> None:
        frame = labelled(field, path)
        kind = _INPUTS[field["type"]]
        super().__init__(
            field,
            path,
            lambda v, r, i: f'{frame(v, r, i)}<input {kind} {attributes_of(field, path, r, i)} value="',
            "</div>",
        )
        unit = field.get("unit") or ("元" if field["type"] == "money" else "")
        self.after = '">' + (f'<span class="unit">{escape(unit)}</span>' if unit else "") + "</div>" + hint_of(field, path)
        self.tail, self.bad = self.after + self.tail, self.after + self.bad

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        if value is not None:
            out.append(escape(value if type(value) is str else text_of(value)))
        self.close(out, error)


class Area(Framed):
    """Several lines."""

    __slots__ = ()

    def __init__(self, field: Field, path: str) -> None:
        frame = labelled(field, path)
        super().__init__(
            field, path, lambda v, r, i: f'{frame(v, r, i)}<textarea rows="3" {attributes_of(field, path, r, i)}>\n', "</div>"
        )
        after = "</textarea></div>" + hint_of(field, path)
        self.tail, self.bad = after + self.tail, after + self.bad

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        if value is not None:
            out.append(escape(text_of(value)))
        self.close(out, error)


def fieldset(field: Field, path: str, role: str = "") -> Callable[[bool, bool, bool], str]:
    """`<fieldset class="field">` with its legend, for fields of several inputs."""

    def head(visible: bool, required: bool, invalid: bool) -> str:
        states = (' aria-required="true"' if role and required else "") + (' aria-invalid="true"' if role and invalid else "")
        return (
            f'<fieldset class="{_classes(field)}" data-path="{path}" data-type="{field["type"]}" id="f-{slug(path)}"'
            f' {_described(field, path)}{role}{states}{"" if visible else " hidden"}>'
            f'<legend class="label">{escape(field["title"])}{_mark(required)}</legend>'
        )

    return head


class Static:
    """Words between the fields."""

    __slots__ = ("code", "path", "shown")

    def __init__(self, field: Field, path: str) -> None:
        self.code, self.path = field["code"], path
        words = "".join(f"<p>{escape(line)}</p>" for line in str(field.get("text", "")).splitlines() if line.strip())
        self.shown = f'{escape(field["title"])}</strong>{words}</div>'

    def write(self, out: Out, _value: Any, state: State) -> None:
        hidden = "" if self.path in state.visible else " hidden"
        out += (f'<div class="field span-full static" data-path="{self.path}" data-type="static"{hidden}><strong>', self.shown)
