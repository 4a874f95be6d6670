"""`/desk/screen`: binding the review screen of one's window."""

from flask import Blueprint, Response, render_template

from yichuang.cases.facts import place_of
from yichuang.errors import InputRefused
from yichuang.ports import Actor, Place
from yichuang.services import Services
from yichuang.web.json import json_response
from yichuang.web.session import holder

POWER = "desk.fill"


def install(pages: Blueprint, services: Services) -> None:
    screens = services.reviews.screens

    @pages.get("/desk/screen")
    def screen() -> str:
        who = holder(POWER)
        return render_template("desk/screen.html", screen=screens.at(who.window) if who.window else None, window=who.window or "")

    @pages.post("/desk/api/screen/code")
    def screen_code() -> Response:
        """A code for five minutes. Raises `InputRefused` without a window."""
        who = holder(POWER)
        code, until = screens.code(_place(services, who), who)
        return json_response({"code": code, "until": until.isoformat()}, 201)

    @pages.post("/desk/api/screen/release")
    def screen_release() -> Response:
        who = holder(POWER)
        if not who.window:
            raise InputRefused("请先选择您所在的窗口")
        screens.release(who.window, who)
        return json_response({"window": who.window})


def _place(services: Services, who: Actor) -> Place:
    if not who.window:
        return Place()
    found = place_of(services.catalogue.current(), who.window)
    return Place("", found["hall"] or "", found["street"] or "", who.window)
