"""The public check: what it says, what it never says, how often it may be asked."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from yichuang.documents.order import Verification
from yichuang.errors import DocumentMissing
from yichuang.web import guards, problems, verify
from yichuang.web.app import HERE, _asset

CODE = "k7m3p9q2w5x8c4v6b"


def told(**changes: Any) -> Verification:
    facts: dict[str, Any] = {
        "title": "受理通知书", "type_title": "受理通知书", "number": "石市监食许受字〔2026〕第000123号", "dated": date(2026, 11, 25),
        "authority_title": "石景山区市场监督管理局", "item_title": "食品经营许可（新办）", "state": "issued", "state_title": "有效",
        "voided_on": None, "sha256": "ab" * 32, "size": 70_000,
    }  # fmt: skip
    return Verification(**facts | changes)


@pytest.fixture
def known() -> dict[str, Verification]:
    return {CODE: told()}


@pytest.fixture
def site(known: dict[str, Verification]) -> Flask:
    def find(code: str) -> Verification:
        if code not in known:
            raise DocumentMissing
        return known[code]

    app = Flask("yichuang.web", root_path=str(HERE), static_folder="static", template_folder="templates")
    app.config.update(SECRET_KEY="x" * 40, RATELIMIT_ENABLED=True, RATELIMIT_STORAGE_URI="memory://", TESTING=True)
    app.jinja_env.globals.update(asset=_asset)
    guards.install(app)
    problems.install(app)
    services: Any = SimpleNamespace(documents=SimpleNamespace(verify=find))
    app.register_blueprint(verify.blueprint(services))
    return app


def test_the_page_says_what_was_issued(site: Flask) -> None:
    answer = site.test_client().get(f"/v/{CODE}")
    assert answer.status_code == 200
    facts = ("石市监食许受字〔2026〕第000123号", "2026 年 11 月 25 日", "石景山区市场监督管理局", "食品经营许可（新办）", "有效", "ab" * 32, "70,000")
    for words in facts:
        assert words in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_voided_document_says_so_first(site: Flask, known: dict[str, Verification]) -> None:
    known[CODE] = told(state="voided", state_title="已作废", voided_on=date(2026, 12, 1))
    text = site.test_client().get(f"/v/{CODE}").text
    assert "2026 年 12 月 1 日作废，不再有效" in text
    assert text.index("已作废") < text.index("登记内容")


def test_a_document_that_is_not_pressed_yet_offers_nothing_to_compare(site: Flask, known: dict[str, Verification]) -> None:
    known[CODE] = told(sha256="", size=0)
    text = site.test_client().get(f"/v/{CODE}").text
    assert "尚未生成" in text
    assert 'type="file"' not in text


@pytest.mark.parametrize("code", ["x", "22222222222222222", "%3Cscript%3Ealert(1)%3C/script%3E", "..%2f..%2fetc"])
def test_an_unknown_code_is_answered_politely(site: Flask, code: str) -> None:
    answer = site.test_client().get(f"/v/{code}")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_words_of_a_definition_are_never_markup(site: Flask, known: dict[str, Verification]) -> None:
    known[CODE] = told(title="<img src=x onerror=alert(1)>", item_title='"><script>')
    text = site.test_client().get(f"/v/{CODE}").text
    assert "<img src=x" not in text
    assert '"><script>' not in text


def test_guessing_is_slowed_down(site: Flask) -> None:
    client = site.test_client()
    statuses = [client.get(f"/v/{n:017d}").status_code for n in range(70)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
