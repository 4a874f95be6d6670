"""The items people may look for: searched, by department, by theme."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from yichuang.catalogue.search import ItemEntry
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


def find(services: Any, q: str = "", theme: str = "", owner: str = "", limit: int = 60) -> list[dict[str, Any]]:
    """Items in use that match all that is given, nearest first; by name where nothing is searched for."""
    snapshot = services.catalogue.current()
    entries = snapshot.index.find(q[:60], limit * 2, owner or None, theme or None)
    shown = [entry for entry in entries if entry.state in SHOWN]
    if not q.strip():
        shown.sort(key=lambda entry: entry.title)
    return [line(snapshot, entry.code) for entry in shown[:limit]]


def in_use(snapshot: Snapshot) -> list[ItemEntry]:
    return [entry for entry in snapshot.index.entries() if entry.state in SHOWN]


def themes(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Themes that have items, with how many."""
    counts = Counter(theme for entry in in_use(snapshot) for theme in entry.themes)
    table = snapshot.find("code_table", "item_theme") or {"entries": ()}
    for entry in table["entries"]:
        if counts[entry["code"]]:
            yield {"code": entry["code"], "title": entry["title"], "count": counts[entry["code"]]}


def departments(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Departments that have items, with how many."""
    counts = Counter(entry.department for entry in in_use(snapshot))
    for body in organisations(snapshot):
        for found in body["departments"]:
            if counts[found["code"]]:
                title = found.get("short_title") or found["title"]
                yield {"code": found["code"], "title": title, "count": counts[found["code"]]}
