"""The items people may look for: searched, by department, by theme."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.catalogue.snapshot import Snapshot
from yichuang.web.item_page import STATES, department, limit_words, organisations, title_in

SHOWN = ("active", "suspended")


def line(snapshot: Snapshot, code: str) -> dict[str, Any]:
    """An item in a list."""
    body = snapshot.get("item", code)
    owner = department(snapshot, body["department"])
    return {
        "code": code,
        "title": body["title"],
        "state": body["state"],
        "state_title": STATES[body["state"]],
        "department": body["department"],
        "department_title": owner.get("short_title") or owner.get("title", ""),
        "item_type": body["item_type"],
        "item_type_title": title_in(snapshot, "item_type", body["item_type"]),
        "case_type": body["case_type"],
        "case_type_title": title_in(snapshot, "case_type", body["case_type"]),
        "themes": list(body.get("themes", ())),
        "promised": limit_words({**body["time_limits"]["promised"], "note": ""}),
        "demo": bool(body.get("demo")),
        "form": bool(body.get("form")),
    }


def directory(snapshot: Snapshot, _code: str = "") -> tuple[dict[str, Any], ...]:
    """All items in use, by name; a maker for `Snapshot.compiled`."""
    lines = (line(snapshot, code) for code in snapshot.codes("item"))
    return tuple(sorted((found for found in lines if found["state"] in SHOWN), key=lambda found: found["title"]))


def find(services: Any, q: str = "", theme: str = "", owner: str = "") -> list[dict[str, Any]]:
    """Items in use that match all that is given; a search keeps its own order."""
    snapshot = services.catalogue.current()
    lines = directory(snapshot)
    if q.strip():
        by_code: Mapping[str, dict[str, Any]] = {found["code"]: found for found in lines}
        lines = tuple(by_code[code] for code in services.catalogue.search(q.strip()[:60]) if code in by_code)
    return [found for found in lines if (not theme or theme in found["themes"]) and (not owner or found["department"] == owner)]


def themes(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Themes that have items, with how many."""
    lines = directory(snapshot)
    table = snapshot.find("code_table", "item_theme") or {"entries": ()}
    for entry in table["entries"]:
        count = sum(entry["code"] in found["themes"] for found in lines)
        if count:
            yield {"code": entry["code"], "title": entry["title"], "count": count}


def departments(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Departments that have items, with how many."""
    lines = directory(snapshot)
    for body in organisations(snapshot):
        for found in body["departments"]:
            count = sum(found["code"] == line["department"] for line in lines)
            if count:
                yield {"code": found["code"], "title": found.get("short_title") or found["title"], "count": count}
