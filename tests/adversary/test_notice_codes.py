"""Notices may be read by whoever has the code, so codes must not be guessed; strange addresses get a friendly page."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.adversary.conftest import Browser
from tests.adversary.test_hostile_definitions import _issue
from yichuang import bootstrap
from yichuang.bootstrap import App
from yichuang.notices.notice import ALPHABET, CODE_LENGTH, new_code


@pytest.fixture
def front(house: App) -> Iterator[Any]:
    """The application with nobody's misses counted yet."""
    from yichuang.web import fast

    yield fast.front(house.flask.wsgi_app, house.services)


@pytest.fixture(scope="module")
def code(house: App) -> str:
    from yichuang.web import guards

    guards.limiter.enabled = False
    return _issue(house)


def test_codes_are_random_long_and_even() -> None:
    codes = [new_code() for _ in range(20_000)]
    assert len(set(codes)) == len(codes)
    assert CODE_LENGTH * math.log2(len(ALPHABET)) >= 50, "a million notices and a million guesses find none"
    for place in range(CODE_LENGTH):
        counts = Counter(one[place] for one in codes)
        expected = len(codes) / len(ALPHABET)
        assert max(counts.values()) < expected * 1.3
        assert min(counts.values()) > expected * 0.7


def test_guessing_stops_after_some_misses_and_hides_even_what_is_there(front: Any, code: str) -> None:
    enemy = Browser(front)
    statuses = [enemy.get(f"/n/{new_code()}").status_code for _ in range(40)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert sum(status == 404 for status in statuses) <= 25
    barred = enemy.get(f"/n/{code}")
    assert barred.status_code == 429
    assert barred.headers["Retry-After"]
    assert "过于频繁" in barred.text
    other = Browser(front).get(f"/n/{code}", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert other.status_code == 200, "the neighbour still reads theirs"


@pytest.mark.parametrize("ending", [".pdf", "/qr.svg", ".svg", "/printed", "/renew"])
def test_no_side_door_lets_one_guess_without_limit(front: Any, ending: str) -> None:
    enemy = Browser(front)
    method = "POST" if ending in ("/printed", "/renew") else "GET"
    statuses = [enemy.ask(method, f"/n/{new_code()}{ending}").status_code for _ in range(30)]
    assert set(statuses) == {404, 429}


def test_the_apis_pictures_are_limited_like_the_pages(house: App) -> None:
    from yichuang.web import guards

    guards.limiter.enabled = True
    enemy = Browser(house.wsgi)
    statuses = [enemy.get(f"/api/v1/notices/{new_code()}/qr.svg").status_code for _ in range(320)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


PATHS = (
    "/n/", "/n/x", "/n/%00", "/n/../admin/", "/n/..%2f..%2fetc/passwd", "/n/%2e%2e/", "/n//", "/n/{code}/",
    "/n/{code}/../../", "/n/{code}%00", "/n/{code}x",
    "/n/{code}.pdf.pdf", "/n/{code}/qr.svg/x", "/n/{lower}", "/n/ {code}", "/n/{code}%0d%0aX-Y:z", "/n/%E4%BA%8B",
    "/n/%ff%fe", "/n/<script>", "/n/.pdf",
    "/n/.svg", "/n/'%20or%201=1--", "/n/%252e", "/n/\\", "/n/{code};x", "/n/*", "/n/%", "/n/" + "A" * 20_000, "/n/" + "A" * 20_000 + ".pdf",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:24])
def test_a_strange_address_gets_the_friendly_page(front: Any, code: str, path: str) -> None:
    answer = Browser(front).get(path.format(code=code, lower=code.lower()), headers={"Accept-Encoding": "identity"})
    assert answer.status_code in (404, 200) if "lower" in path else answer.status_code == 404
    assert "没有找到" in answer.text or answer.status_code == 200
    assert "Traceback" not in answer.text
    assert "X-Y" not in answer.headers
    assert "<script>" not in answer.text
    assert answer.mimetype == "text/html"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "X" * 200])
def test_other_methods_are_refused_with_a_page(front: Any, code: str, method: str) -> None:
    answer = Browser(front).ask(method, f"/n/{code}", headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "不支持" in answer.text


def test_head_says_what_get_would_without_the_body_and_is_not_counted(house: App, front: Any, code: str) -> None:
    def opened() -> int:
        house.services.notices.flush()
        return next(row["opened"] for row in house.services.notices.recent(1_000) if row["code"] == code)

    before = opened()
    browser = Browser(front)
    head = browser.ask("HEAD", f"/n/{code}")
    assert opened() == before
    page = browser.get(f"/n/{code}")
    assert opened() == before + 1
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == page.headers["Content-Length"]
    assert head.headers["ETag"] == page.headers["ETag"]


@pytest.mark.parametrize("value", ["gzip;q=x", "br" * 5_000, "*;q=0", ",,,,", "br;q=0,gzip;q=0", "\u00e9", "identity;q=0"])
def test_strange_headers_do_no_harm(front: Any, code: str, value: str) -> None:
    headers = {"Accept-Encoding": value, "If-None-Match": value, "Range": "bytes=9-1", "If-Modified-Since": value, "Accept-Language": value}
    assert Browser(front).get(f"/n/{code}?large=1&large=1&%ff", headers=headers).status_code == 200


def test_nothing_about_other_notices_or_people_stands_on_a_notice(front: Any, code: str) -> None:
    page = Browser(front).get(f"/n/{code}", headers={"Accept-Encoding": "identity"})
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert bootstrap.__name__ not in page.text
