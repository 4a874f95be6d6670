"""`/r/<token>`: whoever has the link may review that one service. The link is the authority; no cookie and no log-in is needed."""

from contextlib import suppress
from typing import Any

import orjson
from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from yichuang.errors import ReviewGiven, ReviewLate, ReviewLinkUnknown, ReviewRefused
from yichuang.reviews.grades import COUNTER, KIOSK, MOBILE, OPEN_CHANNELS, QR, WEB
from yichuang.reviews.review import Given
from yichuang.services import Services
from yichuang.web.guards import csrf, limiter
from yichuang.web.json import json_body, json_response
from yichuang.web.review.given import given_of
from yichuang.web.screen.routes import screen_of

PER_ADDRESS = "600/minute"
"""A hall's phones share an address."""
MOST_KEY = 64
OVER = {ReviewLate: "late", ReviewLinkUnknown: "unknown"}


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("review", __name__)

    @pages.get("/r/<token>")
    @limiter.limit(PER_ADDRESS)
    def page(token: str) -> Response:
        channel = _channel()
        try:
            form = services.reviews.open(token, channel)
        except (ReviewLate, ReviewLinkUnknown) as over:
            page = render_template("review/over.html", why=OVER[type(over)], kiosk=channel == KIOSK)
            return _private(page, over.status)
        wire = _embedded(form.as_dict() | {"channel": channel})
        return _private(render_template("review/page.html", form=form, wire=wire, kiosk=channel == KIOSK), 200)

    @pages.post("/r/<token>")
    @limiter.limit(PER_ADDRESS)
    def give(token: str) -> Response:
        """One sending, as JSON, or as a form with the JSON in `review` and files in `picture`."""
        given = given_of(request)
        if given.channel == COUNTER and screen_of(services) is None:
            raise ReviewRefused("这块屏没有绑定窗口，请窗口人员重新绑定", [{"field": "channel", "message": "没有绑定窗口"}])
        return json_response(taken(services, token, given), 201)

    @pages.post("/r/<token>/answer")
    @limiter.limit(PER_ADDRESS)
    def answer(token: str) -> Response:
        """What became of it, for the browser that gave the review and kept its key; to all others the same as if there were none."""
        key = json_body().get("key")
        service = services.reviews.own(token, key) if type(key) is str and len(key) <= MOST_KEY else ""
        told = services.rectifications.answer(service) if service else None
        return json_response({"mine": bool(service), "answer": dict(told) if told else None})

    csrf.exempt(pages)
    return pages


def taken(services: Services, token: str, given: Given) -> dict[str, int]:
    """Raises as `Reviews.give` does, and `ReviewRefused` for a channel that no page may say of itself.

    Whoever comes second is told what everybody is told, that the first one counts: the link stands on papers that staff have in hand.
    """
    if given.channel not in (COUNTER, *OPEN_CHANNELS):
        raise ReviewRefused("没有这个评价渠道", [{"field": "channel", "message": "没有这个评价渠道"}])
    with suppress(ReviewGiven):
        services.reviews.give(token, given)
    return {"grade": given.grade}


def _channel() -> str:
    if request.args.get("kiosk") == "1":
        return KIOSK
    if request.args.get("from") == "apply":
        return MOBILE if "Mobi" in request.headers.get("User-Agent", "") else WEB
    return QR


def _private(body: str, status: int) -> Response:
    """Found by no search engine; the address is told to nobody."""
    answer = make_response(body, status)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _embedded(wire: Any) -> Markup:
    """JSON inside a script element: no `<` may stand in it."""
    return Markup(orjson.dumps(wire).decode().replace("<", "\\u003c"))


