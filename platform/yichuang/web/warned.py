"""Warnings told in every page of those who may: by server-sent events as far as threads allow, else asked for every other second.

An open stream holds a thread. A quarter of a process's threads may be streams; whoever comes later is told so and asks by itself.
"""

import threading
import time
from collections.abc import Iterator
from typing import Any

import orjson
from flask import Blueprint, Flask, Response

from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.warnings.service import POWER
from yichuang.web.json import json_response
from yichuang.web.session import grants, holder

LOOK_SECONDS, STREAM_SECONDS = 0.4, 45.0


def install(app: Flask) -> None:
    """`may_be_warned()` for the head of all pages."""
    app.jinja_env.globals["may_be_warned"] = lambda: grants().may(POWER)


class Seats:
    """How many streams a process may hold."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)

    def take(self) -> "Seat | None":
        return Seat(self._free) if self._free.acquire(blocking=False) else None


class Seat:
    """Given back once, by whoever comes first: the stream's end or the server's close."""

    def __init__(self, free: threading.Semaphore) -> None:
        self._free, self._held, self._lock = free, True, threading.Lock()

    def leave(self) -> None:
        with self._lock:
            if self._held:
                self._held = False
                self._free.release()


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("warned", __name__, url_prefix="/warnings")
    seats = Seats(max(1, services.settings.threads // 4))

    @pages.get("/now")
    def now() -> Response:
        """What the member is to be told of."""
        return json_response({"warnings": wire(services, holder(POWER), grants())})

    @pages.get("/stream")
    def stream() -> Response:
        """The same as events, for a while; 204 when all seats are taken."""
        who, given = holder(POWER), grants()
        seat = seats.take()
        if seat is None:
            return Response(status=204)
        response = Response(_told(services, who, given, seat), mimetype="text/event-stream")
        response.headers.update({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.call_on_close(seat.leave)
        return response

    return pages


def _told(services: Services, who: Actor, given: Any, seat: Seat) -> Iterator[bytes]:
    """No database connection is held while waiting. Ends by itself: who asks again is known anew."""
    try:
        until, last = time.monotonic() + STREAM_SECONDS, b""
        yield b"retry: 300\n\n"
        while time.monotonic() < until:
            found = orjson.dumps({"warnings": wire(services, who, given)})
            yield b": \n\n" if found == last else b"event: warnings\ndata: " + found + b"\n\n"
            last = found
            time.sleep(LOOK_SECONDS)
    finally:
        seat.leave()


def wire(services: Services, who: Actor, given: Any) -> list[dict[str, Any]]:
    found = services.warnings.open(who, given)
    return [{"id": one.id, "title": one.title, "words": one.words, "level": one.level, "told": one.told_at.isoformat()} for one in found]
