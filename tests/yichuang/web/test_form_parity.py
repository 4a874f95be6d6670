"""One definition, four renderings: desk, phone, paper and JSON Schema show the same fields, values and errors."""

import io
import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pypdfium2
import pytest

from renderers.form_html import specialise
from renderers.form_print import said, sections
from renderers.pdf import PdfRenderer
from yichuang.catalogue.packing import packaged
from yichuang.forms import CompiledForm
from yichuang.forms.validation import SchemaValidator, schema_errors
from yichuang.items import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.web.printing import with_titles

DOCUMENTS = {(body["kind"], body["code"]): body for body in packaged()}
ITEMS = sorted(code for (kind, code), body in DOCUMENTS.items() if kind == "item" and body.get("form"))
DIVISION = "110107001000"


class View:
    """The packaged definitions."""

    def find(self, kind: str, code: str) -> Any:
        return DOCUMENTS.get((kind, code))

    def codes(self, kind: str) -> list[str]:
        return sorted(code for of, code in DOCUMENTS if of == kind)


class Shown(HTMLParser):
    """What a person sees of a form: titles, values and errors by path, of all that isn't hidden."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titles: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.errors: dict[str, str] = {}
        self._path: list[tuple[str, bool]] = []
        self._in: str | None = None
        self._hidden_template = 0
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._hidden_template += tag == "template"
        if self._hidden_template:
            return
        if tag in {"div", "fieldset", "section", "tr", "td"}:
            hidden = "hidden" in given or bool(self._path and self._path[-1][1])
            self._path.append((given.get("data-path", self._path[-1][0] if self._path else ""), hidden))
        path, hidden = self._path[-1] if self._path else ("", False)
        if hidden:
            return
        if "label" in given.get("class", "").split() and path not in self.titles:
            self._in, self.titles[path] = "title", ""
        if tag == "span" and "needed" in given.get("class", ""):
            self._in = None
        if tag == "p" and given.get("class") == "error" and "hidden" not in given:
            self._in, self.errors[given["id"].removeprefix("e-")] = "error:" + given["id"].removeprefix("e-"), ""
        self._value(tag, given)

    def _value(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        kind = given.get("type", "text")
        if tag == "input" and kind in {"radio", "checkbox"}:
            if "checked" in given:
                self.values.setdefault(name, []).append(given["value"])
        elif tag == "input" and name and given.get("value"):
            self.values[name] = given["value"]
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given and given["value"]:
            self.values[str(self._select)] = given["value"]
        elif tag == "textarea":
            self._in = "text:" + name
        elif given.get("data-code") and "chip" in given.get("class", ""):
            self.values.setdefault(self._path[-1][0], []).append(given["data-code"])
        elif given.get("data-digest"):
            self.values.setdefault(self._path[-1][0], []).append(given["data-name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._hidden_template -= 1
        elif not self._hidden_template:
            if tag in {"div", "fieldset", "section", "tr", "td"}:
                self._path.pop()
            if tag in {"label", "legend", "p", "textarea"}:
                self._in = None

    def handle_data(self, data: str) -> None:
        if self._in == "title":
            path = self._path[-1][0]
            self.titles[path] += data.strip()
        elif self._in and self._in.startswith("error:"):
            self.errors[self._in.removeprefix("error:")] += data
        elif self._in and self._in.startswith("text:") and data.strip():
            self.values[self._in.removeprefix("text:")] = data.strip()


def sample(field: dict[str, Any]) -> Any:
    """An acceptable answer for a field of the wire."""
    kind = field["type"]
    if kind in {"choice", "choices"}:
        code = field["options"][0]["code"] if field.get("options") else DOCUMENTS["code_table", field["table"]]["entries"][0]["code"]
        return code if kind == "choice" else [code]
    if kind == "group":
        row = {f["code"]: value for f in field["fields"] if not f.get("compute") and (value := sample(f)) is not None}
        return [row] * max(2, field.get("min_rows", 0))
    if kind == "number":
        return field.get("min") or "3"
    return SAMPLES.get(kind)


PERSON = {"name": "测试甲", "id_type": "111", "id_no": "110107194509010011", "phone": "13800000000"}
SAMPLES: dict[str, Any] = {
    "text": "文字<样例>&",
    "textarea": "说明样例",
    "money": "300000.00",
    "date": "2026-03-02",
    "date_range": {"from": "2026-03-02", "to": "2027-03-01"},
    "time": "09:30",
    "boolean": True,
    "id_number": "110107194509010011",
    "credit_code": "91110107MA0TERT167",
    "phone": "13800000000",
    "email": "a@example.invalid",
    "address": {"division": DIVISION, "detail": "演示路1号"},
    "person": PERSON,
    "organisation": {"name": "演示单位", "credit_code": "91110107MA0TERT167", "legal_rep": "测试乙", "phone": "13800000000"},
    "attachment": [{"name": "样例.pdf", "size": 9, "digest": "0" * 64}],
}


def form_of(code: str) -> tuple[CompiledForm, dict[str, Any], dict[str, Any]]:
    """The form, its wire, and the facts of its item on a day, with the first option of every question."""
    item = compile_item(View(), code)
    facts = everyday_facts(item.body, date(2026, 3, 2), applicant_kind="2")
    chosen: dict[str, Any] = {}
    for _ in range(4):
        for question in item.questions(chosen, facts):
            option = next(o.code for o in question.options if not o.stop)
            chosen.setdefault(question.code, [option] if question.multiple else option)
    assert item.form is not None
    return item.form, item.form.wire(), dict(item.with_situation(chosen, facts))


def fields(wire: dict[str, Any]) -> list[dict[str, Any]]:
    return [field for section in wire["sections"] for field in section["fields"]]


def titles(table: str, code: str) -> str | None:
    return next((e["title"] for e in DOCUMENTS["code_table", table]["entries"] if e["code"] == code), None)


@pytest.fixture(scope="module")
def pdf() -> PdfRenderer:
    return PdfRenderer()


def words_of(document: bytes) -> str:
    pages = pypdfium2.PdfDocument(io.BytesIO(document))
    return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pages)).replace("\ufffe", "")


@pytest.mark.parametrize("code", ITEMS)
def test_fields_and_values_are_the_same_on_desk_phone_paper_and_in_the_schema(code: str, pdf: PdfRenderer) -> None:
    form, wire, facts = form_of(code)
    answers = {f["code"]: value for f in fields(wire) if not f.get("compute") and (value := sample(f)) is not None}
    decision = form.decide(answers, facts)
    template = specialise(wire, titles)
    desk, phone = (
        Shown(template.render(decision.answers, decision.errors, decision.visible, decision.required, mode))
        for mode in ("desk", "phone")
    )  # fmt: skip
    assert (desk.titles, desk.values) == (phone.titles, phone.values)
    visible = [f for f in fields(wire) if f["code"] in decision.visible and f["type"] != "static"]
    assert {f["code"] for f in visible} <= set(desk.titles)
    schema = form.json_schema()
    assert {f["code"] for f in fields(wire) if f["type"] != "static"} == set(schema["properties"])
    titled = with_titles(wire, decision.answers, titles)
    paper = sections(titled, decision.answers, decision.visible)
    text = words_of(pdf.form(titled, decision.answers, decision.visible))
    labels = {row["label"] for section in paper for row in section["rows"] if row["kind"] != "text"}
    assert labels == {f["title"] for f in visible}
    for field in fields(titled):
        if field["code"] not in {f["code"] for f in visible}:
            continue
        assert desk.titles[field["code"]] == field["title"] == schema["properties"][field["code"]]["title"]
        assert re.sub(r"\s", "", field["title"]) in text
        if field["type"] != "group":
            assert re.sub(r"\s", "", said(field, decision.answers.get(field["code"]))) in text
    for path, value in flat(decision.answers):
        assert desk.values[path] in (value, [value]), path


def flat(answers: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """Answers by path as inputs show them."""
    found: list[tuple[str, Any]] = []
    for key, value in answers.items() if isinstance(answers, dict) else enumerate(answers):
        path = f"{prefix}{key}"
        if isinstance(value, bool):
            found.append((path, [str(value).lower()]))
        elif isinstance(value, list) and value and isinstance(value[0], dict) and "digest" in value[0]:
            found.append((path, [file["name"] for file in value]))
        elif isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            found += flat(value, f"{path}/")
        else:
            found.append((path, value))
    return found


@pytest.mark.parametrize("code", ITEMS)
def test_errors_are_the_same_at_the_same_fields_on_desk_phone_and_from_the_engine(code: str) -> None:
    form, wire, facts = form_of(code)
    wrong = {f["code"]: {"number": "abc", "phone": "1", "id_number": "123", "date": "x"}.get(f["type"]) for f in fields(wire)}
    decision = form.decide({key: value for key, value in wrong.items() if value}, facts)
    template = specialise(wire, titles)
    expected: dict[str, str] = {}
    for error in decision.errors:
        expected.setdefault(error.path.replace("/", "-"), error.message)
    assert expected
    for mode in ("desk", "phone"):
        shown = Shown(template.render(decision.answers, decision.errors, decision.visible, decision.required, mode))  # type: ignore[arg-type]
        assert shown.errors == expected


@pytest.mark.parametrize("code", ITEMS)
def test_the_schema_finds_the_faults_that_need_no_other_answer_at_the_same_fields(code: str) -> None:
    form, wire, facts = form_of(code)
    wrong = {f["code"]: {"number": "abc", "phone": "1", "id_number": "123", "text": "长" * 4001}.get(f["type"]) for f in fields(wire)}
    answers = {f["code"]: wrong[f["code"]] for f in fields(wire) if wrong.get(f["code"]) and not f.get("compute")}
    decided = {error.path for error in form.decide(answers, facts).errors if error.path in answers and error.kind != "check"}
    found = {error.path for error in schema_errors(SchemaValidator(form), form.normalised(answers))}
    assert decided
    assert decided <= found
