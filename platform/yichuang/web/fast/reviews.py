"""`POST /r/<token>` without pictures, in front of Flask: what everybody does who was served. All else of reviews goes on to Flask."""

import io
import time
from collections.abc import Callable, Iterable
from typing import Any

import orjson
import structlog
from limits import parse
from sqlalchemy.exc import SQLAlchemyError

from yichuang.errors import TooManyRequests, YichuangError
from yichuang.reviews.grades import COUNTER
from yichuang.services import Services
from yichuang.web.fast.answers import Wsgi
from yichuang.web.fast.limits import client_of
from yichuang.web.fast.problems import SAFE, told
from yichuang.web.guards import limiter
from yichuang.web.review.given import read
from yichuang.web.review.routes import PER_ADDRESS, taken
from yichuang.web.watching import seen

PREFIX, ENDPOINT = "/r/", "review.give"
MOST = 64 * 1024
"""More than the longest words allow; what is larger, Flask refuses."""
Environ = dict[str, Any]
log = structlog.get_logger()


def reviews_front(inner: Wsgi, services: Services) -> Wsgi:
    return ReviewFront(inner, services)


class ReviewFront:
    """One for each process. The limit is the one that the pages have, by the same storage."""

    def __init__(self, inner: Wsgi, services: Services) -> None:
        self._inner, self._services = inner, services
        self._hops, self._limit = services.settings.forwarded_hops, parse(PER_ADDRESS)

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "POST" or not path.startswith(PREFIX) or "/" in path[3:] or not _plain(environ):
            return self._inner(environ, start)
        began, raw = time.perf_counter(), environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError:
            body = None
        if not isinstance(body, dict) or body.get("channel") == COUNTER:
            environ["wsgi.input"] = io.BytesIO(raw)
            return self._inner(environ, start)
        status, answer = self._give(path[3:], body, environ, start)
        seen(ENDPOINT, "POST", status, time.perf_counter() - began)
        return answer

    def _give(self, token: str, body: dict[str, Any], environ: Environ, start: Callable[..., Any]) -> tuple[int, Iterable[bytes]]:
        try:
            self._within_limit(environ)
            said = orjson.dumps(taken(self._services, token, read(body)))
        except YichuangError as error:
            return error.status, told(start, error.status, error.code, error.title, error.detail, error.extra)
        except Exception as error:
            log.error("review.failed", exc_info=error)
            if isinstance(error, SQLAlchemyError | OSError):
                return 503, told(start, 503, "unavailable", "系统暂时不可用，评价还没有提交，请稍后再试", "", {"retry_after": 5})
            return 500, told(start, 500, "internal", "系统出现问题，请稍后再试", "", {})
        start("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(said))), *SAFE])
        return 201, [said]

    def _within_limit(self, environ: Environ) -> None:
        """Raises `TooManyRequests`. Where what counts is away, a review is taken rather than lost."""
        try:
            within = not limiter.enabled or limiter.limiter.hit(self._limit, client_of(environ, self._hops), ENDPOINT)
        except Exception as error:
            log.error("review.limit_away", exc_info=error)
            return
        if not within:
            raise TooManyRequests(retry_after=60)


def _plain(environ: Environ) -> bool:
    """JSON of a known, sensible length."""
    length = environ.get("CONTENT_LENGTH") or ""
    return environ.get("CONTENT_TYPE", "").startswith("application/json") and length.isdecimal() and len(length) < 7 and 0 < int(length) <= MOST
