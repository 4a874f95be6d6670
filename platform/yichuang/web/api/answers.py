"""What the API answers: services called, results as plain values."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from pypinyin import Style, lazy_pinyin

from renderers import qr
from yichuang.cases.draft import content_of
from yichuang.cases.facts import facts_for
from yichuang.errors import DefinitionMissing, NotFound, ReleaseMissing
from yichuang.items.compiled import ItemDecision
from yichuang.ports import DefinitionView
from yichuang.services import Services
from yichuang.web.guide.directory import find
from yichuang.web.item_page import page_of
from yichuang.web.noticing import issue


class Answers:
    """One method per operation; `body` is checked before."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def _release(self) -> int:
        return self._services.catalogue.current().release

    def items(self) -> dict[str, Any]:
        asked = request.args
        found = find(self._services, asked.get("q", ""), asked.get("theme", ""), asked.get("department", ""))
        return {"release": self._release, "items": found}

    def item(self, code: str) -> dict[str, Any]:
        page = page_of(self._services.catalogue.current(), code)
        body = page.body
        kept = {key: body[key] for key in ("successor", "state_note") if body.get(key)}
        return {
            "release": self._release,
            "code": code,
            "title": body["title"],
            "state": body["state"],
            "elements": [{"term": term, "value": value} for term, value in page.elements],
            "basis": list(body["legal_basis"]),
            "accept_conditions": list(body.get("accept_conditions", ())),
            "process": list(body.get("process", ())),
            "questions": [question(q) for q in page.item.all_questions],
            "materials": [dict(material) for material in body["materials"]],
            "form": page.item.form is not None,
            **kept,
        }

    def form_schema(self, code: str) -> dict[str, Any]:
        form = page_of(self._services.catalogue.current(), code).item.form
        if form is None:
            raise NotFound("该事项没有申请表")
        return form.json_schema()

    def checklist(self, code: str, body: Mapping[str, Any]) -> dict[str, Any]:
        decision = self._decide(code, body)
        return {
            "release": self._release,
            "questions": [question(q) for q in decision.questions],
            "situation_errors": [error.as_dict() for error in decision.situation_errors],
            "materials": [material(entry) for entry in decision.checklist],
            "tips": [{"text": tip["text"], "tone": tip["tone"]} for tip in decision.tips],
        }

    def validate(self, code: str, body: Mapping[str, Any]) -> dict[str, Any]:
        decision = self._decide(code, body)
        if decision.form is None:
            raise NotFound("该事项没有申请表")
        errors = [*decision.situation_errors, *decision.form.errors]
        valid = all(error.severity != "error" for error in errors)
        return {"release": self._release, "valid": valid, "errors": [error.as_dict() for error in errors]}

    def notice(self, code: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return issue(self._services, code, body.get("situation", {}), body.get("channel", "api"), body.get("applicant", {}))

    def notice_qr(self, notice: str) -> str:
        found = self._services.notices.find(notice)
        return qr.svg(self._services.notices.url(found), title=f"{found.item_title}一次性告知单")

    def table(self, release: int, code: str) -> dict[str, Any]:
        if self._services.publishing.release(release).state != "effective":
            raise ReleaseMissing("这一版没有生效")
        snapshot = self._services.catalogue.at(release)
        entries: tuple[dict[str, Any], ...] = snapshot.compiled(table_entries, code)
        return {"release": release, "code": code, "title": snapshot.get("code_table", code)["title"], "entries": list(entries)}

    def _decide(self, code: str, body: Mapping[str, Any]) -> ItemDecision:
        snapshot, content = self._services.catalogue.current(), content_of(body)
        item = page_of(snapshot, code).item
        facts = facts_for(snapshot, item.body, self._services.clock.now().date(), content)
        return item.decide(content.situation, content.answers, facts)


def question(found: Any) -> dict[str, Any]:
    shown = {"code": found.code, "title": found.title, "multiple": found.multiple, "depth": found.depth}
    shown |= {key: value for key in ("hint", "parent", "option") if (value := getattr(found, key))}
    return shown | {"options": [_option(option) for option in found.options]}


def _option(option: Any) -> dict[str, str]:
    return {"code": option.code, "title": option.title} | {key: value for key in ("hint", "stop") if (value := getattr(option, key))}


def material(entry: Any) -> dict[str, Any]:
    body = entry.material
    return {
        "code": body["code"],
        "title": body["title"],
        "necessity": body["necessity"],
        "needed": entry.needed,
        "undecided": entry.undecided,
        "words": entry.words,
        "originals": body.get("originals", 0),
        "copies": body.get("copies", 0),
        "e_licence": bool(body.get("e_licence", {}).get("available")),
        "commitment": entry.commitment,
        "generated": bool(body.get("generated")),
    }


def table_entries(view: DefinitionView, code: str) -> tuple[dict[str, Any], ...]:
    """A table's entries with their pinyin initials; a maker for `Snapshot.compiled`. Raises `DefinitionMissing`."""
    body = view.find("code_table", code)
    if body is None:
        raise DefinitionMissing(f"没有代码表 {code}")
    return tuple(_entry(entry) for entry in body["entries"])


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: entry[key] for key in ("code", "title", "parent", "keywords", "disabled") if key in entry}
    return kept | {"initials": initials(entry["title"])}


def initials(words: str) -> str:
    parts: Iterable[str] = lazy_pinyin(words, style=Style.FIRST_LETTER)
    return "".join(part for part in parts if part.isalnum()).lower()
