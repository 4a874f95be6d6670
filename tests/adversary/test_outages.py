"""What one stands on is gone: words instead of traces, nothing accepted is lost, and all works again by itself afterwards."""

import errno
import io
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from tests.adversary.conftest import Browser
from tests.adversary.doors import ITEM
from tests.adversary.test_hostile_definitions import _issue
from tests.adversary.test_hostile_input import _attachment_of, _files
from yichuang.bootstrap import App
from yichuang.database import Database

ASKED = (
    ("clerk", "GET", "/desk/api/drafts", None), ("clerk", "POST", "/desk/api/drafts", {"item": ITEM}),
    ("clerk", "PUT", "/desk/api/drafts/{draft}", {"revision": 1, "answers": {"operator_name": "新的"}}),
    ("clerk", "GET", "/desk/api/drafts/{draft}", None),
    ("clerk", "POST", "/desk/api/drafts/{draft}/submit", {"revision": 1}), ("clerk", "POST", "/desk/api/prefill", {"code": "ABCDEFGH23"}),
    ("visitor", "POST", "/apply/api/drafts", {"item": ITEM}), ("items", "GET", "/admin/changes/1/api/findings", None),
)  # fmt: skip


@pytest.fixture
def scene(house: App, people: Mapping[str, Browser]) -> dict[str, Any]:
    draft = people["clerk"].send("POST", "/desk/api/drafts", {"item": ITEM, "answers": {"operator_name": "先存下的"}}).json["id"]  # type: ignore[index]
    visitor = Browser(house.wsgi).visit()
    visitor.send("POST", "/apply/api/drafts", {"item": ITEM})
    return {**people, "visitor": visitor, "draft": draft}


@pytest.fixture
def outage(house: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Any]]:
    """Calling it takes the database away, calling what it gives brings it back."""
    engine = house.services.database.engine

    def away() -> Any:
        def refused(*_: Any, **__: Any) -> Any:
            raise OperationalError("", {}, ConnectionRefusedError(errno.ECONNREFUSED, "connection refused"))

        engine.dispose()
        monkeypatch.setattr(engine.dialect, "connect", refused)
        return monkeypatch.undo

    yield away
    monkeypatch.undo()
    engine.dispose()


def test_without_the_database_every_answer_says_so_in_words_and_afterwards_all_is_there(
    house: App, scene: dict[str, Any], outage: Callable[[], Any]
) -> None:
    back = outage()
    for who, method, path, body in ASKED:
        answer = scene[who].ask(method, path.format(**scene), json=body)
        assert answer.status_code == 503, (path, answer.status_code, answer.text[:200])
        assert answer.mimetype == "application/problem+json"
        assert re.search(r"[\u4e00-\u9fff]", answer.json["title"])
        assert answer.headers["Retry-After"]
        assert "refused" not in answer.text
    back()
    again = scene["clerk"].get(f"/desk/api/drafts/{scene['draft']}")
    assert again.json["draft"]["answers"] == {"operator_name": "先存下的"}
    saved = scene["clerk"].send("PUT", f"/desk/api/drafts/{scene['draft']}", {"revision": 1, "answers": {"operator_name": "新的"}})
    assert saved.status_code == 200


def test_without_the_database_pages_say_so_and_public_ones_go_on(house: App, scene: dict[str, Any], outage: Callable[[], Any]) -> None:
    stranger = Browser(house.wsgi)
    told_before = (f"/guide/{ITEM}", "/guide", "/api/v1/items")
    assert [stranger.get(path).status_code for path in told_before] == [200, 200, 200]
    back = outage()
    try:
        for path in ("/admin/", "/admin/changes/", "/desk"):
            page = scene["items" if "admin" in path else "clerk"].get(path, headers={"Accept": "text/html"})
            assert page.status_code == 503
            assert page.mimetype == "text/html"
            assert "暂时" in page.text
        assert [stranger.get(path).status_code for path in told_before] == [200, 200, 200], "what is in memory is still told"
        assert stranger.get("/readyz").status_code == 503
        assert stranger.get("/healthz").status_code == 200
        tried = stranger.sign_in("clerk")
        assert tried.status_code == 503
    finally:
        back()
    assert stranger.get("/readyz").status_code == 200


