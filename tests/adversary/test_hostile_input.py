"""What no honest client sends: always a 4xx in words, never a traceback, and nothing that was kept is harmed."""

import random
import re
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

from tests.adversary.conftest import Browser
from tests.adversary.doors import ITEM
from yichuang.bootstrap import App

CHINESE = re.compile(r"[\u4e00-\u9fff]")
DEEP = b'{"item":"food_business_new","answers":{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}}"
BROKEN = {
    "not JSON": b"{item:", "cut off": b'{"item": "food', "a list": b"[]", "a number": b"1",
    "a text": b'"x"', "null": b"null", "NUL": b"\x00",
    "invalid UTF-8": b'{"item": "\xff\xfe"}', "lone surrogate": rb'{"item": "\ud800"}', "too deep": DEEP, "NaN": b'{"revision": NaN}',
    "two values": b"{}{}", "a BOM": b"\xef\xbb\xbf{}", "a comment": b"{/*x*/}", "YAML": b"item: x",
    "XML": b"<?xml version='1.0'?><!DOCTYPE x>",
}  # fmt: skip
WRITES = (
    ("clerk", "POST", "/desk/api/drafts"), ("clerk", "PUT", "/desk/api/drafts/{draft}"), ("clerk", "POST",
    "/desk/api/drafts/{draft}/submit"),
    ("clerk", "POST", "/desk/api/notices"), ("clerk", "POST", "/desk/api/window"), ("clerk", "POST", "/desk/api/prefill"),
    ("visitor", "POST", "/apply/api/drafts"), ("visitor", "PUT", "/apply/api/drafts/{applied}"),
    ("visitor", "POST", f"/api/v1/items/{ITEM}/checklist"), ("visitor", "POST", f"/api/v1/items/{ITEM}/validate"),
    ("visitor", "POST", f"/api/v1/items/{ITEM}/notices"), ("items", "PUT", f"/admin/changes/{{change}}/api/item/{ITEM}"),
    ("items", "POST", "/admin/changes/{change}/api/source"), ("items", "POST", "/admin/changes/{change}/api/body"),
)  # fmt: skip


@pytest.fixture(scope="module")
def cast(house: App, people: Mapping[str, Browser]) -> dict[str, Any]:
    """Who sends, and the numbers of what they have begun."""
    from yichuang.web import guards

    guards.limiter.enabled = False
    visitor = Browser(house.wsgi).visit()
    applied = visitor.send("POST", "/apply/api/drafts", {"item": ITEM, "answers": {"operator_name": "留下的店"}}).json["id"]  # type: ignore[index]
    draft = people["clerk"].send("POST", "/desk/api/drafts", {"item": ITEM, "answers": {"operator_name": "留下的店"}}).json["id"]  # type: ignore[index]
    made = people["items"].ask("POST", "/admin/changes/", data={"title": "试验"})
    change = made.headers["Location"].rsplit("/", 1)[1]
    return {**people, "visitor": visitor, "applied": applied, "draft": draft, "change": change}


def refused_in_words(answer: TestResponse) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert answer.mimetype == "application/problem+json", answer.mimetype
    told = orjson.loads(answer.data)
    assert told["status"] == answer.status_code
    assert CHINESE.search(told["title"])
    assert "Traceback" not in answer.text
    for problem in told.get("problems", ()):
        assert problem["field"] is not None
        assert CHINESE.search(problem["message"]), problem


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_body_is_refused_in_words(cast: dict[str, Any], kind: str) -> None:
    for who, method, path in WRITES:
        refused_in_words(cast[who].ask(method, path.format(**cast), data=BROKEN[kind], content_type="application/json"))


def test_three_megabytes_are_refused_in_words(cast: dict[str, Any]) -> None:
    large = b'{"answers": {"operator_name": "' + b"x" * 3_000_000 + b'"}}'
    for who, method, path in WRITES:
        answer = cast[who].ask(method, path.format(**cast), data=large, content_type="application/json")
        refused_in_words(answer)
        assert "2 MB" in answer.text


