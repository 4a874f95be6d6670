"""`GET /api/v1/intakes/<intake>`: a small WSGI application in front of Flask (docs/adr/0015).

The same door, scope, shape and log as everywhere in the API. What makes it fast: one connection held by each thread, one statement by primary
key, the client known for a second, cases shaped for their targets beforehand, the mapping compiled once a release, audit and counts written together.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError

from yichuang.clients.calls import FAILED, OK, Call
from yichuang.clients.client import ApiClient
from yichuang.errors import CaseMissing, InputRefused, YichuangError
from yichuang.exchange.intakes import opened
from yichuang.services import Services
from yichuang.web.api.intakes import READ, STEP_PATTERN, Giving
from yichuang.web.api.keys import refusal
from yichuang.web.api.signing import asking
from yichuang.web.fast.answers import Wsgi
from yichuang.web.fast.held import Held, away
from yichuang.web.fast.limits import client_of
from yichuang.web.fast.problems import SAFE, told

PREFIX = "/api/v1/intakes/"
NAME = "getIntake"
_STEP = re.compile(STEP_PATTERN)
log = structlog.get_logger()
Environ = dict[str, Any]


def intakes_front(inner: Wsgi, services: Services) -> Wsgi:
    """Single intakes before `inner`; everything else goes on to it."""
    return IntakeFront(inner, services)


class IntakeFront:
    """One for each process."""

    def __init__(self, inner: Wsgi, services: Services) -> None:
        self._inner = inner
        self._services = services
        self._clients = services.clients
        self._giving = Giving(services)
        self._held = Held(services.database)
        self._hops = services.settings.forwarded_hops

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] != "GET" or "/" in path[16:] or len(path) == 16:
            return self._inner(environ, start)
        began = time.perf_counter()
        try:
            who = self._clients.door.admit(asking(environ, NAME, READ, lambda: b"", self._hops))
        except YichuangError as error:
            return told(start, error.status, error.code, error.title, error.detail, error.extra)
        except Exception as error:
            return self._away(error, start)
        return self._served(who, path[16:], environ, start, began)

    def _served(self, who: ApiClient, intake: str, environ: Environ, start: Callable[..., Any], began: float) -> Iterable[bytes]:
        read: tuple[tuple[str, str, str, str], ...] = ()
        outcome = FAILED
        try:
            case_id, number, body = self._read(who, intake, _step_of(environ))
            read, outcome = (("intake.read", "case", case_id, number),), OK
        except YichuangError as error:
            if error.status < 500:
                outcome = ""
                self._clients.log.refuse(refusal(who, NAME, error, client_of(environ, self._hops)))
            return told(start, error.status, error.code, error.title, error.detail, error.extra)
        except Exception as error:
            return self._away(error, start)
        finally:
            if outcome:
                self._clients.log.note(Call(who.id, who.prefix, NAME, outcome, time.perf_counter() - began, read))
        start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *SAFE])
        return [body]

    def _read(self, who: ApiClient, intake: str, step: str) -> tuple[str, str, bytes]:
        """(case id, number, what is given). Raises `CaseMissing`, `NotFound`, `Unmapped`."""
        terms = who.terms
        plain = bool(terms.target) and not (step or terms.fields or terms.sandbox)
        return (self._shaped(who, intake) if plain else None) or self._mapped(who, intake, step)

    def _shaped(self, who: ApiClient, intake: str) -> tuple[str, str, bytes] | None:
        """What was mapped and checked when the record was put together; None where that no longer holds. Raises `CaseMissing`."""
        target, shapes = who.terms.target, self._services.intakes.shapes
        row = self._held.shape(intake, target)
        if row is None or row.stale or row.mark != shapes.mark(target, row.item):
            return None
        if not who.sees(row.department, row.item):
            raise CaseMissing
        return row.case_id, row.number, shapes.opened(row.case_id, target, row.body)

    def _mapped(self, who: ApiClient, intake: str, step: str) -> tuple[str, str, bytes]:
        row = None if who.terms.sandbox else self._held.intake(intake)
        if row is None or row.stale:
            case_id, record, steps = self._giving.wanted(who, intake)
        elif not who.sees(row.department, row.item):
            raise CaseMissing
        else:
            kept = opened(self._services.vault, row.case_id, row.record)
            case_id, record, steps = row.case_id, kept["record"], kept["steps"]
        return case_id, str(record["case"]["number"]), orjson.dumps(self._giving.shown(who, record, steps, step).body)

    def _away(self, error: Exception, start: Callable[..., Any]) -> Iterable[bytes]:
        log.error("intake.failed", exc_info=error)
        if isinstance(error, SQLAlchemyError | OSError) or away(error):
            return told(start, 503, "unavailable", "系统暂时不可用，请稍后再试", "", {"retry_after": 5})
        return told(start, 500, "internal", "系统出现问题，请稍后再试", "", {})


def _step_of(environ: Environ) -> str:
    """The step asked for, empty for none. Raises `InputRefused`."""
    query = environ.get("QUERY_STRING", "")
    if not query:
        return ""
    step = parse_qs(query, max_num_fields=20).get("step", [""])[-1] if len(query) <= 2000 else "?"
    if step and not _STEP.match(step):
        raise InputRefused("请求内容不符合接口说明", problems=[{"field": "step", "message": "格式不对"}])
    return step
