"""The notice pages, asked as a browser asks."""

import gzip
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import brotli
import cv2
import numpy
import pypdfium2
import pytest
from sqlalchemy import select

from yichuang.notices.model import notice_events
from yichuang.settings import Settings
from yichuang.web.fast import Front, front
from yichuang.web.fast.limits import MISSES


@dataclass
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Browser:
    """Calls the application; checks what must hold for every answer."""

    def __init__(self, application: Front) -> None:
        self.application = application

    def ask(self, path: str, method: str = "GET", client: str = "10.0.0.1", **headers: str) -> Got:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": client, "wsgi.input": io.BytesIO(),
        }  # fmt: skip
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        seen: dict[str, Any] = {}

        def start(status: str, listed: list[tuple[str, str]], _error: Any = None) -> None:
            seen.update(status=int(status[:3]), headers=dict(listed))
            assert len(dict(listed)) == len(listed), "a header is given twice"

        body = b"".join(self.application(environ, start))
        got = Got(seen["status"], seen["headers"], body)
        if method != "HEAD" and "Content-Length" in got.headers:
            assert int(got.headers["Content-Length"]) == len(body)
        return got


def inner(_environ: Any, start: Any) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"inner"]


@pytest.fixture
def house(notice_house: Any) -> Any:
    return notice_house


@pytest.fixture
def browser(house: Any) -> Browser:
    services: Any = SimpleNamespace(
        notices=house.notices, catalogue=house.catalogue, clock=house.clock, settings=Settings(forwarded_hops=0)
    )
    return Browser(front(inner, services))


@pytest.fixture
def notice(house: Any, situation: Any) -> Any:
    return house.notices.issue("food", situation, "desk")


def promise(days: int) -> Any:
    return lambda body: body["time_limits"]["promised"].update(amount=days)


def test_everything_else_goes_on_to_the_inner_application(browser: Browser) -> None:
    for path in ("/", "/desk", "/nothing", "/n"):
        assert browser.ask(path).body == b"inner"


def test_the_page_says_all_that_matters_without_a_script(browser: Browser, notice: Any) -> None:
    page = browser.ask(notice.path)
    assert page.status == 200
    for words in (
        "食品经营许可（新办）", "当前有效", "承诺时限", "10 个工作日", "授权委托书", "因为“由谁来办理？”为“委托他人”", "演示路 1 号",
        'href="tel:01000002105"', f'href="{notice.path}.pdf"', 'lang="zh-CN"', "年底排队较长", "以最新办事指南为准。", "演示数据",
    ):  # fmt: skip
        assert words in page.text
    assert page.text.count("<h1") == 1


def test_the_first_load_is_small(browser: Browser, notice: Any) -> None:
    assert len(browser.ask(notice.path).body) < 40_000
    assert len(browser.ask(notice.path, accept_encoding="gzip, deflate, br").body) < 12_000


@pytest.mark.parametrize(
    ("accepted", "used"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
        ("br;q=0.0", None),
    ],
)
def test_the_encoding_follows_what_is_accepted(browser: Browser, notice: Any, accepted: str, used: str | None) -> None:
    got = browser.ask(notice.path, accept_encoding=accepted)
    assert got.headers.get("Content-Encoding") == used
    assert got.headers["Vary"] == "Accept-Encoding"
    unpack: Any = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[used]
    assert unpack(got.body) == browser.ask(notice.path).body


