"""What a case's documents say: the values of `documents.fields` for one step, gathered from the case and from what was typed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.access.masks import mask_id
from yichuang.cases.case import CHANNEL_TITLES
from yichuang.cases.progress import Progress
from yichuang.cases.standing import Material
from yichuang.ports import Party

METHODS = {True: "电子", False: "纸质"}
TAKEN = ("received", "reused", "licence")


def values_of(progress: Progress) -> dict[str, Any]:
    """Flat, by field path; what is unknown is left out, so that the definition's conditions and checks see it missing."""
    parts = (_case(progress), _parties(progress), _dates(progress), _materials(progress), _corrections(progress), _typed(progress))
    return {path: value for part in parts for path, value in part.items() if value not in (None, "", [])}


def _case(progress: Progress) -> dict[str, Any]:
    row, decided = progress.row, progress.desk.decided
    chosen = [words for question in decided.questions if (words := _chosen(question, progress.content.situation))]
    return {
        "case.number": row.number, "case.query_code": row.id[:8].upper(), "case.situation": "；".join(chosen),
        "case.channel_title": f"{CHANNEL_TITLES[row.channel]}申请", "case.round": progress.changes.get("correction_round", row.correction_round),
        "clerk.name": progress.deed.actor.title or progress.deed.actor.name,
    }  # fmt: skip


def _chosen(question: Any, situation: Mapping[str, Any]) -> str:
    codes = question.chosen(situation.get(question.code))
    return "、".join(option.title for option in question.options if option.code in codes)


def _parties(progress: Progress) -> dict[str, Any]:
    party, agent = progress.content.party, progress.content.agent
    contact = agent or party
    return {
        **_party("applicant", party), "applicant.legal_rep": party.legal_rep, "contact.name": contact.name, "contact.phone": contact.phone,
        **(_party("agent", agent) if agent else {}),
    }  # fmt: skip


def _party(role: str, party: Party) -> dict[str, Any]:
    number = party.id_no if party.organisation else mask_id(party.id_no)
    return {f"{role}.name": party.name, f"{role}.id_no": number, f"{role}.phone": party.phone}


def _dates(progress: Progress) -> dict[str, Any]:
    row, changed, at = progress.row, progress.changes, progress.deed.at
    received = row.received_at or changed.get("received_at")
    return {
        "dates.applied": row.applied_at.date(), "dates.received": received.date() if received else None, "dates.received_at": received,
        "dates.accepted": row.accepted_on or changed.get("accepted_on"), "dates.due": changed.get("due_on") or row.due_on,
        "dates.statutory_due": changed.get("statutory_due") or row.statutory_due, "dates.answer_due": changed.get("answer_due") or row.answer_due,
        "dates.decided": at.date() if progress.decides else row.decided_at.date() if row.decided_at else None,
    }  # fmt: skip


def _materials(progress: Progress) -> dict[str, Any]:
    materials = progress.desk.materials
    taken = [_told(material) for material in materials if material.row.needed and material.state in TAKEN]
    later = [_told(material) for material in materials if material.state == "deferred"]
    instead = [_told(material) | {"commitment": "告知承诺"} for material in materials if material.state == "committed"]
    return {
        "materials.received": taken, "materials.count": len(taken), "materials.deferred": later, "materials.committed": instead,
        "materials.returned": [_told(material) for material in materials if material.state in TAKEN and material.row.originals],
    }  # fmt: skip


def _told(material: Material) -> dict[str, Any]:
    row = material.row
    electronic = bool(json.loads(row.files)) and not (row.originals or row.copies)
    form = "原件" if row.originals else "复印件" if row.copies else "电子"
    verified = "与原件一致" if row.verified else "已核对" if material.state in TAKEN else ""
    return {
        "title": row.title, "form": form, "originals": row.originals, "copies": row.copies, "pages": row.pages or "未点", "verified": verified,
        "method": METHODS[electronic], "note": row.note, "due": material.due_on.isoformat() if material.due_on else "",
    }  # fmt: skip


def _corrections(progress: Progress) -> dict[str, Any]:
    points = [{key: point[key] for key in ("title", "problem", "standard")} for point in progress.points]
    if not points:
        return {}
    current = next((found for found in reversed(progress.desk.rounds) if found.row.state in ("proposed", "open")), None)
    days = progress.given.get("days") or (current.row.days if current else None)
    reason = str(current.row.reason) if current and current.row.reason else str(progress.given.get("reason", ""))
    return {
        "correction.points": points, "correction.due": progress.correction_due, "correction.days": days, "correction.reason": reason,
        "correction.method": "到原受理窗口提交，或者登录网上办事大厅在“我的办件”中逐项补正",
    }  # fmt: skip


def _typed(progress: Progress) -> dict[str, Any]:
    """What was typed for this step, under the paths of its kind; see each document's own fields."""
    typed = {code: _words(progress, code, value) for code, value in {**progress.earlier, **progress.given}.items()}
    return dict(_spread(typed, progress))


def _words(progress: Progress, code: str, value: Any) -> Any:
    """A choice by its title, people by their names."""
    options = next((one.options for one in progress.action.inputs if one.code == code and one.type == "choice"), {})
    if isinstance(value, str) and value in options:
        return options[value]
    return "、".join(value) if isinstance(value, list) and value and isinstance(value[0], str) else value


def _spread(typed: Mapping[str, Any], progress: Progress) -> Iterator[tuple[str, Any]]:
    for path, codes in SOURCES.items():
        value = next((typed[code] for code in codes if typed.get(code)), None)
        if value is not None:
            yield path, value
    if "extend" in progress.action.effects:
        yield "extension.old_due", progress.row.due_on
        yield "extension.due", progress.changes.get("due_on")
    if progress.target.clock == "paused":
        yield "special.start", progress.on
    if progress.outcome == "approved" and not (typed.get("opinion") or typed.get("result")):
        yield "decision.content", f"准予{progress.row.item_title}。"
    if progress.outcome in ("approved", "denied") and not typed.get("basis"):
        yield "decision.basis", "、".join(f"《{law['law']}》{law.get('article', '')}" for law in progress.desk.work.item.body["legal_basis"])
    yield "delivery.person", progress.deed.actor.title
    yield "delivery.at", progress.deed.at


SOURCES: Mapping[str, tuple[str, ...]] = {
    "refusal.reason": ("reason",), "refusal.basis": ("basis",), "refusal.where": ("authority",),
    "special.name": ("name",), "special.reason": ("reason",), "special.basis": ("basis",), "special.days": ("days",),
    "extension.reason": ("reason",), "extension.basis": ("basis",), "extension.days": ("days",), "extension.approver": ("approver", "approved_by"),
    "decision.content": ("content", "result", "opinion"), "decision.reason": ("reason",), "decision.basis": ("basis",),
    "decision.result": ("result_name",), "decision.result_number": ("certificate",), "decision.validity": ("validity",),
    "decision.approver": ("approver", "approved_by"),
    "delivery.method": ("method",), "delivery.recipient": ("recipient",), "delivery.place": ("place",), "delivery.tracking": ("tracking",),
}  # fmt: skip
"""Where each field's value is typed: the input's code, the first that is there."""


