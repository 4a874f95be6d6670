"""Fields made of fields: date range, address, person, organisation, attachment, and the repeating group."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from renderers.form_choices import RADIOS_UP_TO, Buttons, Chips, Combo, Select
from renderers.form_fields import (
    Area,
    Field,
    Framed,
    Input,
    Out,
    State,
    Static,
    Titles,
    Writer,
    escape,
    fieldset,
    hint_of,
    slug,
    text_of,
    wide,
)

YES_NO = ({"code": "true", "title": "是"}, {"code": "false", "title": "否"})

ID_TYPES = (
    {"code": "111", "title": "居民身份证"},
    {"code": "113", "title": "户口簿"},
    {"code": "154", "title": "居住证"},
    {"code": "414", "title": "普通护照"},
    {"code": "511", "title": "台湾居民来往大陆通行证"},
    {"code": "516", "title": "港澳居民来往内地通行证"},
    {"code": "553", "title": "外国人永久居留证"},
    {"code": "990", "title": "其他"},
)
"""GA/T 2000.156, the usual ones; used where a form's wire brings none of its own (`domain` §4.6)."""

ACCEPT = {
    "pdf": ".pdf,application/pdf",
    "jpg": ".jpg,.jpeg,image/jpeg",
    "png": ".png,image/png",
    "ofd": ".ofd",
    "docx": ".docx",
    "xlsx": ".xlsx",
}


def parts_of(field: Field) -> list[dict[str, Any]]:
    """The inputs of a composite field, as fields of their own."""
    kind = field["type"]
    if kind == "date_range":
        return [{"code": "from", "type": "date", "title": "开始日期"}, {"code": "to", "type": "date", "title": "结束日期"}]
    if kind == "address":
        return [{"code": "detail", "type": "text", "title": "详细地址", "placeholder": "门牌、楼层、房号", "span": "full"}]
    if kind == "person":
        documents = field.get("parts", {}).get("id_type", {})
        return [
            {"code": "name", "type": "text", "title": "姓名"},
            {"code": "id_type", "type": "choice", "title": "证件类型", **(documents or {"options": ID_TYPES})},
            {"code": "id_no", "type": "text", "title": "证件号码"},
            {"code": "phone", "type": "phone", "title": "电话"},
        ]
    return [
        {"code": "name", "type": "text", "title": "单位名称"},
        {"code": "credit_code", "type": "credit_code", "title": "统一社会信用代码"},
        {"code": "legal_rep", "type": "text", "title": "法定代表人"},
        {"code": "phone", "type": "phone", "title": "电话"},
    ]


class Composite(Framed):
    """A fieldset around its parts. Parts are visible with their field."""

    __slots__ = ("parts",)

    def __init__(self, field: Field, path: str, titles: Titles) -> None:
        frame = fieldset(field, path)
        super().__init__(field, path, lambda v, r, i: f'{frame(v, r, i)}<div class="parts {field["type"]}">', "</fieldset>")
        compute = {"compute": field["compute"]} if field.get("compute") else {}
        self.parts: list[Writer] = [writer_for({**part, **compute}, f"{path}/{part['code']}", titles) for part in parts_of(field)]
        if field["type"] == "address":
            self.parts.insert(0, Division(field, f"{path}/division", titles))
        after = "</div>" + hint_of(field, path)
        self.tail, self.bad = after + self.tail, after + self.bad

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        given: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        shown = frozenset(f"{self.path}/{part.code}" for part in self.parts)
        inner = State(shown, state.required, state.errors)
        for part in self.parts:
            part.write(out, given.get(part.code), inner)
        self.close(out, error)


