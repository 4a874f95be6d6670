"""`/screen` on the second display, bound to a window by a code; `/desk/screen` where the clerk gets that code."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from yichuang.errors import SignInNeeded, YichuangError
from yichuang.reviews.grades import COUNTER
from yichuang.reviews.screens import SHOWN_SECONDS, Screen
from yichuang.services import Services
from yichuang.web.guards import limiter
from yichuang.web.item_page import halls
from yichuang.web.json import json_body, json_response

COOKIE = "yichuang_screen"
KEPT_DAYS = 400


def screen_of(services: Services) -> Screen | None:
    """The display that asks; None for any other browser."""
    return services.reviews.screens.of(request.cookies.get(COOKIE, ""))


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("screen", __name__)

    @pages.get("/screen")
    def page() -> str:
        screen = screen_of(services)
        return render_template("review/screen.html", bound=screen is not None, place=_place(services, screen), seconds=SHOWN_SECONDS)

    @pages.post("/screen/api/bind")
    @limiter.limit("10/minute")
    def bind() -> Response:
        """The code that the clerk was shown. Raises `InputRefused`."""
        token = services.reviews.screens.bind(str(json_body().get("code", ""))[:12].replace(" ", ""))
        answer = json_response({"bound": True}, 201)
        answer.set_cookie(
            COOKIE, token, max_age=KEPT_DAYS * 86400, httponly=True, samesite="Strict", secure=services.settings.secure_cookies, path="/"
        )
        return answer

    @pages.get("/screen/api/now")
    def now() -> Response:
        """What the display shows. Raises `SignInNeeded` where it is bound no more."""
        screen = screen_of(services)
        if screen is None:
            raise SignInNeeded("这块屏没有绑定窗口", way="/screen")
        return json_response(_now(services, screen))

    return pages


def _now(services: Services, screen: Screen) -> dict[str, Any]:
    """`show`: `idle` or `review` with the form and the link; a module to come adds its own."""
    service = services.reviews.waiting_at(screen.place.window, SHOWN_SECONDS)
    if service is None:
        return {"show": "idle"}
    token = service.path.rsplit("/", 1)[-1]
    try:
        form = services.reviews.open(token, COUNTER)
    except YichuangError:
        return {"show": "idle"}
    return {"show": "review", "id": service.id, "path": service.path, "form": form.as_dict() | {"channel": COUNTER}}


def _place(services: Services, screen: Screen | None) -> dict[str, str]:
    """Hall and window in words."""
    if screen is None:
        return {"hall": "", "window": ""}
    for hall in halls(services.catalogue.current()):
        for window in hall.get("windows", ()):
            if window["code"] == screen.place.window:
                return {"hall": str(hall["title"]), "window": str(window["title"])}
    return {"hall": "", "window": screen.place.window}
