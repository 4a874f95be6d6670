"""A review taken in front of Flask is taken as Flask takes it: the same answers, the same limit; what isn't for it goes on."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from werkzeug.test import Client, TestResponse

from tests.yichuang.reviews.conftest import HallAtWork, hall_settings, packed_sqlite  # noqa: F401 - fixtures
from yichuang import bootstrap
from yichuang.settings import Settings
from yichuang.web import guards
from yichuang.web.fast.reviews import ReviewFront

GOOD = {"grade": 5, "tags": ["517"], "words": "很快", "channel": "qr", "key": "page-key-1"}
Ask = Callable[..., TestResponse]


@pytest.fixture
def app(hall_settings: Settings) -> Iterator[bootstrap.App]:  # noqa: F811
    made = bootstrap.build(hall_settings)
    yield made
    made.stop()


def served(app: bootstrap.App) -> str:
    """The path of a service just given."""
    hall = HallAtWork(app.services, app.services.clock)  # type: ignore[arg-type]
    case_id = hall.receive("food_business_new")
    hall.collect(case_id)
    app.services.cases.act(case_id, "accept", {}, hall.who("clerk"), hall.grants("clerk"), None, "accepted")
    return app.services.reviews.of_case(case_id)[-1].path


@pytest.fixture(autouse=True)
def limited(app: bootstrap.App) -> Iterator[None]:
    guards.limiter.enabled = False
    yield
    guards.limiter.enabled = True


def ask(wsgi: Any, path: str, body: Any, **options: Any) -> TestResponse:
    options |= {"content_type": "application/json", "headers": {"Accept": "application/json"}}
    return Client(wsgi).post(path, data=body if isinstance(body, bytes) else orjson.dumps(body), **options)


CASES: tuple[tuple[str, Any], ...] = (
    ("forged", GOOD), ("own", GOOD | {"grade": 1, "tags": [], "words": ""}), ("own", GOOD | {"grade": "5"}), ("own", GOOD | {"key": "x"}),
    ("own", GOOD | {"tags": ["214"]}), ("own", GOOD | {"words": "长" * 5000}), ("own", GOOD | {"channel": "phone"}),
    ("own", GOOD | {"channel": "counter"}), ("own", b"not json"), ("own", b"[1]"), ("own", GOOD), ("own", GOOD),
    ("own", GOOD | {"key": "another-page"}),
)  # fmt: skip


def test_both_answer_the_same(app: bootstrap.App) -> None:
    """One service each, the same sendings in the same order."""
    fronts, told = (app.wsgi, app.flask.wsgi_app), []
    for wsgi in fronts:
        own = served(app)
        bodies = [body | {"key": body["key"] + own[-4:]} if isinstance(body, dict) and len(body["key"]) > 1 else body for _, body in CASES]
        answers = [ask(wsgi, own if which == "own" else "/r/" + "x" * 22, body) for (which, _), body in zip(CASES, bodies, strict=True)]
        told.append([(one.status_code, one.mimetype, {k: v for k, v in one.json.items() if k not in ("request_id", "subject")}) for one in answers])  # type: ignore[union-attr]
    assert told[0] == told[1]
    assert [status for status, *_ in told[0]] == [404, 422, 400, 400, 422, 422, 422, 422, 400, 400, 201, 201, 201]


def test_what_is_too_long_or_no_json_goes_on(app: bootstrap.App) -> None:
    passed: list[bytes] = []

    def inner(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        passed.append(environ["wsgi.input"].read())
        start("200 OK", [])
        return [b""]

    front = ReviewFront(inner, app.services)
    path = "/r/" + "x" * 22
    ask(front, path, b"x" * 70_000)
    Client(front).post(path, data={"review": "{}"}, content_type="multipart/form-data")
    Client(front).get(path)
    ask(front, f"{path}/answer", GOOD)
    ask(front, path, GOOD | {"channel": "counter"})
    assert len(passed) == 5 and orjson.loads(passed[-1])["channel"] == "counter", "read again by whoever is behind"


def test_one_address_may_not_send_without_end(app: bootstrap.App) -> None:
    guards.limiter.enabled = True
    statuses = [ask(app.wsgi, "/r/" + "x" * 22, GOOD, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code for _ in range(602)]
    assert statuses[:600] == [404] * 600 and statuses[600:] == [429, 429]
    assert ask(app.wsgi, "/r/" + "x" * 22, GOOD, environ_overrides={"REMOTE_ADDR": "203.0.113.10"}).status_code == 404


def test_a_database_that_is_away_is_told_and_nothing_is_lost(app: bootstrap.App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise OSError("no space left")

    monkeypatch.setattr(app.services.reviews, "give", fail)
    answer = ask(app.wsgi, "/r/" + "x" * 22, GOOD)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "5" and "评价还没有提交" in answer.json["title"]  # type: ignore[index]


def test_a_review_is_taken_also_while_what_counts_requests_is_away(app: bootstrap.App, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise ConnectionError("redis is away")

    own = served(app)
    guards.limiter.enabled = True
    monkeypatch.setattr(guards.limiter.limiter, "hit", away)
    assert ask(app.wsgi, own, GOOD).status_code == 201
