"""A case as its page shows it: the view of the service with the form in words, and the little that the page's script needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template

from yichuang.access.grants import Grants
from yichuang.flows.compiled import compile_item_flow
from yichuang.services import Services
from yichuang.web.desk.people import name_of
from yichuang.web.desk.reading import fields_of, form_of, sections
from yichuang.web.json import json_response

LIGHTS = {"green": "正常", "yellow": "临近期限", "red": "已超期", "grey": "暂停计时", "": ""}
TONES = {"green": "good", "yellow": "warn", "red": "bad", "grey": "", "": ""}
PHASES = {"ended": "", "correcting": "warn"}

View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CasePage:
    """One look at a case. `revealed`: personal data in full, as was asked for and noted."""

    services: Services
    view: dict[str, Any]
    grants: Grants
    revealed: bool = False

    def context(self) -> dict[str, Any]:
        """What `desk/case_body.html` is rendered with."""
        answers = self.view.get("answers") or {}
        form = form_of(self.services, self.view["release"], self.view["item"], answers)
        fields = fields_of(form)
        return {
            "case": self.view | {
                "holder": self.holder(), "steps": [told_once(step) for step in self.view["steps"]],
                "materials": [worded(material) for material in self.view["materials"]],
            },
            "form": sections(form, answers, self.revealed),
            "revealed": self.revealed,
            "lights": LIGHTS,
            "tones": TONES,
            "phases": PHASES,
            "may": self.grants.may,
            "said": {field["path"]: dict(field["options"]) for field in fields},
            "handovers": self.services.handovers.of_case(self.view["id"]),
            "offers": ordered(self.view["offers"]),
            "primary": primary(self.view["offers"]),
            "wire": self.wire(fields),
        }

    def wire(self, fields: Sequence[View]) -> dict[str, Any]:
        """For the script: what may be done now, and by what words. Nothing personal."""
        view = self.view
        return {
            "id": view["id"],
            "number": view["number"],
            "revision": view["revision"],
            "state": view["state"],
            "state_title": view["state_title"],
            "ended": view["ended"],
            "offers": view["offers"],
            "primary": primary(view["offers"]),
            "materials": [{key: material.get(key) for key in MATERIAL} for material in view["materials"]],
            "fields": fields,
            "holder": self.holder(),
            "documents": view["documents"],
            "correction_days": self.settings().get("correction_days"),
            "may_check": self.grants.may("material.check"),
            "may_hand_over": self.grants.may("case.hand_over"),
        }

    def holder(self) -> dict[str, Any] | None:
        held = self.view["holder"]
        return dict(held) | {"title": name_of(held["name"])} if held else None

    def settings(self) -> Mapping[str, Any]:
        """Of the case's own flow."""
        return self.services.catalogue.at(self.view["release"]).compiled(compile_item_flow, self.view["item"]).settings

    def response(self, status: int = 200) -> Response:
        """For the script after something was done: the page's new body, and the wire."""
        context = self.context()
        return json_response({"case": context["wire"], "html": render_template("desk/case_body.html", **context)}, status)


def told_once(step: View) -> dict[str, Any]:
    """A step whose result doesn't name again the documents that are listed below it."""
    named = {f"{document['title']} {document['number']}".strip() for document in step["documents"]}
    who = " · ".join(filter(None, (step["actor_title"], step["place"])))
    return dict(step) | {"who": who, "result": "；".join(part for part in step["result"].split("；") if part not in named)}


def worded(material: View) -> dict[str, Any]:
    """A material with its amounts in words: those `asked` for and those `there`; `standard_asked`: the standard is among the points."""
    asked, there = ((("原件 {}", m["originals"]), ("复印件 {}", m["copies"]), ("{} 页", m.get("pages"))) for m in (material["expected"], material))
    return dict(material) | {
        "asked": "，".join(words.format(number) for words, number in asked if number),
        "there": "，".join(words.format(number) for words, number in there if number),
        "standard_asked": any(point["text"] == material["standard"] for point in material["points"]),
    }


def primary(offers: Sequence[View]) -> str:
    """The step that Ctrl+Enter takes: the first main step that is allowed, else the first main one; empty without any."""
    main = [offer for offer in offers if offer["tone"] == "primary"]
    found = next((offer for offer in main if offer["allowed"]), main[0] if main else None)
    return str(found["action"]) if found else ""


def ordered(offers: Sequence[View]) -> list[View]:
    """The main step first, then what is allowed, dangerous steps last, then what is refused with its reasons."""
    first = primary(offers)
    return sorted(offers, key=lambda o: (o["action"] != first, not o["allowed"], o["tone"] == "danger"))


MATERIAL = (
    "code", "title", "needed", "state", "originals", "copies", "pages", "verified", "grade", "points", "note", "files", "due_on",
    "standard", "expected", "necessity", "reusable",
)  # fmt: skip
