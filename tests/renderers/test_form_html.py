"""The form as HTML: every type, escaped, with need, visibility and errors where they belong."""

from html.parser import HTMLParser
from typing import Any

import pytest

from renderers.form_html import specialise, summary
from renderers.form_parts import parts_of
from yichuang.forms.fields import PARTS
from yichuang.ports import FieldError

OPTIONS = [{"code": f"c{n}", "title": f"选项{n}"} for n in range(4)]
TYPES = [
    "text", "textarea", "number", "money", "date", "date_range", "time", "boolean",
    "choice", "choices", "id_number", "credit_code", "phone", "email", "address", "person",
    "organisation", "group", "attachment", "static",
]  # fmt: skip


def wire(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"code": "f", "sections": [{"code": "s", "title": "基本", "fields": list(fields)}]}


def field(kind: str, **more: Any) -> dict[str, Any]:
    extra: dict[str, Any] = {"choice": {"options": OPTIONS}, "choices": {"options": OPTIONS}}.get(kind, {})
    if kind == "group":
        extra = {"fields": [field("text", code="name", title="姓名"), field("choice", code="kind", title="类别")]}
    return {"code": "x", "type": kind, "title": "栏目", **extra, **more}


class Reader(HTMLParser):
    """Elements with their attributes, and whether everything that was opened is closed."""

    VOID = {"input", "br", "img"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"attribute twice in <{tag}>"
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def by(self, **attributes: str) -> list[dict[str, str | None]]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [found for _, found in self.found if all(found.get(k) == v for k, v in wanted.items())]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("mode", ["desk", "phone"])
def test_every_type_renders_as_well_formed_html_with_title_and_unique_ids(kind: str, mode: Any) -> None:
    read = Reader(specialise(wire(field(kind))).render({"x": [{"name": "甲"}]} if kind == "group" else {}, mode=mode))
    assert not read.open
    assert "栏目" in read.words
    ids = [found["id"] for _, found in read.found if "id" in found]
    assert len(ids) == len(set(ids))
    assert len(read.by(data_path="x")) == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [("text", '<b>"&'), ("number", "12.50"), ("money", "3.00"), ("date", "2026-03-01"), ("time", "09:30"), ("phone", "13800000000")],
)
def test_a_value_stands_in_its_input_as_it_was_given(kind: str, value: str) -> None:
    read = Reader(specialise(wire(field(kind))).render({"x": value}))
    assert read.by(name="x")[0]["value"] == value


def test_a_text_in_several_lines_keeps_its_first_line_break() -> None:
    html = specialise(wire(field("textarea"))).render({"x": "\n甲</textarea>"})
    assert ">\n\n甲&lt;/textarea&gt;</textarea>" in html


@pytest.mark.parametrize(("value", "checked"), [(True, ["true"]), (False, ["false"]), (None, [])])
def test_yes_and_no_are_marked(value: bool | None, checked: list[str]) -> None:
    read = Reader(specialise(wire(field("boolean"))).render({"x": value}))
    assert [found["value"] for found in read.by(type="radio") if "checked" in found] == checked


def test_several_choices_are_marked_in_one_pass() -> None:
    read = Reader(specialise(wire(field("choices"))).render({"x": ["c3", "c0", "nowhere"]}))
    assert [found["value"] for found in read.by(type="checkbox") if "checked" in found] == ["c0", "c3"]


def test_many_options_become_a_drop_down_list_with_the_chosen_one_selected() -> None:
    options = [{"code": str(n), "title": f"选项{n}"} for n in range(12)]
    read = Reader(specialise(wire(field("choice", options=options))).render({"x": "7"}))
    assert [found["value"] for tag, found in read.found if tag == "option" and "selected" in found] == ["7"]


def test_a_large_table_becomes_a_combobox_showing_the_title_and_sending_the_code() -> None:
    form = wire({"code": "x", "type": "choice", "title": "行业", "table": "industry"})
    read = Reader(specialise(form, lambda table, code: f"{table}的{code}").render({"x": "A01"}))
    assert read.by(role="combobox")[0]["value"] == "industry的A01"
    assert read.by(name="x")[0]["value"] == "A01"


def test_an_error_is_at_its_field_and_tied_to_its_input() -> None:
    error = FieldError("x", "栏目", "required", "请填写<栏目>")
    html = specialise(wire(field("text"))).render({}, [error], {"x"}, {"x"})
    read = Reader(html)
    box = read.by(name="x")[0]
    assert box["aria-invalid"] == "true"
    assert box["aria-required"] == "true"
    assert "e-x" in str(box["aria-describedby"])
    assert "hidden" not in read.by(id="e-x")[0]
    assert "请填写&lt;栏目&gt;" in html


def test_without_error_the_place_for_it_is_there_but_hidden() -> None:
    read = Reader(specialise(wire(field("text"))).render({}))
    assert "hidden" in read.by(id="e-x")[0]
    assert "aria-invalid" not in read.by(name="x")[0]


def test_what_is_not_visible_is_hidden_and_its_section_too_but_the_value_stays() -> None:
    read = Reader(specialise(wire(field("text"))).render({"x": "留着"}, (), set()))
    assert "hidden" in read.by(data_path="x")[0]
    assert "hidden" in read.by(data_section="s")[0]
    assert read.by(name="x")[0]["value"] == "留着"


def test_rows_carry_their_index_and_an_empty_row_waits_in_a_template() -> None:
    html = specialise(wire(field("group", row_title="股东"))).render({"x": [{"name": "甲"}, {"name": "乙", "kind": "c1"}]})
    assert Reader(html).by(name="x/0/name")[0]["value"] == "甲"
    assert Reader(html).by(name="x/1/name")[0]["value"] == "乙"
    assert 'name="x/__row__/name"' in html.split("<template>")[1]
    assert "＋ 添加股东" in html


def test_a_group_is_a_table_at_the_desk_and_cards_on_the_phone() -> None:
    template = specialise(wire(field("group")))
    assert "<table" in template.render({})
    assert "<table" not in template.render({}, mode="phone")


@pytest.mark.parametrize("kind", ["choice", "boolean", "choices"])
def test_a_computed_choice_cannot_be_chosen(kind: str) -> None:
    read = Reader(specialise(wire(field(kind, compute={"fn": "id_sex"}))).render({"x": "c1"}))
    assert all("disabled" in found for _, found in read.found if found.get("name") == "x")


def test_a_computed_field_cannot_be_typed_in() -> None:
    read = Reader(specialise(wire(field("number", compute={"fn": "sum"}))).render({}))
    assert "readonly" in read.by(name="x")[0]
    assert "由系统计算" in read.words


def test_answers_of_a_wrong_shape_render_as_empty() -> None:
    for kind in TYPES:
        Reader(specialise(wire(field(kind))).render({"x": {"unexpected": [1, {}]}}))
        Reader(specialise(wire(field(kind))).render({"x": [1, None, "x"]}))


def test_the_parts_of_composite_fields_are_those_the_engine_knows() -> None:
    for kind, parts in PARTS.items():
        ours = {part["code"]: part["title"] for part in parts_of({"type": kind})} | ({"division": "行政区划"} if kind == "address" else {})
        assert ours == {part.code: part.title for part in parts}


def test_the_summary_leads_to_every_error() -> None:
    html = summary([FieldError("a/0/b", "甲", "required", "请填写"), FieldError("c", "乙", "range", "太大")])
    assert 'href="#f-a-0-b"' in html
    assert "还有 2 处" in html
    assert summary([]) == ""
