"""`/desk`: the page, and what it asks for. For who may fill in applications."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.web.desk import (
    bad_reviews,
    bar,
    cases,
    commitments,
    credit,
    drafts,
    handovers,
    holding,
    inbox,
    materials,
    notices,
    papers,
    people,
    screens,
    stations,
    verifications,
    words,
)
from yichuang.web.desk.views import authority, draft_view, item_view
from yichuang.web.guide.directory import line
from yichuang.web.item_page import page_of
from yichuang.web.json import json_body, json_response
from yichuang.web.session import grants, holder, member, work_at
from yichuang.web.statistics import install as install_statistics

POWER = "desk.fill"


def clerk() -> Actor:
    return holder(POWER)


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("desk", __name__)

    @pages.get("/desk")
    def index() -> Any:
        """Where applications are filled in; who doesn't do that is led to where their work is."""
        member()
        elsewhere = None if grants().may(POWER) else bar.first_page()
        if elsewhere:
            return redirect(elsewhere)
        clerk()
        return render_template("desk/index.html")

    @pages.get("/desk/signed-in")
    def signed_in() -> str:
        """Where a log-in from another tab ends: nothing to do here but to go back."""
        member()
        return render_template("desk/signed_in.html")

    @pages.get("/desk/api/session")
    def session_state() -> Response:
        who = holder(POWER, "case.read")
        snapshot = services.catalogue.current()
        open_halls = stations.halls_of(snapshot, who)
        return json_response(
            {
                "user": who.name,
                "title": who.title,
                "window": who.window,
                "halls": [_hall(hall) for hall in open_halls],
                "no_window": "" if open_halls else stations.NO_HALL,
                "release": snapshot.release,
                "today": services.clock.now().date().isoformat(),
                "csrf": generate_csrf(),
            }
        )

    @pages.post("/desk/api/window")
    def choose_window() -> Response:
        window = stations.chosen(services.catalogue.current(), clerk(), json_body().get("window"))
        work_at(window)
        return json_response({"window": window})

    @pages.context_processor
    def bar_of_page() -> dict[str, Any]:
        return dict(bar.context(services))

    _items(pages, services)
    drafts.install(pages, services, clerk, draft_view)
    notices.install(pages, services, clerk)
    commitments.install(pages, services, clerk)
    words.install(pages)
    people.install(pages)
    for room in (cases, holding, inbox, materials, papers, verifications, bad_reviews, credit, handovers, screens):
        room.install(pages, services)
    install_statistics(pages, services)
    return pages


def _items(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/api/search")
    def search() -> Response:
        clerk()
        snapshot = services.catalogue.current()
        return json_response({"items": [line(snapshot, hit) for hit in services.catalogue.search(request.args.get("q", "")[:60])]})

    @pages.get("/desk/api/items/<code>")
    def item(code: str) -> Response:
        who = clerk()
        snapshot = services.catalogue.current()
        view = item_view(page_of(snapshot, code), snapshot.release)
        return json_response(view | {"entrustment": authority(services, code, who.window)})

    @pages.get("/desk/api/pulse")
    def pulse() -> Response:
        """Asked every second: the release, whether the item on screen is still the same, and whether it may be accepted here."""
        if not current_user.is_authenticated:
            clerk()
        snapshot = services.catalogue.current()
        code = request.args.get("item", "")
        known = bool(code) and snapshot.find("item", code) is not None
        answer = {
            "release": snapshot.release,
            "digest": page_of(snapshot, code).digest if known else None,
            "today": services.clock.now().date().isoformat(),
            "entrustment": authority(services, code, session.get("window")) if known else None,
        }
        return json_response(answer)


def _hall(hall: Any) -> dict[str, Any]:
    return {
        "code": hall["code"],
        "title": hall["title"],
        "street": hall.get("street"),
        "windows": [{"code": w["code"], "title": w["title"]} for w in hall.get("windows", ())],
    }
