"""What a step tells of itself as a service to the applicant (pure): whom it was given to, where, and how long that took."""

import json
from datetime import datetime
from typing import Any

from yichuang.access.masks import mask_name
from yichuang.cases.progress import Progress
from yichuang.entrustment.places import compile_places
from yichuang.ports import DefinitionView, Place
from yichuang.reviews.review import Service

DESK = "desk"
AT_THE_COUNTER = frozenset({"DELIVER"})
"""What is done at the counter also for a case that came in online."""


def service_of(progress: Progress, view: Any) -> Service:
    """The step as a service; whether it is one, the review rules say."""
    row, deed, content = progress.row, progress.deed, progress.content
    accepted, decided = progress.changes.get("accepted_at") or row.accepted_at, progress.changes.get("decided_at") or row.decided_at
    party = content.party
    return Service(
        row.id, row.number, row.item, row.item_title, row.release, Place(row.department, row.hall, row.street, deed.actor.window or row.window),
        deed.actor.name, channel_of(progress), progress.action.step, deed.at, accepted, decided, dict(json.loads(row.situation)),
        _seconds(row.updated_at, deed.at), _seconds(row.applied_at, deed.at), row.correction_round, party, content.agent,
        mask_name(party.name) if party.name else "", _record(progress, view, accepted, decided),
    )  # fmt: skip


def channel_of(progress: Progress) -> str:
    """Through which the applicant was served: the case's, or the counter."""
    at_the_counter = progress.deed.actor.window and progress.action.step in AT_THE_COUNTER
    return DESK if at_the_counter else str(progress.row.channel)


def _seconds(since: datetime | None, at: datetime) -> int | None:
    return max(0, int((at - since).total_seconds())) if since else None


def _record(progress: Progress, view: DefinitionView, accepted: datetime | None, decided: datetime | None) -> dict[str, Any]:
    """What the city's service record is mapped from (domain 6.5), by the paths of mappings."""
    row, item, places = progress.row, progress.desk.work.item.body, compile_places(view, "")
    department = places.departments.get(row.department, {})
    standing = "3" if decided or progress.target.ended else "2" if accepted else "1"
    agent = progress.content.agent
    return {
        "case": {
            "id": row.id, "number": row.number, "summary": row.item_title, "item": row.item, "item_title": row.item_title,
            "handling_code": row.handling_code, "case_type": row.case_type, "channel": row.channel, "state": standing,
            "department": row.department, "department_title": department.get("title", ""), "department_code": department.get("uscc", ""),
            "hall": row.hall, "window": progress.deed.actor.window or row.window, "clerk_title": progress.deed.actor.title,
            "applied_at": _iso(row.applied_at), "accepted_at": _iso(accepted), "decided_at": _iso(decided),
        },
        "item": {
            "code": row.item, "title": item["title"], "implement_code": item.get("impl_code", ""), "catalog_code": item.get("base_code", ""),
            "handling_code": item.get("handling_code", ""), "item_type": item.get("item_type", ""), "case_type": item.get("case_type", ""),
            "promised_days": (item.get("time_limits", {}).get("promised") or {}).get("amount"),
        },
        "applicant": _party(progress.content.party),
        "agent": _party(agent) if agent else _party(None),
    }  # fmt: skip


def _party(party: Any) -> dict[str, str]:
    names = ("name", "kind", "id_type", "id_no", "phone", "legal_rep")
    return {name: getattr(party, name) if party else "" for name in names}


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