class Division(Framed):
    """The division tree: drop-down lists level by level (made in the browser), the code in one hidden input."""

    __slots__ = ("table", "titles")

    def __init__(self, field: Field, path: str, titles: Titles) -> None:
        self.table, self.titles = field.get("parts", {}).get("division", {}).get("table") or "division", titles
        part = {"code": "division", "type": "division", "title": "行政区划", "span": "full"}

        def head(visible: bool, required: bool, _invalid: bool) -> str:
            mark = f'<span class="needed" aria-hidden="true"{"" if required else " hidden"}>*</span>'
            return (
                f'<div class="field span-full" data-path="{path}" data-type="division" role="group" aria-labelledby="n-{slug(path)}" '
                f'aria-describedby="e-{slug(path)}"{"" if visible else " hidden"}>'
                f'<span class="label" id="n-{slug(path)}">行政区划{mark}</span>'
                f'<div class="cascade" data-table="{escape(self.table)}" id="f-{slug(path)}" tabindex="-1"><span class="chosen">'
            )

        super().__init__(part, path, head, "</div>")

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        code = text_of(value)
        title = (self.titles(self.table, code) or code) if code else ""
        out += (escape(title), f'</span><input type="hidden" name="{self.path}" value="', escape(code), '"></div>')
        self.close(out, error)


class Attachment(Framed):
    """Files already there, and the button to add more. The files themselves are sent by the page, one by one."""

    __slots__ = ()

    def __init__(self, field: Field, path: str) -> None:
        frame = fieldset(field, path)
        accept = ",".join(ACCEPT[kind] for kind in field.get("accept") or ACCEPT)
        limit = f"最多 {field.get('max_files', 5)} 个，每个不超过 {field.get('max_megabytes', 20)} MB"
        super().__init__(field, path, lambda v, r, i: f'{frame(v, r, i)}<ul class="files">', "</fieldset>")
        after = (
            f'</ul><label class="button small upload"><input type="file" class="visually-hidden" multiple accept="{escape(accept)}" '
            f'aria-label="{escape(field["title"])}：选择文件">选择文件</label> <span class="hint">{limit}</span>{hint_of(field, path)}'
        )
        self.tail, self.bad = after + self.tail, after + self.bad

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        for file in value if isinstance(value, list) else ():
            if isinstance(file, Mapping):
                name = escape(text_of(file.get("name")))
                out.append(
                    f'<li class="file" data-name="{name}" data-size="{escape(text_of(file.get("size")))}" '
                    f'data-digest="{escape(text_of(file.get("digest")))}"><span class="name">{name}</span>'
                    f'<button type="button" class="button quiet small remove" aria-label="移除 {name}">移除</button></li>'
                )
        self.close(out, error)


MARKER = "__row__"
LETTERS, LETTERS_WIDE = 18, 60
"""How many letters of options fit beside each other in a half or whole line."""


