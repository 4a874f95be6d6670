"""Definitions written by an enemy, or pasted by a clumsy hand: published, they are text everywhere and nothing more."""

import io
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from html.parser import HTMLParser
from itertools import cycle
from typing import Any

import openpyxl
import pypdfium2
import pytest

from tests.adversary.conftest import Browser
from tests.adversary.doors import ACCOUNTS, ITEM
from yichuang import bootstrap
from yichuang.bootstrap import App
from yichuang.errors import GateClosed
from yichuang.ports import Actor
from yichuang.settings import Settings

POISONS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}${7*7}{%x%}", '#import "@preview/a:1.0.0"', '#read("/etc/passwd")',
    "]]></textarea></title>", "\u202e倒过来", "零\u200b宽", "👨‍👩‍👧🏳️‍🌈", "W" * 50, "=1+1", "+cmd|' /C calc'!A0", "@SUM(1)",
    "-2+3",
    "$x$ *b* _i_ `c` <l> @r \\ // /* [", "' onclick='alert(1)", "--></style><b>", "javascript:alert(1)", "%0d%0aX: y", "&lt;&amp;&#60;",
)  # fmt: skip
WORDS = {
    "title", "hint", "note", "text", "stop", "message", "question", "answer", "law", "article", "address", "hours",
    "traffic", "location", "footer",
    "defer_note", "standard", "basis", "by", "limit", "validity", "short_title", "state_note", "quantity_limit", "issuer", "requirement",
}  # fmt: skip
LISTS = {"accept_conditions", "paragraphs", "keywords"}
STAFF = Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))


def poisoned(body: Any, drops: Iterator[str], key: str = "") -> Any:
    """The definition with something nasty before each of its texts."""
    if isinstance(body, dict):
        return {name: poisoned(value, drops, name) for name, value in body.items()}
    if isinstance(body, list):
        return [poisoned(value, drops, f"{key}[]") for value in body]
    if key == "unit" and body not in ("working_day", "day", "month", "hour"):
        return "'><i>=1"
    if isinstance(body, str) and (key in WORDS or key.removesuffix("[]") in LISTS):
        return next(drops) + body[:20]
    return body


