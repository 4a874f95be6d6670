"""The facts from outside of the form for one application: item, applicant, the window's hall and street, the day."""

from datetime import date
from typing import Any

from yichuang.cases.draft import Content
from yichuang.items.facts import everyday_facts
from yichuang.ports import Body, DefinitionView


def place_of(view: DefinitionView, window: str | None) -> dict[str, str | None]:
    """Hall and street of a window, by code; None where unknown."""
    for code in view.codes("organisation"):
        for hall in (view.find("organisation", code) or {}).get("halls", ()):
            if any(found["code"] == window for found in hall.get("windows", ())):
                return {"hall": hall["code"], "street": hall.get("street"), "window": window}
    return {"hall": None, "street": None, "window": window}


def facts_for(view: DefinitionView, item: Body, today: date, content: Content, window: str | None = None) -> dict[str, Any]:
    kind = content.applicant.get("kind")
    return everyday_facts(item, today, applicant_kind=kind if isinstance(kind, str) else None, **place_of(view, window))