class Group(Framed):
    """Rows of fields, as a table or as cards; the empty row waits in a `<template>` with `__row__` for its index."""

    __slots__ = ("field", "field_path", "rows", "table", "titles")

    def __init__(self, field: Field, path: str, titles: Titles, layout: str | None = None) -> None:
        self.field, self.field_path, self.titles = field, path, titles
        self.table = (layout or field.get("layout", "table")) == "table"
        self.rows: dict[str, list[Writer]] = {}
        frame = fieldset({**field, "span": "full"}, path)
        limits = f' data-min="{field.get("min_rows", 0)}" data-max="{field.get("max_rows", 100)}" data-row-title="{escape(self.noun)}"'
        super().__init__(field, path, lambda v, r, i: frame(v, r, i).replace(" data-type=", limits + " data-type=", 1) + self._top(), "</fieldset>")
        blank: Out = []
        self._row(blank, MARKER, {}, State(Everything(), frozenset(), {}))
        after = (
            self._bottom()
            + f'<template>{"".join(blank)}</template><button type="button" class="button small add">＋ 添加{escape(self.noun)}</button>'
            + hint_of(field, path)
        )
        self.tail, self.bad = after + self.tail, after + self.bad

    @property
    def noun(self) -> str:
        return str(self.field.get("row_title") or "一行")

    def _top(self) -> str:
        if not self.table:
            return '<div class="rows cards">'
        heads = "".join(f'<th scope="col">{escape(f["title"])}</th>' for f in self.field["fields"])
        columns = f'<tr><th scope="col">序号</th>{heads}<th scope="col">操作</th></tr>'
        region = f'<div class="scroll-x" tabindex="0" role="region" aria-label="{escape(self.field["title"])}">'
        return f'{region}<table class="grid-table"><thead>{columns}</thead><tbody class="rows">'

    def _bottom(self) -> str:
        return "</tbody></table></div>" if self.table else "</div>"

    def _writers(self, index: str) -> list[Writer]:
        if index not in self.rows:
            made = [writer_for(f, f"{self.field_path}/{index}/{f['code']}", self.titles) for f in self.field["fields"]]
            if len(self.rows) > 200:
                return made
            self.rows[index] = made
        return self.rows[index]

    def _buttons(self) -> str:
        noun = escape(self.noun)
        return "".join(
            f'<button type="button" class="button quiet small {name}" aria-label="{words}{noun}">{sign}</button>'
            for name, words, sign in (("up", "上移", "↑"), ("down", "下移", "↓"), ("drop", "删除", "删除"))
        )

    def _row(self, out: Out, index: str, values: Mapping[str, Any], state: State) -> None:
        number = str(int(index) + 1) if index.isdigit() else ""
        if self.table:
            out.append(f'<tr class="row" data-row="{index}"><td class="ordinal">{number}</td>')
        else:
            title = f'<strong>{escape(self.noun)} <span class="ordinal">{number}</span></strong>'
            head = f'<div class="row-head">{title}<span class="row-ways">{self._buttons()}</span></div>'
            out.append(f'<div class="row card" data-row="{index}">{head}<div class="grid cols-2">')
        for writer in self._writers(index):
            out.append("<td>" if self.table else "")
            writer.write(out, values.get(writer.code), state)
            out.append("</td>" if self.table else "")
        out.append(f'<td class="row-ways">{self._buttons()}</td></tr>' if self.table else "</div></div>")

    def write(self, out: Out, value: Any, state: State) -> None:
        error = self.open(out, state)
        rows: Sequence[Any] = value if isinstance(value, list) else ()
        for index, row in enumerate(rows):
            self._row(out, str(index), row if isinstance(row, Mapping) else {}, state)
        self.close(out, error)


class Everything(frozenset[str]):
    """Contains every path: in the empty row all fields show; the page's engine hides what isn't asked for."""

    def __contains__(self, _path: object) -> bool:
        return True


def _short(field: Field) -> bool:
    """Few options that fit in a line or two: they are shown, not folded into a list."""
    letters = sum(len(option["title"]) + len(option.get("hint", "")) for option in field["options"])
    return len(field["options"]) <= RADIOS_UP_TO and letters <= (LETTERS_WIDE if wide(field) else LETTERS)


def writer_for(field: Field, path: str, titles: Titles, mode: str = "desk") -> Writer:
    """The writer of a field of any type."""
    kind = field["type"]
    if kind in {"choice", "choices"} and "table" in field:
        return (Combo if kind == "choice" else Chips)(field, path, titles)
    if kind == "choice":
        return Buttons(field, path, field["options"], "radio") if _short(field) and "/" not in path else Select(field, path)
    if kind == "choices":
        return Buttons(field, path, field["options"], "checkbox")
    if kind == "boolean":
        return Buttons(field, path, YES_NO, "radio")
    if kind in {"date_range", "address", "person", "organisation"}:
        return Composite(field, path, titles)
    if kind == "group":
        return Group(field, path, titles, "card" if mode == "phone" else None)
    plain: dict[str, Callable[[Field, str], Writer]] = {"textarea": Area, "static": Static, "attachment": Attachment}
    return plain.get(kind, Input)(field, path)
