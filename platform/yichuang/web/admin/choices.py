"""What a reference may point to, by title: for the editor's pickers."""

from collections.abc import Iterator
from typing import Any

from yichuang.ports import Body, DefinitionView

MOST = 20_000


def offered(view: DefinitionView, target: str) -> list[dict[str, str]]:
    """`target` as in `x-ref`: `form`, `code_table:item_type`, `organisation:halls`; `item_materials:<code>` an item's materials.

    Entries of `code`, `title`, `hint`.
    """
    kind, _, part = target.partition(":")
    if not part:
        return [
            {"code": code, "title": str((view.find(kind, code) or {}).get("title", code)), "hint": code}
            for code in view.codes(kind)
        ]
    if kind == "item_materials":
        return [_entry(material, str(material.get("code", ""))) for material in (view.find("item", part) or {}).get("materials", ())]
    if kind == "code_table":
        entries = (view.find("code_table", part) or {}).get("entries", ())
        return [_entry(entry, str(entry.get("code", ""))) for entry in entries[:MOST] if not entry.get("disabled")]
    return [
        entry
        for code in view.codes("organisation")
        for entry in _organisation(view.find("organisation", code) or {}, part)
    ]


def _organisation(body: Body, part: str) -> Iterator[dict[str, str]]:
    if part == "windows":
        for hall in body.get("halls", ()):
            for window in hall.get("windows", ()):
                yield _entry(window, str(hall.get("title", "")), str(hall.get("code", "")))
    else:
        for entry in body.get(part, ()):
            yield _entry(entry, str(entry.get("short_title", "")))


def _entry(entry: Any, hint: str, within: str = "") -> dict[str, str]:
    told = {"code": str(entry.get("code", "")), "title": str(entry.get("title", "")), "hint": hint}
    return told | ({"within": within} if within else {})
