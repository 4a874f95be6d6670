"""A document as it would look, from a definition that may not be published yet, with invented values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from yichuang.documents.compiled import compile_document
from yichuang.documents.content import content
from yichuang.documents.fields import samples
from yichuang.documents.order import DocumentOrder
from yichuang.documents.values import authority, document_values, item_word, own_values
from yichuang.ports import DefinitionView, Place

SAMPLE_SEQ = 123
_LEFT_TO_DEFINITION = ("document.copies", "document.seal")


def sample_content(
    view: DefinitionView, code: str, today: date, item: str = "", place: Place | None = None, facts: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What `code` would say for an invented application for `item` (the first one in use by default) at `place` (the first hall by default).

    Raises `DefinitionMissing`, or whatever a definition that is wrong makes of itself; the gate says what is wrong.
    """
    document = compile_document(view, code)
    body = view.find("item", item or _first_item(view)) or {}
    place = place or _first_place(view)
    known = {"item.code": body.get("code", ""), **_places(place), "case.round": 1, **(facts or {})}
    order = DocumentOrder("", str(samples()["case.number"]), code, 0, str(body.get("department", "")), place, {}, known)
    issuer = authority(view, str(document.body["authority"]), order)
    number = document.numbering.write(issuer.prefix, item_word(view, order), today.year, SAMPLE_SEQ) if document.numbering else ""
    values: dict[str, Any] = {**samples(), **own_values(view, order), **document_values(number, today, issuer)}
    values["clerk.name"] = samples()["clerk.name"]
    return content(document, {path: value for path, value in values.items() if path not in _LEFT_TO_DEFINITION}, known)


def _first_item(view: DefinitionView) -> str:
    codes = view.codes("item")
    return next((code for code in codes if (view.find("item", code) or {}).get("state") == "active"), codes[0] if codes else "")


def _first_place(view: DefinitionView) -> Place:
    halls = [hall for code in view.codes("organisation") for hall in (view.find("organisation", code) or {}).get("halls", ())]
    hall: Mapping[str, Any] = next((hall for hall in halls if not hall.get("street")), halls[0] if halls else {})
    windows = hall.get("windows", ())
    return Place("", str(hall.get("code", "")), str(hall.get("street", "")), str(windows[0]["code"]) if windows else "")


def _places(place: Place) -> dict[str, str]:
    parts = {"org.hall": place.hall, "org.street": place.street, "org.window": place.window}
    return {path: code for path, code in parts.items() if code}