@pytest.fixture(scope="module")
def poisoned_house(house: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The item, its form, its notice and its organisation, poisoned through and through, published."""
    import shutil

    folder = tmp_path_factory.mktemp("poisoned") / "data"
    shutil.copytree(house.settings.data_dir, folder)
    app = bootstrap.build(Settings(data_dir=str(folder)))
    view, publishing = app.services.catalogue.current(), app.services.publishing
    item = deepcopy(dict(view.get("item", ITEM)))
    change_set = publishing.open("=1+1<script>alert(1)</script>", STAFF)
    drops = cycle(POISONS)
    for kind, code in (("item", ITEM), ("form", item["form"]), ("notice", item["notice"]), ("organisation", view.codes("organisation")[0])):
        publishing.put(change_set, poisoned(deepcopy(dict(view.get(kind, code))), drops), STAFF)
    try:
        publishing.publish(change_set, STAFF, "<script>alert(1)</script>")
    except GateClosed as closed:
        raise AssertionError([finding.as_dict() for finding in closed.findings if finding.severity == "error"][:12]) from closed
    app.services.catalogue.refresh()
    yield app
    app.stop()


class Inspector(HTMLParser):
    """Looks for what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = False
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.script = tag == "script"
        for name, value in attrs:
            address = name in {"href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "style"}
            runs = address and (value or "").strip().lower().startswith(("javascript:", "data:text"))
            if name.startswith("on") or runs or (tag == "img" and value == "x"):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        self.script = False

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.script and "<" in data:
            self.found.append(f"script: {data[:200]}")

    def error(self, message: str) -> None:
        raise AssertionError(message)


def harmless(html: str) -> str:
    """The page's text; fails when anything in it would run."""
    inspector = Inspector()
    inspector.feed(html)
    assert inspector.found == []
    assert not re.search(r"<script[^>]*>alert|<img src=x", html)
    return "".join(inspector.texts)


def _sign_in(app: App, name: str) -> Browser:
    browser = Browser(app.wsgi)
    assert browser.sign_in(ACCOUNTS[name]).status_code == 302
    return browser


def _issue(app: App) -> str:
    """A notice with a complete situation: the first option of everything asked."""
    browser, chosen = Browser(app.wsgi), {}
    for _ in range(12):
        asked = browser.send("POST", f"/api/v1/items/{ITEM}/checklist", {"situation": chosen}).json["questions"]  # type: ignore[index]
        missing = [q for q in asked if q["code"] not in chosen]
        if not missing:
            break
        for question in missing:
            code = [o for o in question["options"] if "stop" not in o][-1]["code"]
            chosen[question["code"]] = [code] if question["multiple"] else code
    answer = browser.send("POST", f"/api/v1/items/{ITEM}/notices", {"situation": chosen})
    assert answer.status_code == 201, answer.text
    return str(answer.json["code"])  # type: ignore[index]


def test_public_pages_show_it_as_text(poisoned_house: App) -> None:
    browser = Browser(poisoned_house.wsgi)
    for path in (f"/guide/{ITEM}", f"/guide/{ITEM}?kiosk=1", "/guide", "/guide?q=script", f"/apply/{ITEM}", "/apply"):
        text = harmless(browser.get(path).text)
        assert "<script>alert(1)</script>" in text or "onerror=alert" in text, path
        assert "49" not in re.sub(r"\D+\d*49\d+|\d+49\d*", "", text) or "{{7*7}}" in text


def test_desk_and_phone_forms_show_it_as_text(poisoned_house: App) -> None:
    clerk, phone = _sign_in(poisoned_house, "clerk"), Browser(poisoned_house.wsgi)
    for browser, path in ((clerk, f"/desk/api/items/{ITEM}"), (phone, f"/apply/api/items/{ITEM}")):
        html = browser.get(path).json["form_html"]  # type: ignore[index]
        text = harmless(html)
        for poison in ("<script>alert(1)</script>", "{{7*7}}", "onerror=alert(1)>"):
            assert poison in text, (path, poison)


def test_what_an_applicant_types_is_text_in_forms_and_on_paper(poisoned_house: App) -> None:
    clerk = _sign_in(poisoned_house, "clerk")
    wire = clerk.get(f"/desk/api/items/{ITEM}").json["wire"]  # type: ignore[index]
    texts = [f["code"] for s in wire["form"]["sections"] for f in s["fields"] if f["type"] in ("text", "textarea", "multiline")]
    answers = dict(zip(texts, cycle(POISONS), strict=False))
    draft = clerk.send("POST", "/desk/api/drafts", {"item": ITEM, "answers": answers}).json["id"]  # type: ignore[index]
    shown = clerk.get(f"/desk/api/drafts/{draft}").json
    harmless(shown["form_html"])  # type: ignore[index]
    assert shown["draft"]["answers"] == answers  # type: ignore[index]
    pdf = clerk.get(f"/desk/api/drafts/{draft}/form.pdf")
    assert pdf.status_code == 200
    assert "<script>" in _text(pdf.data)


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def test_the_notice_shows_it_as_text_on_screen_and_on_paper(poisoned_house: App) -> None:
    browser, code = Browser(poisoned_house.wsgi), _issue(poisoned_house)
    for path in (f"/n/{code}", f"/n/{code}?large=1"):
        text = harmless(browser.get(path, headers={"Accept-Encoding": "identity"}).text)
        assert "<script>alert(1)</script>" in text
        assert "{{7*7}}" in text
    pdf = browser.get(f"/n/{code}.pdf")
    assert pdf.status_code == 200
    assert "\n" not in pdf.headers["Content-Disposition"]
    text = _text(pdf.data).replace("\r", "").replace("\n", "")
    assert "#import" in text
    assert "#read(" in text
    assert "root:" not in text
    picture = browser.get(f"/n/{code}/qr.svg", headers={"Accept-Encoding": "identity"}).text
    assert "<script" not in picture
    assert "onclick=" not in re.sub(r"<title>.*?</title>", "", picture, flags=re.DOTALL)


def test_json_and_figures_and_posters_bear_it(poisoned_house: App) -> None:
    staff = _sign_in(poisoned_house, "items")
    _issue(poisoned_house)
    body = Browser(poisoned_house.wsgi).get(f"/api/v1/items/{ITEM}").json
    assert any(poison in str(body) for poison in POISONS)
    poster = staff.ask("POST", "/admin/posters/poster.pdf", data={"item": [ITEM], "title": '#import "x"'})
    assert poster.status_code == 200
    assert "#import" in _text(poster.data)
    poisoned_house.services.notices.flush()
    book = openpyxl.load_workbook(io.BytesIO(staff.get("/admin/notices/figures.xlsx").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == [], "no cell is a formula"
    assert any("onerror=alert(1)" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("first", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://x\",\"y\")"])
def test_a_title_like_a_formula_is_a_text_in_excel(first: str) -> None:
    from renderers.spreadsheet import Sheet, workbook

    book = openpyxl.load_workbook(io.BytesIO(workbook([Sheet("表", [("title", "名称")], [{"title": first}])])))
    values = [cell for row in book["表"].iter_rows() for cell in row if isinstance(cell.value, str) and first.strip() in cell.value]
    assert values
    assert all(cell.data_type != "f" for cell in values)


def test_admin_pages_show_it_as_text(poisoned_house: App) -> None:
    staff = _sign_in(poisoned_house, "items")
    change = staff.ask("POST", "/admin/changes/", data={"title": '"><img src=x onerror=alert(1)>'}).headers["Location"].rsplit("/", 1)[1]
    session = staff.get(f"/admin/changes/{change}/api/session").json
    body = dict(poisoned_house.services.catalogue.current().get("item", ITEM)) | {"title": "<script>alert(2)</script>", "fees": {"charged": True}}
    assert staff.send("PUT", f"/admin/changes/{change}/api/item/{ITEM}", {"body": body, "revision": session["revision"]}).status_code == 200  # type: ignore[index]
    for path in (
        "/admin/", "/admin/definitions/item/", f"/admin/definitions/item/{ITEM}", "/admin/changes/?state=all", f"/admin/changes/{change}",
        "/admin/releases/", "/admin/releases/2", "/admin/notices/", "/admin/notices/?by=department",
        "/admin/notices/issued", "/admin/posters/",
        f"/admin/changes/{change}/edit/item/{ITEM}", f"/admin/changes/{change}/preview/item/{ITEM}", f"/admin/changes/{change}/notice/{ITEM}",
        "/admin/definitions/organisation/", "/admin/definitions/item/?q=%22%3E%3Cscript%3E",
    ):  # fmt: skip
        answer = staff.get(path)
        assert answer.status_code == 200, path
        harmless(answer.text)


def test_a_name_of_a_member_of_staff_is_text_too(poisoned_house: App) -> None:
    system = _sign_in(poisoned_house, "system")
    made = system.ask("POST", "/admin/users/", data={"username": "enemy.one", "name": "<script>alert(1)</script>"})
    assert "enemy.one" in harmless(made.text)
    harmless(_sign_in(poisoned_house, "audit").get("/admin/audit/?actor=<script>alert(1)</script>").text)


@pytest.mark.parametrize("change", [
    {"successor": "javascript:alert(1)"}, {"code": "../../etc"}, {"form": "<script>"}, {"department": "x\u0000y"}, {"title": "坏\u0000字"},
    {"title": "坏\ud800字"}, {"title": "x" * 100_000}, {"situations": [{"code": "__proto__", "title": "x", "kind": "single", "options": []}]},
])  # fmt: skip
def test_the_gate_or_the_reader_stops_what_no_page_could_bear(poisoned_house: App, change: Mapping[str, Any]) -> None:
    from yichuang.errors import YichuangError

    publishing = poisoned_house.services.publishing
    number = publishing.open("试", STAFF)
    body = dict(poisoned_house.services.catalogue.current().get("item", ITEM)) | change
    with pytest.raises(YichuangError) as stopped:
        publishing.put(number, body, STAFF)
        publishing.publish(number, STAFF, "试")
    assert re.search(r"[\u4e00-\u9fff]", str(stopped.value))
    assert stopped.value.status in (400, 422)


@pytest.mark.parametrize("name", [
    "1️⃣", "👍🏽", "👨‍👩‍👧🏳️‍🌈", "\u0e01\u0e47", "a\u20dd",
    "\ue000", "\U00020bb8野", "العربية", "\u202e倒", "\u2028", "葛\U000e0101", "\uffff",
])  # fmt: skip
def test_a_strange_character_spoils_neither_this_print_nor_the_next(name: str) -> None:
    """A keycap's digit is in the font though the keycap isn't: it must not be missing on everybody's papers from then on."""
    from renderers.pdf import PdfRenderer

    press = PdfRenderer()
    entry = {"url": "https://hall.example/n/ABCD", "department": "某局"}
    press.poster("海报", [{**entry, "title": name}], "脚注")
    assert "电话 0123456789 號" in _text(press.poster("海报", [{**entry, "title": "电话 0123456789 號"}], "脚注"))
