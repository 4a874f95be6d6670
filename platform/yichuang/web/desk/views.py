"""An item, and a draft with its item, as the desk's client reads them."""

from typing import Any

from yichuang.cases.draft import Draft
from yichuang.ports import Place
from yichuang.services import Services
from yichuang.web.item_page import ItemPage, page_of


def item_view(page: ItemPage, release: int, answers: dict[str, Any] | None = None) -> dict[str, Any]:
    """Everything for one item; the form's HTML comes with the answers in it."""
    return {
        "code": page.body["code"],
        "title": page.body["title"],
        "release": release,
        "digest": page.digest,
        "wire": page.wire,
        "badges": page.badges,
        "meta": page.meta,
        "elements": page.elements,
        "form_html": page.form.render(answers or {}) if page.form else None,
    }


def draft_view(services: Services, draft: Draft, window: str | None = None) -> dict[str, Any]:
    """The draft with its item as it was in the draft's release, and whether the item is another by now."""
    snapshot, now = services.catalogue.at(draft.line.release), services.catalogue.current()
    page = page_of(snapshot, draft.line.item)
    return item_view(page, draft.line.release, dict(draft.content.answers)) | {
        "draft": draft.as_dict(),
        "current": now.release,
        "outdated": outdated(services, draft.line.item, draft.line.release),
        "entrustment": authority(services, draft.line.item, window),
    }


def authority(services: Services, item: str, window: str | None) -> dict[str, Any]:
    """Whether this window may take a new case of the item now, and if not, why and where to go."""
    return services.entrustments.authority(item, Place(window=window or "")).as_dict()


def outdated(services: Services, item: str, release: int) -> bool:
    now = services.catalogue.current()
    if release == now.release or now.find("item", item) is None:
        return False
    return page_of(now, item).digest != page_of(services.catalogue.at(release), item).digest
