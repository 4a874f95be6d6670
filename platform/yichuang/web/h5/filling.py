"""What the page of an item needs: its form, what was begun of it, and for somebody logged in who they are and what they handed in."""

from dataclasses import asdict
from typing import Any

from yichuang.applicants.account import Account, masked
from yichuang.cases.draft import REVISING, Draft
from yichuang.cases.handing_in import goes_online
from yichuang.catalogue.snapshot import Snapshot
from yichuang.services import Services
from yichuang.web.item_page import halls, page_of


def page_data(services: Services, code: str, draft: Draft | None, account: Account | None) -> dict[str, Any]:
    release = draft.line.release if draft else services.catalogue.current().release
    snapshot = services.catalogue.at(release)
    page = page_of(snapshot, code)
    return {
        "code": code,
        "title": page.body["title"],
        "release": release,
        "digest": page.digest,
        "wire": page.wire,
        "form_html": page.form.render(dict(draft.content.answers) if draft else {}, mode="phone") if page.form else None,
        "today": services.clock.now().date().isoformat(),
        "draft": draft.as_dict() if draft else None,
        "login": services.identity is not None and goes_online(page.body),
        "parties": _parties(snapshot, page.body),
        "places": _places(snapshot, page.body),
    } | _signed_in(services, draft, account if may_send(page.body, account) else None)


def may_send(item: Any, account: Account | None) -> bool:
    """Whether the page ends in sending the application in: for somebody logged in, and an item that may be applied for online."""
    return account is not None and goes_online(item)


def _parties(snapshot: Snapshot, item: Any) -> Any:
    form = snapshot.find("form", item["form"]) if item.get("form") else None
    return (form or {}).get("parties")


def _places(snapshot: Snapshot, item: Any) -> list[dict[str, str]]:
    """The halls that take the item in, to choose from."""
    known = {hall["code"]: hall for hall in halls(snapshot)}
    offered = [known[place["hall"]] for place in item["places"] if place["hall"] in known]
    return [{"code": hall["code"], "title": hall["title"], "address": hall.get("address", "")} for hall in offered]


def _signed_in(services: Services, draft: Draft | None, account: Account | None) -> dict[str, Any]:
    """An account gets its own particulars in full, to fill its form with, and masked, to be shown."""
    if account is None:
        return {"account": None}
    party, operator = account.party, account.identity.operator
    shown = {"party": masked(party), "operator": masked(operator) if operator else None}
    own = {"id": account.id, "party": asdict(party), "operator": asdict(operator) if operator else None, "shown": shown}
    files = services.cases.files_of(draft.line.id) if draft else {}
    return {"account": own, "files": files, "returned": bool(draft and draft.line.state == REVISING)}
