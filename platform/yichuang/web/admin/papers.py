"""A drafted document: what its editor offers, and how it would look with invented values."""

import base64
from collections.abc import Mapping
from typing import Any

from flask import Response, render_template

from yichuang.documents.fields import FIELDS, SCOPES, TYPE_TITLES
from yichuang.errors import YichuangError
from yichuang.ports import DefinitionView, Place
from yichuang.services import Services
from yichuang.web.admin.previews import BROKEN

IN_TEXT = ("text", "number", "date", "moment", "lines")
BELONGS: Mapping[str, list[str]] = {
    "text": ["paragraph", "remedy", "note"], "align": ["paragraph"], "rows": ["fields"], "source": ["table", "list"], "columns": ["table"],
    "entries": ["list"], "lines": ["signatures"], "title": ["heading", "fields", "table", "list", "remedy"],
}  # fmt: skip
"""Which types of blocks have which properties; those that all have are not in it."""
INCOMPLETE = "内容还不完整，修正右侧所列问题后即可预览。"
OPTIONS = {"agent": "case.agent", "committed": "case.committed", "deemed": "case.deemed"}


def fields() -> list[dict[str, str]]:
    """The fields that a text may name, for the picker."""
    return [
        {"path": f.path, "title": f.title, "type": TYPE_TITLES[f.type], "scope": SCOPES[f.scope]} for f in FIELDS.values() if f.type in IN_TEXT
    ]


def preview(services: Services, view: DefinitionView, number: int, code: str, asked: Mapping[str, str]) -> str:
    """The page beside the editor: the sheets as pictures. `asked`: `item`, `hall`, and what of `OPTIONS` holds."""
    try:
        sheets = services.documents.preview_pictures(view, code, **_chosen(view, asked))
        pictures, problem = [f"data:image/png;base64,{base64.b64encode(sheet).decode()}" for sheet in sheets], ""
    except (YichuangError, *BROKEN):
        pictures, problem = [], INCOMPLETE
    items = {item: str((view.find("item", item) or {}).get("title", item)) for item in view.codes("item")}
    return render_template(
        "admin/preview_document.html", pictures=pictures, problem=problem, items=items, halls=_halls(view), asked=asked, number=number, code=code
    )


def paper(services: Services, view: DefinitionView, code: str, asked: Mapping[str, str]) -> Response:
    """The same as PDF."""
    try:
        made = services.documents.preview(view, code, **_chosen(view, asked))
    except (YichuangError, *BROKEN):
        return Response(render_template("admin/preview_broken.html"), mimetype="text/html")
    return Response(made, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{code}.pdf"'})


def _chosen(view: DefinitionView, asked: Mapping[str, str]) -> dict[str, Any]:
    hall = _halls(view).get(asked.get("hall", ""))
    windows = hall.get("windows", ()) if hall else ()
    place = Place("", hall["code"], hall.get("street", ""), windows[0]["code"] if windows else "") if hall else None
    item = asked.get("item", "")
    facts = {path: asked.get(name) == "1" for name, path in OPTIONS.items()}
    return {"item": item if view.find("item", item) else "", "place": place, "facts": facts}


def _halls(view: DefinitionView) -> dict[str, Mapping[str, Any]]:
    """By code; what of a draft is no hall is left out."""
    listed = ((view.find("organisation", code) or {}).get("halls") for code in view.codes("organisation"))
    halls = [hall for some in listed if isinstance(some, list) for hall in some if isinstance(hall, Mapping)]
    return {hall["code"]: hall for hall in halls if isinstance(hall.get("code"), str)}