def test_an_unchanged_page_is_answered_without_a_body(browser: Browser, notice: Any) -> None:
    for accepted in ("br", "gzip", ""):
        first = browser.ask(notice.path, accept_encoding=accepted)
        again = browser.ask(notice.path, accept_encoding=accepted, if_none_match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert "Content-Length" not in again.headers
        assert browser.ask(notice.path, accept_encoding=accepted, if_none_match='"other"').status == 200
    assert browser.ask(notice.path, if_none_match=f'"x", W/{browser.ask(notice.path).headers["ETag"]}').status == 304


def test_head_gives_the_headers_of_get(browser: Browser, notice: Any) -> None:
    for path in (notice.path, f"{notice.path}.pdf", f"{notice.path}/qr.svg"):
        head, got = browser.ask(path, "HEAD"), browser.ask(path)
        assert (head.status, head.body) == (200, b"")
        assert head.headers == got.headers


def test_every_answer_carries_its_protection(browser: Browser, notice: Any) -> None:
    for path in (notice.path, f"{notice.path}?large=1", "/n/unknown"):
        headers = browser.ask(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_policy_allows_this_very_style_sheet_and_no_other(browser: Browser, notice: Any) -> None:
    import base64
    import hashlib

    page = browser.ask(notice.path)
    styles = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    assert len(styles) == 1
    assert f"style-src 'sha256-{digest}'" in page.headers["Content-Security-Policy"]
    assert " style=" not in page.text
    assert "onclick" not in page.text


def test_texts_of_staff_are_escaped(browser: Browser, house: Any, situation: Any) -> None:
    house.edit(
        "item",
        "food",
        lambda body: body["tips"].append({"code": "x", "text": "<script>alert(1)</script>&", "tone": "info"}),
    )
    page = browser.ask(house.notices.issue("food", situation, "desk").path)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in page.text


def test_large_type_is_a_plain_link_there_and_back(browser: Browser, notice: Any) -> None:
    assert f'href="{notice.path}?large=1"' in browser.ask(notice.path).text
    large = browser.ask(f"{notice.path}?large=1").text
    assert '<html lang="zh-CN" class="large">' in large
    assert f'href="{notice.path}">标准字号' in large


def test_a_new_release_shows_at_once(browser: Browser, house: Any, notice: Any) -> None:
    before = browser.ask(notice.path)
    house.edit("item", "food", promise(7))
    after = browser.ask(notice.path, if_none_match=before.headers["ETag"])
    assert after.status == 200
    assert "承诺办结时限由 10 个工作日改为 7 个工作日" in after.text
    assert f'action="{notice.path}/renew"' in after.text


def test_a_release_that_changes_nothing_here_leaves_the_page_unchanged(
    browser: Browser, house: Any, notice: Any
) -> None:
    before = browser.ask(notice.path)
    house.edit("item", "voucher", promise(3))
    assert browser.ask(notice.path, if_none_match=before.headers["ETag"]).status == 304


def test_a_tip_goes_at_midnight(browser: Browser, house: Any, notice: Any) -> None:
    assert "年底排队较长" in browser.ask(notice.path).text
    house.clock.forward(days=38)
    assert "年底排队较长" not in browser.ask(notice.path).text


def test_the_new_notice_is_one_button_away(browser: Browser, house: Any, notice: Any) -> None:
    house.edit("item", "food", promise(7))
    first = browser.ask(f"{notice.path}/renew", "POST")
    assert first.status == 303
    assert first.headers["Location"] != notice.path
    assert browser.ask(f"{notice.path}/renew", "POST").headers["Location"] == first.headers["Location"]
    assert "当前有效" in browser.ask(first.headers["Location"]).text


def test_a_closed_item_leads_on(browser: Browser, house: Any, notice: Any) -> None:
    house.edit("item", "food", lambda body: body.update(state="cancelled", successor="voucher"))
    page = browser.ask(notice.path).text
    assert "该事项已经停办" in page
    assert 'href="/guide/voucher">改办：养老券申领' in page
    assert browser.ask(f"{notice.path}/renew", "POST").headers["Location"] == notice.path


def test_an_unknown_code_gets_a_friendly_page(browser: Browser) -> None:
    for path in ("/n/" + "2" * 17, "/n/abc", "/n/", "/n/abc.pdf", "/n/abc/qr.svg", "/n/abc/what/else", "/n/../etc"):
        got = browser.ask(path, client=path)
        assert got.status == 404
        assert "没有找到这张告知单" in got.text
        assert 'href="/guide"' in got.text
        assert "ETag" not in got.headers


def test_codes_cannot_be_counted_through(browser: Browser, notice: Any) -> None:
    statuses = [browser.ask(f"/n/{'2' * 15}{a}{b}").status for a in "2345" for b in "23456789"]
    assert statuses[:MISSES] == [404] * MISSES
    assert set(statuses[MISSES:]) == {429}
    barred = browser.ask(notice.path)
    assert (barred.status, barred.headers["Retry-After"]) == (429, "60")
    assert browser.ask(notice.path, client="10.0.0.2").status == 200


def test_the_qr_image_leads_to_the_page_and_holds_nothing_else(browser: Browser, notice: Any) -> None:
    for path in (f"{notice.path}/qr.svg", f"{notice.path}.svg"):
        got = browser.ask(path)
        assert got.headers["Content-Type"] == "image/svg+xml"
        assert got.text.startswith("<svg")


def test_the_sheet_is_named_in_chinese_and_its_code_is_read_by_another_program(browser: Browser, notice: Any) -> None:
    got = browser.ask(f"{notice.path}.pdf")
    assert got.headers["Content-Type"] == "application/pdf"
    assert "filename*=UTF-8''%E9%A3%9F%E5%93%81" in got.headers["Content-Disposition"]
    picture = pypdfium2.PdfDocument(got.body)[0].render(scale=2).to_numpy()
    texts, _ = cv2.wechat_qrcode.WeChatQRCode().detectAndDecode(numpy.ascontiguousarray(picture[:, :, :3]))
    assert texts == (f"https://hall.example.gov.cn{notice.path}",) or list(texts) == [
        f"https://hall.example.gov.cn{notice.path}"
    ]
    assert browser.ask(f"{notice.path}.pdf?print=1").headers["Content-Disposition"].startswith("inline")
    assert browser.ask(f"{notice.path}.pdf", if_none_match=got.headers["ETag"]).status == 304


def test_what_happens_to_a_notice_is_counted(browser: Browser, house: Any, notice: Any) -> None:
    browser.ask(notice.path)
    browser.ask(notice.path, if_none_match="*")
    browser.ask(notice.path, "HEAD")
    browser.ask(f"{notice.path}.pdf")
    browser.ask(f"{notice.path}.pdf?print=1")
    assert browser.ask(f"{notice.path}/printed", "POST").status == 204
    house.notices.flush()
    with house.database.reading() as connection:
        counts = {row.kind: row.count for row in connection.execute(select(notice_events))}
    assert counts == {"opened": 2, "downloaded": 1, "printed": 2}


def test_other_methods_are_refused(browser: Browser, notice: Any) -> None:
    got = browser.ask(notice.path, "DELETE")
    assert (got.status, got.headers["Allow"]) == (405, "GET, HEAD")
    assert browser.ask(f"{notice.path}/destroy", "POST").status == 404


def test_a_fault_inside_is_said_and_shown_to_nobody(
    browser: Browser, notice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(browser.application._shelf, "page", fail)
    got = browser.ask(notice.path)
    assert (got.status, got.headers["Retry-After"]) == (503, "5")
    assert "secret" not in got.text
