"""`/guide` and `/guide/<item>` (the address on posters)."""

from typing import Any

import orjson
from flask import Blueprint, render_template, request
from markupsafe import Markup

from yichuang.services import Services
from yichuang.web.guide.directory import departments, find, themes
from yichuang.web.item_page import page_of


def _kiosk() -> bool:
    return request.args.get("kiosk") == "1"


def _embedded(wire: Any) -> Markup:
    """JSON inside a script element: no `<` may stand in it."""
    return Markup(orjson.dumps(wire).decode().replace("<", "\\u003c"))


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("guide", __name__)

    @pages.get("/guide")
    def index() -> str:
        snapshot = services.catalogue.current()
        asked = {name: request.args.get(name, "")[:64] for name in ("q", "theme", "department")}
        listed = any(asked.values())
        return render_template(
            "guide/index.html",
            kiosk=_kiosk(),
            asked=asked,
            listed=listed,
            items=find(services, asked["q"], asked["theme"], asked["department"]) if listed else find(services),
            themes=list(themes(snapshot)),
            departments=list(departments(snapshot)),
        )

    @pages.get("/guide/<code>")
    def item(code: str) -> str:
        snapshot = services.catalogue.current()
        page = page_of(snapshot, code)
        successor = page.body.get("successor")
        return render_template(
            "guide/item.html",
            kiosk=_kiosk(),
            page=page,
            wire=_embedded(page.wire),
            release=snapshot.release,
            today=services.clock.now().date().isoformat(),
            entrusted=services.entrustments.outlook(code),
            successor=snapshot.find("item", successor) if successor else None,
        )

    return pages
