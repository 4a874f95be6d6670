"""Targets (交换对象): whom a case's data goes to, at which steps, by what means, how patiently. Always those of the release in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yichuang.errors import DefinitionMissing
from yichuang.outbox.policy import Policy, policy_of
from yichuang.ports import Body, DefinitionView

KIND = "target"
HTTP, FRONT, PULL, REVIEWS, WEBHOOK, MAIL = "http", "front", "pull", "reviews", "webhook", "mail"
TRANSPORTS = {HTTP: "接口推送", FRONT: "前置库", PULL: "对方拉取", REVIEWS: "好差评接口", WEBHOOK: "预警接口", MAIL: "预警邮件"}
ALERTS = (WEBHOOK, MAIL)
"""By which warnings are told; no cases."""
REVIEW = "REVIEW"
"""The step at which reviews are sent."""
ALARM_WAITING, ALARM_AGE_MINUTES = 1000, 30


@dataclass(frozen=True, slots=True)
class Target:
    """Empty `departments`: of every department; empty `items`: all items of these. `connection`: what operators give an address and a secret."""

    code: str
    title: str
    departments: frozenset[str]
    items: frozenset[str]
    transport: str
    connection: str
    pushes: frozenset[str]
    policy: Policy
    alarm_waiting: int = ALARM_WAITING
    alarm_age_minutes: int = ALARM_AGE_MINUTES
    recipients: tuple[str, ...] = ()

    @property
    def pushed(self) -> bool:
        """Whether the platform sends cases or reviews to it; else it comes and asks, or is told warnings."""
        return self.transport not in (PULL, *ALERTS)

    @property
    def alerted(self) -> bool:
        return self.transport in ALERTS

    @property
    def carries_reviews(self) -> bool:
        return REVIEW in self.pushes

    @property
    def takes_reviews_astray(self) -> bool:
        """A department that was told of reviews by case number would know who gave them."""
        return self.carries_reviews and (bool(self.departments) or self.transport != REVIEWS)

    def concerns(self, department: str, item: str) -> bool:
        return (not self.departments or department in self.departments) and (not self.items or item in self.items)

    def receives(self, department: str, item: str, step: str) -> bool:
        """Reviews go to whoever takes them for the whole city, never to a department's own system."""
        astray = step == REVIEW and self.takes_reviews_astray
        return self.pushed and step in self.pushes and not astray and self.concerns(department, item)


def target_of(body: Body) -> Target:
    limits: Mapping[str, int] = body.get("limits", {})
    return Target(
        str(body["code"]), str(body["title"]), frozenset(body.get("departments", ())), frozenset(body.get("items", ())), str(body["transport"]),
        str(body.get("connection", "")), frozenset(body.get("pushes", ())), policy_of(body),
        limits.get("alarm_waiting", ALARM_WAITING), limits.get("alarm_age_minutes", ALARM_AGE_MINUTES), tuple(body.get("recipients", ())),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Targets:
    """All of a release, by code."""

    all: Mapping[str, Target]

    def get(self, code: str) -> Target:
        """Raises `DefinitionMissing`."""
        if code not in self.all:
            raise DefinitionMissing(f"没有名为“{code}”的交换对象")
        return self.all[code]

    def receivers(self, department: str, item: str, step: str) -> Sequence[Target]:
        """Whom a step of a department's case is pushed to."""
        return [target for target in self.all.values() if target.receives(department, item, step)]

    def title(self, code: str) -> str:
        return self.all[code].title if code in self.all else code


def compile_targets(view: DefinitionView, _code: str) -> Targets:
    """A snapshot's maker: `snapshot.compiled(compile_targets, "")`."""
    bodies = (view.find(KIND, code) for code in view.codes(KIND))
    return Targets({str(body["code"]): target_of(body) for body in bodies if body})
