"""One writer per kind of field: what never changes is joined at compile time, only value, visibility, need and error are open.

Every field is `<div class="field">` or, when it has several inputs, `<fieldset class="field">`, with `data-path` and `data-type`;
inputs are named by their path, the error sits in `#e-<path>` and is tied to the input with `aria-describedby`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from markupsafe import escape as marked

from yichuang.ports import FieldError

Out = list[str]
Field = Mapping[str, Any]
Titles = Callable[[str, str], str | None]
"""The title of a code in a code table, or None."""

RADIOS_UP_TO = 6
"""More options than this become a drop-down list."""


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


def _attributes(field: Field, path: str, required: bool, invalid: bool) -> str:
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
            lambda v, r, i: f'{frame(v, r, i)}<input {kind} {_attributes(field, path, r, i)} value="',
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
            field, path, lambda v, r, i: f'{frame(v, r, i)}<textarea rows="3" {_attributes(field, path, r, i)}>\n', "</div>"
        )
        after = "</textarea></div>" + hint_of(field, path)
        self.tail, self.bad = after + self.tail, after + self.bad

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        if value is not None:
            out.append(escape(text_of(value)))
        self.close(out, error)


class Options(Framed):
    """Choices with all options in the page; `offsets` is where each one is marked in the joined text."""

    __slots__ = ("body", "offsets", "word")

    def _join(self, pieces: Sequence[tuple[str, str, str]], word: str) -> None:
        body, self.offsets = "", {}
        for code, before, after in pieces:
            body += before
            self.offsets[code] = len(body)
            body += after
        self.body, self.word = body, word

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        chosen = value if isinstance(value, list) else (text_of(value),)
        body, at = self.body, 0
        for spot in sorted({self.offsets[code] for code in chosen if code in self.offsets}):
            out += (body[at:spot], self.word)
            at = spot
        out.append(body[at:])
        self.close(out, error)


class Select(Options):
    """A drop-down list."""

    __slots__ = ()

    def __init__(self, field: Field, path: str) -> None:
        frame = labelled(field, path)
        super().__init__(field, path, lambda v, r, i: f"{frame(v, r, i)}<select {_attributes(field, path, r, i)}>", "</div>")
        options = [{"code": "", "title": "请选择"}, *field["options"]]
        self._join([(o["code"], f'<option value="{escape(o["code"])}"', f">{escape(o['title'])}</option>") for o in options], " selected")
        after = "</select></div>" + hint_of(field, path)
        self.tail, self.bad = after + self.tail, after + self.bad


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


class Buttons(Options):
    """Radio buttons or check boxes."""

    __slots__ = ()

    def __init__(self, field: Field, path: str, options: Sequence[Mapping[str, Any]], kind: str) -> None:
        role = ' role="radiogroup"' if kind == "radio" else ""
        frame = fieldset(field, path, role)
        super().__init__(field, path, lambda v, r, i: f'{frame(v, r, i)}<div class="choices">', "</fieldset>")
        self._join([self._button(path, o, kind, bool(field.get("compute"))) for o in options], " checked")
        after = "</div>" + hint_of(field, path)
        self.tail, self.bad = after + self.tail, after + self.bad

    @staticmethod
    def _button(path: str, option: Mapping[str, Any], kind: str, fixed: bool) -> tuple[str, str, str]:
        code, off = option["code"], " disabled" if fixed else ""
        hint = f' <span class="hint">{escape(option["hint"])}</span>' if option.get("hint") else ""
        button = f'<label class="choice"><input type="{kind}" name="{path}" value="{escape(code)}"{off}'
        return code, button, f">{escape(option['title'])}{hint}</label>"


class Combo(Framed):
    """One of a large code table: typed by code, name or pinyin; the list comes to the browser once."""

    __slots__ = ("table", "titles")

    def __init__(self, field: Field, path: str, titles: Titles) -> None:
        frame, name = labelled(field, path), slug(path)
        self.table, self.titles = field["table"], titles

        def head(v: bool, r: bool, i: bool) -> str:
            attributes = _attributes({"placeholder": "输入代码、名称或拼音首字母", **field}, path, r, i)
            attributes = attributes.replace(f' name="{path}"', "")
            return (
                f'{frame(v, r, i)}<div class="combo" data-table="{escape(self.table)}"><input type="text" role="combobox" '
                f'aria-expanded="false" aria-autocomplete="list" aria-controls="l-{name}" {attributes} value="'
            )

        super().__init__(field, path, head, "</div>")
        listbox = f'<ul class="options" role="listbox" id="l-{name}" aria-label="{escape(field["title"])}" hidden></ul>'
        after = f'">{listbox}</div></div>{hint_of(field, path)}'
        self.tail, self.bad = after + self.tail, after + self.bad

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        code = text_of(value)
        title = self.titles(self.table, code) if code else ""
        out += (escape(title or code), f'"><input type="hidden" name="{self.path}" value="', escape(code))
        self.close(out, error)


class Chips(Framed):
    """Several of a large code table."""

    __slots__ = ("table", "titles")

    def __init__(self, field: Field, path: str, titles: Titles) -> None:
        frame, name = fieldset(field, path), slug(path)
        self.table, self.titles = field["table"], titles
        super().__init__(field, path, lambda v, r, i: f'{frame(v, r, i)}<ul class="chips">', "</fieldset>")
        after = (
            f'</ul><div class="combo" data-table="{escape(self.table)}"><input class="input" type="text" role="combobox" aria-expanded="false" '
            f'aria-autocomplete="list" aria-controls="l-{name}" aria-label="添加{escape(field["title"])}" autocomplete="off" '
            f'placeholder="输入代码、名称或拼音首字母"><ul class="options" role="listbox" id="l-{name}" '
            f'aria-label="{escape(field["title"])}" hidden></ul></div>' + hint_of(field, path)
        )
        self.tail, self.bad = after + self.tail, after + self.bad

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        for code in value if isinstance(value, list) else ():
            title = escape(self.titles(self.table, text_of(code)) or text_of(code))
            out.append(
                f'<li class="chip" data-code="{escape(text_of(code))}">{title}'
                f'<button type="button" class="remove" aria-label="移除{title}">×</button></li>'
            )
        self.close(out, error)


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
