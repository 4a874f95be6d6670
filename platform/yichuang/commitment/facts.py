"""The facts that only notification-and-commitment knows, besides those of the item, its situation and its form."""

from collections.abc import Mapping
from typing import Any

from yichuang.ports import Application
from yichuang.rules.facts import Fact

DISHONEST = "applicant.dishonest"
CHANNELS: Mapping[str, str] = {"desk": "窗口", "apply": "网上"}


def commitment_facts() -> list[Fact]:
    return [
        Fact(DISHONEST, "boolean", "申请人有未修复的失信记录"),
        Fact("case.agent", "boolean", "由代理人办理"),
        Fact("case.channel", "text", "办理渠道", CHANNELS),
    ]


def with_own(application: Application, dishonest: bool | None) -> dict[str, Any]:
    """All facts of the application; that of the record is missing as long as nobody knows who applies."""
    facts = dict(application.facts) | {"case.agent": application.agent is not None, "case.channel": application.channel}
    return facts if dishonest is None else facts | {DISHONEST: dishonest}