def test_a_notice_already_shown_is_shown_without_the_database_and_others_say_why_not(
    house: App, scene: dict[str, Any], outage: Callable[[], Any]
) -> None:
    stranger, known, unknown = Browser(house.wsgi), _issue(house), _issue(house)
    assert stranger.get(f"/n/{known}").status_code == 200
    back = outage()
    assert stranger.get(f"/n/{known}").status_code == 200
    answer = stranger.get(f"/n/{unknown}", headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 503
    assert "稍后再试" in answer.text
    back()
    assert stranger.get(f"/n/{unknown}").status_code == 200


def _full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_refuses_the_file_in_words_and_keeps_no_half_of_it(house: App, scene: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    item, field = _attachment_of(house)
    draft = scene["clerk"].send("POST", "/desk/api/drafts", {"item": item}).json["id"]
    before = _files(house)
    real = Path.write_text

    def half(self: Path, text: str, *rest: Any, **more: Any) -> int:
        if "uploads" not in str(self):
            return real(self, text, *rest, **more)
        real(self, text[: len(text) // 2])
        return int(_full())

    def attach() -> Any:
        return scene["clerk"].ask("POST", f"/desk/api/drafts/{draft}/files", data={"path": field, "file": (io.BytesIO(b"%PDF-1.7 x"), "a.pdf")})

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", half)
        patched.setattr(Path, "write_bytes", _full)
        answer = attach()
    assert answer.status_code in (503, 507)
    assert re.search(r"[\u4e00-\u9fff]", answer.json["title"])
    assert "space" not in answer.text
    assert _files(house) == before
    assert attach().status_code == 201


def test_a_full_disk_at_a_save_says_so_and_the_last_save_stands(house: App, scene: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from sqlalchemy import event

    engine = house.services.database.engine

    def full(*_: Any) -> None:
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))

    event.listen(engine, "commit", full)
    try:
        answer = scene["clerk"].send("PUT", f"/desk/api/drafts/{scene['draft']}", {"revision": 1, "answers": {"operator_name": "丢了？"}})
    finally:
        event.remove(engine, "commit", full)
    assert answer.status_code == 503
    assert "disk" not in answer.text
    kept = scene["clerk"].get(f"/desk/api/drafts/{scene['draft']}").json["draft"]
    assert (kept["revision"], kept["answers"]) == (1, {"operator_name": "先存下的"})
    saved = scene["clerk"].send("PUT", f"/desk/api/drafts/{scene['draft']}", {"revision": 1, "answers": {"operator_name": "再存"}})
    assert saved.status_code == 200


def test_a_lost_answer_can_be_asked_for_again_without_a_second_draft(scene: dict[str, Any]) -> None:
    """The network failed after the server had written: the client repeats, under the id it chose."""
    wanted = str(uuid.uuid4())
    first, second = (scene["clerk"].send("POST", "/desk/api/drafts", {"item": ITEM, "id": wanted}) for _ in range(2))
    assert first.json["id"] == second.json["id"] == wanted
    listed = [line["id"] for line in scene["clerk"].get("/desk/api/drafts").json["drafts"]]
    assert listed.count(wanted) == 1


def test_postgresql_going_away_is_told_and_coming_back_is_noticed(postgres_url: str) -> None:
    """The server ends all connections, as at a restart: the very next request gets a fresh one."""
    from sqlalchemy import text

    from yichuang.settings import Settings

    database = Database(Settings(database_url=postgres_url).sqlalchemy_url)
    with database.reading() as connection:
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    other = Database(Settings(database_url=postgres_url).sqlalchemy_url)
    with other.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
    other.dispose()
    with database.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    database.dispose()
