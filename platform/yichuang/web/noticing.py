"""Issuing a notice for a page: the service is called, the addresses are given."""

from collections.abc import Mapping
from typing import Any

from yichuang.cases.draft import content_of
from yichuang.cases.facts import facts_for
from yichuang.errors import InputRefused, ItemNotOpen
from yichuang.notices.notice import Notice
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.web.item_page import page_of


def issue(
    services: Services, code: str, situation: Mapping[str, Any], channel: str, applicant: Mapping[str, Any], actor: Actor | None = None
) -> dict[str, Any]:
    """A notice for the situation under the current release: `{code, url, pdf_url, qr_url}`.

    Raises `DefinitionMissing`, `ItemNotOpen`, `InputRefused` while questions are open.
    """
    snapshot = services.catalogue.current()
    item = page_of(snapshot, code).item
    if item.body["state"] != "active":
        raise ItemNotOpen(item.body.get("state_note", ""), successor=item.body.get("successor"))
    content = content_of({"situation": situation, "applicant": applicant})
    facts = facts_for(snapshot, item.body, services.clock.now().date(), content, actor.window if actor else None)
    faults = item.situation_errors(content.situation, facts)
    if faults:
        raise InputRefused("请先答完情形问题", problems=[{"field": f"situation/{f.path}", "message": f.message} for f in faults])
    notice = services.notices.issue(code, content.situation, channel, actor, facts=facts)
    return addresses(services, notice)


def addresses(services: Services, notice: Notice) -> dict[str, Any]:
    return {
        "code": notice.code,
        "url": services.notices.url(notice),
        "pdf_url": f"{notice.path}.pdf",
        "qr_url": f"/api/v1/notices/{notice.code}/qr.svg",
    }