def test_a_body_without_a_length_is_no_way_around_the_limit(cast: dict[str, Any]) -> None:
    import io

    large = b'{"answers": {"operator_name": "' + b"x" * 3_000_000 + b'"}}'
    answer = cast["clerk"].ask(
        "PUT", f"/desk/api/drafts/{cast['draft']}", input_stream=io.BytesIO(large), content_type="application/json",
        headers={"Transfer-Encoding": "chunked"}, environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    refused_in_words(answer)


@pytest.mark.parametrize("wrong", [None, True, 7, 1.5, -(2**70), "x", "", [], [[]], {}, {"a": {"b": []}}, "\u0000", "字" * 70_000, 1e308])
def test_a_value_of_another_type_anywhere_is_never_our_fault(cast: dict[str, Any], wrong: Any) -> None:
    names = ("item", "id", "revision", "situation", "answers", "applicant", "window", "code", "channel", "body", "text", "kind", "unknown")
    for who, method, path in WRITES:
        for name in names:
            body = {"item": ITEM, "revision": 999_999, name: wrong}
            answer = cast[who].send(method, path.format(**cast), body)
            assert answer.status_code < 500, (method, path, name, answer.text[:300])
            if answer.status_code >= 400:
                refused_in_words(answer)


TYPES = ("application/json", "text/plain", "application/x-www-form-urlencoded")


def _value(dice: random.Random, depth: int = 0) -> Any:
    plain = (
        None, True, 0, -1, 2**63, 2**64 - 1, 0.1, 1e300, "", "x", "\u0000", "\u202e倒", "👨‍👩‍👧‍👦", "a" * 3_000, "=1+1", "{{7*7}}", "2026-02-30",
        "12.3.4", "NaN",
        "1e999999", "９９", "11010119900101", "../../etc/passwd", "%s%n", "' OR 1=1 --", "<script>", "__proto__",
        "2026-01-01", "1", "true",
    )  # fmt: skip
    if depth > 4 or dice.random() < 0.6:
        return dice.choice(plain)
    if dice.random() < 0.5:
        return [_value(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {str(dice.choice(("from", "to", "name", "id_no", "division", "x", "", "__proto__", "a/b"))): _value(dice, depth + 1) for _ in range(3)}


def test_two_thousand_random_requests_meet_no_fault_of_ours(  # noqa: C901 - one game of dice
    house: App, cast: dict[str, Any]
) -> None:
    dice = random.Random(20261124)
    wire = house.services.catalogue.current().compiled(_item_page, ITEM).wire
    fields = [field["code"] for section in wire["form"]["sections"] for field in section["fields"]]
    questions = [question["code"] for question in wire["questions"]]
    codes = (ITEM, ITEM, ITEM, "company_new", "nothing", "", "x" * 300, "../x", "%00", "事项")
    seen: dict[int, int] = {}
    revisions: dict[str, int] = {}
    for _ in range(2_200):
        who, method, path = dice.choice(WRITES)
        path = path.format(**cast).replace(ITEM, dice.choice(codes[:5]))
        part: Any = {dice.choice(fields): _value(dice) for _ in range(3)} if dice.random() < 0.8 else _value(dice)
        chosen: Any = {dice.choice(questions): _value(dice) for _ in range(2)} if dice.random() < 0.8 else _value(dice)
        body: Any = {"item": dice.choice(codes), "revision": dice.choice((1, 2, 3, 10**6, -1)), "answers": part, "situation": chosen}
        if dice.random() < 0.3:
            body["applicant"] = _value(dice)
        if path.startswith("/api/v1") and dice.random() < 0.8:
            body = {"situation": chosen} if path.endswith(("s", "checklist")) else {"situation": chosen, "answers": part}
        if "/drafts/" in path and dice.random() < 0.6:
            body["revision"] = revisions.get(path, 1)
        if dice.random() < 0.1:
            body[dice.choice(("id", "window", "code", "body", "text", "kind", "channel", "zzz"))] = _value(dice)
        if "/api/item/" in path:
            body = {"body": {"title": _value(dice), "materials": _value(dice), dice.choice("abc"): _value(dice)}, "revision": 1}
        raw = orjson.dumps(body)
        if dice.random() < 0.15:
            cut = dice.randrange(len(raw))
            raw = raw[:cut] + bytes([dice.randrange(256)]) + raw[cut + 1 :]
        answer = cast[who].ask(method, path, data=raw, content_type=dice.choice(TYPES))
        if answer.status_code == 409 and "current" in (answer.json or {}):
            revisions[path] = answer.json["current"]["revision"]  # type: ignore[index]
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, (method, path, raw[:600], answer.text[:300])
        if answer.status_code >= 400 and "%" not in path:
            refused_in_words(answer)
    assert seen.get(200, 0) + seen.get(201, 0) > 100, f"some get through, else this tests one refusal: {seen}"
    assert {400, 404, 409} <= set(seen)


def _item_page(view: Any, code: str) -> Any:
    from yichuang.web.item_page import item_page

    return item_page(view, code)


def test_after_all_that_what_was_kept_can_be_read_and_the_pages_work(cast: dict[str, Any]) -> None:
    for who, path in (
        ("clerk", f"/desk/api/drafts/{cast['draft']}"), ("clerk", "/desk/api/drafts"), ("visitor", f"/apply/api/drafts/{cast['applied']}"),
        ("visitor", f"/apply/api/items/{ITEM}"), ("visitor", "/apply"), ("items", f"/admin/changes/{cast['change']}"),
        ("items", f"/admin/changes/{cast['change']}/api/findings"), ("items", f"/admin/changes/{cast['change']}/api/item/{ITEM}"),
        ("items", f"/admin/changes/{cast['change']}/edit/item/{ITEM}"), ("items", f"/admin/changes/{cast['change']}/notice/{ITEM}"),
        ("items", f"/admin/changes/{cast['change']}/api/item/{ITEM}/preview"), ("items", "/admin/definitions/item/"),
        ("items", "/admin/changes/"),
        ("items", "/admin/"), ("clerk", f"/desk/api/drafts/{cast['draft']}/form.pdf"),
    ):  # fmt: skip
        answer = cast[who].get(path)
        assert answer.status_code == 200, (path, answer.text[:300])


@pytest.mark.parametrize("query", [
    "%00", "%ff%fe", "%ED%A0%80", "a" * 20_000, "'\"><script>", "[[[", "%E2%80%AE", "\\", "%",
    "_%_", "*" * 60, "1e999",
])  # fmt: skip
def test_strange_queries_are_answered_everywhere(cast: dict[str, Any], query: str) -> None:
    pages = (
        ("visitor", "/guide?q="), ("visitor", "/guide?theme="), ("visitor", "/guide?department="), ("visitor",
        "/apply?q="), ("visitor", "/api/v1/items?q="),
        ("visitor", "/api/v1/items?theme="), ("clerk", "/desk/api/search?q="), ("clerk", "/desk/api/pulse?item="),
        ("items", "/admin/definitions/item/?q="),
        ("items", "/admin/definitions/item/?state="), ("items", "/admin/changes/?state="), ("items",
        "/admin/notices/?since="), ("items", "/admin/notices/?by="),
        ("items", "/admin/notices/issued?page="), ("items", "/admin/notices/issued?item="), ("audit", "/admin/audit/?actor="),
        ("audit", "/admin/audit/?before="), ("audit", "/admin/audit/?action="),
        ("items", f"/admin/changes/{cast['change']}/api/choices?target="),
        ("items", f"/admin/changes/{cast['change']}/notice/{ITEM}?s="), ("items", f"/admin/changes/{cast['change']}/notice/{ITEM}?day="),
        ("items", "/admin/changes/api/code?title="), ("visitor", "/login/?next="),
    )  # fmt: skip
    for who, path in pages:
        answer = cast[who].get(path + query)
        assert answer.status_code < 500, (path, answer.status_code)
        assert "<script>" not in answer.text.replace("<script>const", "")[:0] + "".join(re.findall(r"\"><script>", answer.text)), path


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999999", "1.5", "x", "%00", "1%2F..", "９"])
def test_strange_numbers_in_addresses_are_not_found(cast: dict[str, Any], number: str) -> None:
    for who, path in (
        ("items", "/admin/changes/{}"), ("items", "/admin/releases/{}"), ("items", "/admin/changes/{}/api/session"),
        ("items", "/admin/changes/{}/api/findings"), ("visitor", "/api/v1/releases/{}/tables/sex"), ("clerk", "/desk/api/drafts/{}"),
        ("visitor", "/api/v1/notices/{}/qr.svg"), ("visitor", "/guide/{}"), ("visitor", "/apply/{}"), ("items", "/admin/definitions/{}/x"),
        ("items", "/admin/definitions/item/{}"), ("items", "/admin/notices/issued?page={}"), ("audit", "/admin/audit/?page=1&before={}"),
    ):  # fmt: skip
        status = cast[who].get(path.format(number)).status_code
        assert status in (404, 400) or (status in (200, 302) and "page=" in path), (path, number, status)


UPLOADS = {
    "a script called pdf": ("a.pdf", b"<script>alert(1)</script>"), "a program": ("a.exe", b"MZ\x90\x00"), "no ending": ("a", b"%PDF-1.7"),
    "two endings": ("a.pdf.exe", b"%PDF-1.7"), "a page": ("a.html", b"<html>"), "a picture with script": ("a.svg", b"<svg onload=alert(1)>"),
    "nothing in it": ("a.pdf", b""), "a pdf called png": ("a.png", b"%PDF-1.7"), "NUL in the name": ("a.exe\x00.pdf", b"MZ"),
}  # fmt: skip


NAMES = (
    "../../../../tmp/evil.pdf", "..\\..\\evil.pdf", "/etc/evil.pdf", "CON.pdf", "a" * 400 + ".pdf", "<img src=x>.pdf", "\u202efdp.exe.pdf",
    "照片.pdf",
)  # fmt: skip


def _attachment_of(house: App) -> tuple[str, str]:
    """(item, field) of the first attachment field among the packaged forms."""
    view = house.services.catalogue.current()
    for code in view.codes("item"):
        form = view.compiled(_item_page, code).wire.get("form")
        for field in [f for section in (form or {"sections": []})["sections"] for f in section["fields"]]:
            if field["type"] == "attachment" and view.get("item", code)["state"] == "active":
                return code, field["code"]
    raise AssertionError("no packaged form takes an attachment")


def _files(house: App) -> list[str]:
    from pathlib import Path

    return sorted(str(path) for path in (Path(house.settings.data_dir) / "uploads").rglob("*") if path.is_file())


def test_disguised_empty_and_wrong_files_are_refused_and_not_kept(house: App, cast: dict[str, Any]) -> None:
    import io

    item, field = _attachment_of(house)
    draft = cast["clerk"].send("POST", "/desk/api/drafts", {"item": item}).json["id"]
    before = _files(house)
    for name, content in UPLOADS.values():
        answer = cast["clerk"].ask("POST", f"/desk/api/drafts/{draft}/files", data={"path": field, "file": (io.BytesIO(content), name)})
        refused_in_words(answer)
    large = io.BytesIO(b"%PDF-1.7" + b"\0" * (21 * 1024 * 1024))
    answer = cast["clerk"].ask("POST", f"/desk/api/drafts/{draft}/files", data={"path": field, "file": (large, "a.pdf")})
    refused_in_words(answer)
    assert "MB" in answer.text
    for path in ("", "nothing", "operator_name", "../x", "0", field + "/0/" + field):
        answer = cast["clerk"].ask("POST", f"/desk/api/drafts/{draft}/files", data={"path": path, "file": (io.BytesIO(b"%PDF-1.7"), "a.pdf")})
        refused_in_words(answer)
    refused_in_words(cast["clerk"].ask("POST", f"/desk/api/drafts/{draft}/files", data={"path": field}))
    assert _files(house) == before


def test_a_files_name_leads_nowhere(house: App, cast: dict[str, Any]) -> None:
    import io

    item, field = _attachment_of(house)
    draft = cast["clerk"].send("POST", "/desk/api/drafts", {"item": item}).json["id"]
    kept = 0
    for name in NAMES:
        data = {"path": field, "file": (io.BytesIO(b"%PDF-1.7 " + name.encode()), name)}
        answer = cast["clerk"].ask("POST", f"/desk/api/drafts/{draft}/files", data=data)
        assert answer.status_code in (201, 400), answer.text
        if answer.status_code == 201:
            kept += 1
            told = answer.json["name"]
            assert not set(told) & set("/\\<>:\u202e\u0000"), told
            assert len(told) <= 120
    assert kept >= 4
    folder = str(uuid.UUID(draft))
    assert all(f"/uploads/{folder}/" in path and re.fullmatch(r"[0-9a-f]{64}", path.rsplit("/", 1)[1]) for path in _files(house) if folder in path)
    assert sum(folder in path for path in _files(house)) == kept


def test_a_draft_does_not_take_files_without_end(house: App, cast: dict[str, Any]) -> None:
    """Whoever may attach could otherwise fill the disk, one small file at a time."""
    import io

    item, field = _attachment_of(house)
    draft = cast["visitor"].send("POST", "/apply/api/drafts", {"item": item}).json["id"]
    statuses = []
    for number in range(130):
        data = {"path": field, "file": (io.BytesIO(f"%PDF-1.7 {number}".encode()), "a.pdf")}
        statuses.append(cast["visitor"].ask("POST", f"/apply/api/drafts/{draft}/files", data=data).status_code)
    assert statuses[0] == 201
    assert statuses[-1] == 400
