"""The bar above every page of the desk: the workplaces that are open to the member, and where they are."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request

from yichuang.services import Services
from yichuang.web.item_page import halls
from yichuang.web.session import actor, grants
from yichuang.web.workplaces import open_workplaces


def entries() -> Iterator[Mapping[str, Any]]:
    """`{title, url, current}` of each. A page below one (`/desk/cases/…` below `/desk/cases`) is part of it."""
    here, opened = request.path, list(open_workplaces())
    current = max((url for _, url in opened if here == url or here.startswith(f"{url}/")), key=len, default="")
    for place, url in opened:
        yield {"title": place.title, "url": url, "current": url == current}


def first_page() -> str | None:
    """Where a member's work is, when it isn't the filling in of forms."""
    return next((url for _, url in open_workplaces()), None)


def context(services: Services) -> Mapping[str, Any]:
    """What `desk/layout.html` needs; empty before the log-in."""
    who = actor()
    if who is None:
        return {"bar": None}
    snapshot = services.catalogue.current()
    titles = {w["code"]: w["title"] for hall in halls(snapshot) for w in hall.get("windows", ())}
    return {
        "bar": {
            "entries": list(entries()),
            "user": who.title or who.name,
            "window": titles.get(who.window or "", ""),
            "at_window": grants().may("desk.fill"),
            "release": snapshot.release,
        }
    }
