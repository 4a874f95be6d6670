"""The application form on paper: the draft's answers under its own release, to be checked and signed."""

from collections.abc import Iterator, Mapping
from typing import Any

from renderers.form_fields import Titles
from renderers.pdf import PdfRenderer
from yichuang.cases.draft import Draft
from yichuang.cases.facts import facts_for
from yichuang.errors import NotFound
from yichuang.services import Services
from yichuang.web.item_page import page_of


def printed(services: Services, pdf: PdfRenderer, draft: Draft, window: str | None) -> bytes:
    """PDF of what is visible, with computed values. Raises `NotFound` for an item without a form."""
    snapshot, line = services.catalogue.at(draft.line.release), draft.line
    page = page_of(snapshot, line.item)
    facts = facts_for(snapshot, page.body, services.clock.now().date(), draft.content, window)
    decision = page.item.decide(draft.content.situation, draft.content.answers, facts).form
    if decision is None:
        raise NotFound("该事项没有申请表")
    case = [{"label": "事项", "value": line.item_title}] + ([{"label": "受理编号", "value": line.number}] if line.number else [])
    wire = with_titles(page.wire["form"], decision.answers, page.titles)
    return pdf.form(wire, decision.answers, decision.visible, case=case, made_at=services.clock.now())


def with_titles(wire: Mapping[str, Any], answers: Mapping[str, Any], titles: Titles) -> dict[str, Any]:
    """The form's wire with the titles of the codes that were chosen from tables too large to be in it."""
    sections = [{**section, "fields": [_titled(f, answers.get(f["code"]), titles) for f in section["fields"]]} for section in wire["sections"]]
    return {**wire, "sections": sections}


def _titled(field: Mapping[str, Any], value: Any, titles: Titles) -> dict[str, Any]:
    if field["type"] == "group":
        rows = value if isinstance(value, list) else []
        columns = [_titled(f, [row.get(f["code"]) for row in rows if isinstance(row, Mapping)], titles) for f in field["fields"]]
        return {**field, "fields": columns}
    tables = [field["table"]] if "table" in field else [part["table"] for part in field.get("parts", {}).values() if "table" in part]
    if field["type"] == "address" and not tables:
        tables = ["division"]
    found = {code: title for table in tables for code in _codes(value) if (title := titles(table, code))}
    return {**field, "titles": found} if found else dict(field)


def _codes(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, Mapping)):
        for entry in value.values() if isinstance(value, Mapping) else value:
            yield from _codes(entry)
