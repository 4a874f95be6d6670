"""A draft as an application, in the shape that other rooms understand."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from yichuang.cases.draft import Draft
from yichuang.cases.facts import facts_for, place_of
from yichuang.cases.parties import parties_of
from yichuang.catalogue.snapshot import Snapshot
from yichuang.items.compiled import CompiledItem, compile_item
from yichuang.ports import Application, Party, Place


def application_of(snapshot: Snapshot, draft: Draft, today: date, window: str = "") -> Application:
    """`snapshot`: the draft's release. All facts of situation and form are decided anew."""
    line, content = draft.line, draft.content
    item = snapshot.compiled(compile_item, line.item)
    facts = item.decide(content.situation, content.answers, facts_for(snapshot, item.body, today, content, window or None)).facts
    applicant, agent = _parties(snapshot, item, content.answers, str(content.applicant.get("kind") or ""))
    where = place_of(snapshot, window or None)
    place = Place(item.body.get("department", ""), where["hall"] or "", where["street"] or "", window)
    return Application(
        line.id, line.item, line.release, content.situation, content.answers, facts, applicant, agent, line.channel, place, line.number or ""
    )


def _parties(snapshot: Snapshot, item: CompiledItem, answers: Mapping[str, Any], kind: str) -> tuple[Party, Party | None]:
    form = snapshot.find("form", item.body["form"]) if item.body.get("form") else None
    return parties_of(form, answers, kind)
