"""After an upgrade: definitions of kinds that the software learnt meanwhile and of which this installation has none yet."""

from collections.abc import Sequence

import structlog

from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.kinds import Kind, KindTable
from yichuang.catalogue.service import Publishing
from yichuang.errors import YichuangError
from yichuang.ports import SYSTEM, Body

log = structlog.get_logger()


def adopt(publishing: Publishing, catalogue: Catalogue, kinds: KindTable, documents: Sequence[Body]) -> list[str]:
    """Publish the packaged `documents` of every kind of which the release in force has none: a release for each kind, by name.

    Without it a hall would stand without roles or flows after an upgrade. What doesn't fit what is there (a packaged agreement for an
    item that isn't) is left out and said in the log; staff make their own.
    """
    adopted = []
    for kind in kinds:
        catalogue.refresh()
        bodies = [body for body in documents if body["kind"] == kind.name]
        if bodies and not catalogue.current().codes(kind.name) and _published(publishing, kind, bodies):
            adopted.append(kind.name)
    catalogue.refresh()
    return adopted


def _published(publishing: Publishing, kind: Kind, bodies: Sequence[Body]) -> bool:
    title = f"升级带来的定义：{kind.title}"
    change_set = publishing.open(title, SYSTEM)
    for body in bodies:
        publishing.put(change_set, body, SYSTEM)
    try:
        publishing.publish(change_set, SYSTEM, title)
    except YichuangError as refused:
        log.warning("definitions.not_adopted", kind=kind.name, code=refused.code)
        publishing.discard(change_set)
        return False
    return True
