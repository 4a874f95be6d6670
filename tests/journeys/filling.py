"""Applications filled in behind the pages, so that a journey can begin where it wants to."""

from random import Random
from typing import Any

from tests.definitions.answering import answers_for, draw_situation
from yichuang import bootstrap
from yichuang.access.roles import DEMO_ACCOUNTS
from yichuang.cases.draft import Content
from yichuang.cases.facts import facts_for
from yichuang.items.compiled import compile_item
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.settings import Settings

GIVEN: dict[str, dict[str, Any]] = {
    "flexible_pension": {"birth_date": "1990-01-01"},
    "food_business_new": {"operator_name": "北京某某餐饮有限公司"},
    "public_place_hygiene_new": {"unit_name": "北京某某美容有限公司"},
}
SEEDS = 400
TITLES = {account.username: account.surname + account.given_name for account in DEMO_ACCOUNTS}


def member(services: Services, name: str, window: str = "") -> Actor:
    return Actor(name, TITLES.get(name, name), frozenset({"COUNTER_CLERK"}), window or None, services.authority.posting(name))


def _draft(services: Services, item: str, who: Actor, seed: int) -> Any:
    """A draft that may be submitted as it is."""
    snapshot = services.catalogue.current()
    compiled = snapshot.compiled(compile_item, item)
    facts = facts_for(snapshot, compiled.body, services.clock.now().date(), Content(), who.window)
    for number in range(seed, seed + SEEDS):
        situation = draw_situation(compiled, facts, Random(number))
        known = facts | {f"situation.{code}": value for code, value in situation.items()}
        answers = answers_for(compiled, known, **GIVEN.get(item, {}))
        draft = services.drafts.start(item, who, Content(situation, answers, {}))
        if not services.drafts.problems(draft.line.id, who):
            return draft
        services.drafts.discard(draft.line.id, who)
    raise AssertionError(f"no way through {item}")


def draft_of(settings: Settings, item: str, window: str, name: str = "clerk", seed: int = 0) -> str:
    """The id of a draft of this clerk, filled in completely."""
    services = bootstrap.services_of(settings)
    services.catalogue.refresh()
    try:
        return str(_draft(services, item, member(services, name, window), seed).line.id)
    finally:
        services.database.dispose()


def take_in(services: Services, item: str, window: str, name: str = "clerk", seed: int = 0, *, complete: bool = False) -> str:
    """The id of a case that was taken in at the window; `complete`: with all its materials. It is in nobody's hands."""
    who = member(services, name, window)
    given, draft = services.authority.grants(who), _draft(services, item, who, seed)
    services.cases.receive(draft.line.id, draft.line.revision, who, given)
    if complete:
        services.cases.check_all(draft.line.id, who, given)
    services.cases.release(draft.line.id, who, given)
    return str(draft.line.id)


def case_of(settings: Settings, item: str, window: str, name: str = "clerk", seed: int = 0, *, complete: bool = False) -> str:
    """`take_in` behind a running server."""
    services = bootstrap.services_of(settings)
    services.catalogue.refresh()
    try:
        return take_in(services, item, window, name, seed, complete=complete)
    finally:
        services.database.dispose()
