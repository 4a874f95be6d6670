"""The facts that only notification-and-commitment knows, besides those of the item, its situation and its form."""

from typing import Any

from yichuang.flows.facts import CASE_FACTS
from yichuang.ports import Application
from yichuang.rules.facts import Fact

DISHONEST = "applicant.dishonest"
KNOWN = (DISHONEST, "case.agent", "case.channel")


def commitment_facts() -> list[Fact]:
    """Those facts of a case that are known while it is still a draft."""
    return [fact for fact in CASE_FACTS if fact.path in KNOWN]


def with_own(application: Application, dishonest: bool | None) -> dict[str, Any]:
    """All facts of the application; that of the record is missing as long as nobody knows who applies."""
    facts = dict(application.facts) | {"case.agent": application.agent is not None, "case.channel": application.channel}
    return facts if dishonest is None else facts | {DISHONEST: dishonest}
