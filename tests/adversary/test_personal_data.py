"""What an applicant typed: nowhere but in the draft and before those who may see it."""

import io
import re
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.adversary.conftest import Browser
from tests.adversary.doors import ACCOUNTS, ITEM
from yichuang.bootstrap import App
from yichuang.web import watching

NAME, PHONE, ID_NUMBER, SHOP = "欧阳试探", "13900007788", "110101199003074258", "试探小饭馆"
SECRETS = (NAME, PHONE, ID_NUMBER, SHOP, "Falsch-Passwort-99")


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, as one line after another. Loggers that were used before are replaced: they keep their stream."""
    heard = io.StringIO()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
        logger_factory=structlog.PrintLoggerFactory(heard), cache_logger_on_first_use=False,
    )  # fmt: skip
    for name, module in list(sys.modules.items()):
        if name.startswith("yichuang.") and type(getattr(module, "log", None)).__module__.startswith("structlog"):
            monkeypatch.setattr(module, "log", structlog.get_logger())
    yield heard
    watching.configure_logs("text")


def _person_of(wire: Mapping[str, Any]) -> dict[str, Any]:
    """Personal data in every field that takes any text, person or organisation."""
    answers: dict[str, Any] = {}
    for field in [f for section in wire["form"]["sections"] for f in section["fields"]]:
        if field["type"] == "person":
            answers[field["code"]] = {"name": NAME, "id_type": "111", "id_no": ID_NUMBER, "phone": PHONE}
        elif field["type"] in ("id_number", "phone", "text", "textarea"):
            answers[field["code"]] = {"id_number": ID_NUMBER, "phone": PHONE}.get(field["type"], f"{SHOP}{NAME}{PHONE}{ID_NUMBER}")
        elif field["type"] == "organisation":
            answers[field["code"]] = {"name": SHOP, "credit_code": "", "legal_rep": NAME, "phone": PHONE}
    return answers


@pytest.fixture(scope="module")
def told(house: App, people: Mapping[str, Browser]) -> dict[str, Any]:
    """Personal data entered through every door, rightly and wrongly. All answers and addresses are kept."""
    from yichuang.web import guards

    guards.limiter.enabled = False
    clerk, phone = people["clerk"], Browser(house.wsgi).visit()
    answers = _person_of(clerk.get(f"/desk/api/items/{ITEM}").json["wire"])  # type: ignore[index]
    draft = clerk.send("POST", "/desk/api/drafts", {"item": ITEM, "answers": answers}).json["id"]  # type: ignore[index]
    clerk.send("PUT", f"/desk/api/drafts/{draft}", {"revision": 1, "answers": answers, "applicant": {"kind": "1"}})
    applied = phone.send("POST", "/apply/api/drafts", {"item": ITEM, "answers": answers}).json["id"]  # type: ignore[index]
    return {"answers": answers, "draft": draft, "applied": applied, "phone": phone, "clerk": clerk}


def _misuse(house: App, told: dict[str, Any]) -> None:
    clerk, phone = told["clerk"], told["phone"]
    answers = told["answers"]
    for browser, path in ((clerk, f"/desk/api/drafts/{told['draft']}"), (phone, f"/apply/api/drafts/{told['applied']}")):
        browser.send("PUT", path, {"revision": 999, "answers": answers})
        browser.send("PUT", path, {"revision": NAME, "answers": answers})
        browser.ask("PUT", path, data=f'{{"answers": "{ID_NUMBER}', content_type="application/json")
    clerk.send("POST", f"/desk/api/drafts/{told['draft']}/submit", {"revision": 2})
    phone.send("POST", f"/apply/api/drafts/{told['applied']}/prefill", {})
    stranger = Browser(house.wsgi)
    stranger.send("POST", f"/api/v1/items/{ITEM}/validate", {"answers": answers})
    stranger.send("POST", f"/api/v1/items/{ITEM}/notices", {"situation": {NAME: ID_NUMBER}})
    stranger.send("POST", "/desk/api/notices", {"item": ITEM, "applicant": {"name": NAME}})
    clerk.send("POST", "/desk/api/prefill", {"code": PHONE})
    clerk.get(f"/desk/api/search?q={NAME}")
    clerk.get(f"/guide?q={ID_NUMBER}")
    stranger.get(f"/n/{ID_NUMBER}")
    stranger.get(f"/{NAME}/{PHONE}", headers={"X-Request-ID": PHONE + NAME, "User-Agent": NAME})
    stranger.sign_in(NAME, "Falsch-Passwort-99")
    stranger.sign_in("Falsch-Passwort-99", "x")


def test_no_log_line_holds_what_was_typed(house: App, told: dict[str, Any], logs: io.StringIO) -> None:
    _misuse(house, told)
    clerk, phone = told["clerk"], told["phone"]
    clerk.get(f"/desk/api/drafts/{told['draft']}")
    clerk.get(f"/desk/api/drafts/{told['draft']}/form.pdf")
    phone.get(f"/apply/api/items/{ITEM}")
    lines = logs.getvalue()
    assert lines.count("event='request'") > 15, "the logs were listened to"
    assert [secret for secret in SECRETS if secret in lines] == []


def test_even_the_report_of_a_crash_is_without_what_was_typed(
    house: App, told: dict[str, Any], logs: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database error repeats statement and values by default."""
    from sqlalchemy import text

    def broken(*_: Any, **__: Any) -> Any:
        with house.services.database.writing() as connection:
            connection.execute(text("INSERT INTO no_such_table VALUES (:a)"), {"a": NAME + ID_NUMBER})

    monkeypatch.setattr(type(house.services.drafts), "save", broken)
    answer = told["clerk"].send("PUT", f"/desk/api/drafts/{told['draft']}", {"revision": 2, "answers": told["answers"]})
    assert answer.status_code >= 500
    assert "no_such_table" in logs.getvalue()
    for where in (logs.getvalue(), answer.text):
        assert [secret for secret in SECRETS if secret in where] == []
    assert "no_such_table" not in answer.text


