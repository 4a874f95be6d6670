"""Fields to choose in: drop-down list, radio buttons, check boxes, and the combobox for large code tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from renderers.form_fields import (
    Field,
    Framed,
    Out,
    State,
    Titles,
    attributes_of,
    escape,
    fieldset,
    hint_of,
    labelled,
    slug,
    text_of,
)

RADIOS_UP_TO = 6
"""More options than this become a drop-down list."""


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
        super().__init__(field, path, lambda v, r, i: f"{frame(v, r, i)}<select {attributes_of(field, path, r, i)}>", "</div>")
        options = [{"code": "", "title": "请选择"}, *field["options"]]
        self._join([(o["code"], f'<option value="{escape(o["code"])}"', f">{escape(o['title'])}</option>") for o in options], " selected")
        after = "</select></div>" + hint_of(field, path)
        self.tail, self.bad = after + self.tail, after + self.bad


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
            attributes = attributes_of({"placeholder": "输入代码、名称或拼音首字母", **field}, path, r, i)
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