def test_neither_database_nor_files_hold_it_in_plain_text(house: App, told: dict[str, Any], data_folder: Path) -> None:
    _misuse(house, told)
    with sqlite3.connect(data_folder / "yichuang.sqlite3") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = connection.execute("SELECT count(*) FROM drafts").fetchone()[0]
    assert rows >= 2
    for path in (p for p in data_folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        for secret in SECRETS:
            for form in (secret.encode(), secret.encode("utf-16-le"), secret.encode("unicode_escape"), secret.encode("gb18030")):
                assert form not in content, (path.name, secret)


def test_an_attachment_is_sealed_on_disk(house: App, people: Mapping[str, Browser], data_folder: Path) -> None:
    from tests.adversary.test_hostile_input import _attachment_of

    item, field = _attachment_of(house)
    draft = people["clerk"].send("POST", "/desk/api/drafts", {"item": item}).json["id"]  # type: ignore[index]
    data = {"path": field, "file": (io.BytesIO(f"%PDF-1.7 {ID_NUMBER}".encode()), f"{NAME}.pdf")}
    assert people["clerk"].ask("POST", f"/desk/api/drafts/{draft}/files", data=data).status_code == 201
    for path in (data_folder / "uploads").rglob("*"):
        assert NAME not in str(path)
        assert not path.is_file() or ID_NUMBER.encode() not in path.read_bytes()


def test_the_trail_the_lists_and_the_figures_are_without_it(house: App, told: dict[str, Any], people: Mapping[str, Browser]) -> None:
    _misuse(house, told)
    pages = {
        "audit": ("/admin/audit/", "/admin/audit/?actor=clerk", f"/admin/audit/?code={told['draft']}"), "system": ("/admin/users/",),
        "items": ("/admin/", "/admin/notices/", "/admin/notices/issued", "/admin/changes/"), "lead": ("/desk/api/drafts", "/desk"),
        "manager": ("/admin/", "/admin/notices/issued"),
    }  # fmt: skip
    for name, paths in pages.items():
        for path in paths:
            answer = people[name].get(path)
            assert answer.status_code == 200
            assert [secret for secret in SECRETS if secret in answer.text] == [], path


def test_a_list_shows_a_masked_name_and_nothing_else(told: dict[str, Any]) -> None:
    lines = told["clerk"].get("/desk/api/drafts").json["drafts"]
    mine = next(line for line in lines if line["id"] == told["draft"])
    text = str(mine)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "*" in mine["label"] or "＊" in mine["label"] or mine["label"] == "", mine["label"]
    page = told["phone"].get("/apply").text
    assert [secret for secret in SECRETS if secret in page] == []


@pytest.mark.parametrize("name", ["欧阳试探", "Maria Musterfrau", "阿依古丽·买买提", "李"])
def test_a_persons_name_is_masked_however_long_it_is(name: str) -> None:
    from yichuang.cases.labels import label_of

    label = label_of({"owner": {"name": name, "id_type": "111", "id_no": ID_NUMBER, "phone": PHONE}})
    assert "*" in label
    assert name not in label


def test_nothing_typed_gets_into_an_address(house: App, told: dict[str, Any]) -> None:
    """Addresses stand in histories and proxies' logs: the answers to writes name ids and codes only."""
    started = told["clerk"].send("POST", "/desk/api/drafts", {"item": ITEM, "answers": told["answers"]})
    assert "Location" not in started.headers
    given = told["phone"].send("POST", f"/apply/api/drafts/{told['applied']}/prefill", {}).json
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{10}", given["code"])
    assert [secret for secret in SECRETS if secret in str({k: v for k, v in given.items() if k != "problems"})] == []


HERE = {"REMOTE_ADDR": "127.0.0.1"}


def test_counts_are_for_this_machine_and_who_has_the_token(house: App, stranger: Browser) -> None:
    """Whoever could watch them would know when somebody gives a review."""
    assert stranger.get("/metrics", environ_overrides=HERE).status_code == 200
    for environ in ({"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, {"HTTP_AUTHORIZATION": "Bearer ", "REMOTE_ADDR": "::2"}):
        assert stranger.get("/metrics", environ_overrides=HERE | environ).status_code == 403, environ
    with house.flask.test_request_context(headers={"Authorization": "Bearer right"}, environ_overrides={"REMOTE_ADDR": "203.0.113.7"}):
        assert watching._watches("right") and not watching._watches("wrong") and not watching._watches("")


def test_metrics_and_health_count_and_name_nobody(house: App, told: dict[str, Any], stranger: Browser) -> None:
    _misuse(house, told)
    for path in ("/metrics", "/healthz", "/readyz"):
        answer = stranger.get(path, environ_overrides=HERE)
        text = answer.text
        assert answer.status_code == 200 and [secret for secret in SECRETS if secret in text] == []
        assert str(told["draft"]) not in text
        assert ACCOUNTS["clerk"] + '"' not in text
