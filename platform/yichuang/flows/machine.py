"""What a flow is made of: frozen values, and the machine that says which action may be taken where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yichuang.rules.conditions import Condition
from yichuang.rules.facts import Facts

_SAID = re.compile(r"\{([a-z][\w.]*)\}")
Reason = Mapping[str, str]
"""`{"message", "remedy"}`, in Chinese."""


@dataclass(frozen=True, slots=True)
class State:
    """`phase`: applying, receiving, correcting, reviewing, deciding, ended. `clock`: none, answering, running, paused, stopped."""

    code: str
    title: str
    public_title: str
    phase: str
    clock: str
    ended: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """What an action asks for. `type`: text, longtext, choice, days, date, boolean, points, people; see `flows.inputs`."""

    code: str
    title: str
    type: str
    required: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    max_length: int = 1000
    min: int | None = None
    max: int | None = None
    unit: str = "working_day"
    figures: bool = False

    def wire(self) -> dict[str, Any]:
        """For the browser."""
        told = {"code": self.code, "title": self.title, "type": self.type, "required": self.required, "hint": self.hint}
        told |= {"max_length": self.max_length, "min": self.min, "max": self.max, "unit": self.unit}
        return told | {"options": [[code, title] for code, title in self.options.items()]}


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition that must hold, with what is said when it doesn't. `{case.round}` in the words is filled from the facts."""

    when: Condition
    message: str
    remedy: str

    def reason(self, facts: Facts) -> Reason:
        return {"message": filled(self.message, facts), "remedy": filled(self.remedy, facts)}


@dataclass(frozen=True, slots=True)
class Action:
    """A step between states. `begins`: the channel a new case starts by it in. `outcome` stands where the target state has none."""

    code: str
    title: str
    public_title: str
    by: str
    sources: frozenset[str]
    target: str
    begins: str = ""
    power: str = ""
    entrusted: str = ""
    when: Condition | None = None
    guards: tuple[Guard, ...] = ()
    inputs: tuple[Input, ...] = ()
    documents: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    outcome: str = ""
    step: str = ""
    tone: str = "normal"
    key: str = ""
    confirm: str = ""
    public: bool = False

    @property
    def facts(self) -> frozenset[str]:
        """The facts that its conditions and words read."""
        conditions = [guard.when for guard in self.guards] + ([self.when] if self.when else [])
        words = [path for guard in self.guards for path in (*said(guard.message), *said(guard.remedy))]
        return frozenset(words).union(*(condition.facts for condition in conditions))

    def offered(self, facts: Facts) -> bool:
        """Whether it has a place here at all."""
        return self.when is None or self.when.holds(facts)

    def failing(self, facts: Facts) -> tuple[Reason, ...]:
        """Why it can't be taken now: the guards that don't hold."""
        return tuple(guard.reason(facts) for guard in self.guards if not guard.when.holds(facts))

    def wire(self) -> dict[str, Any]:
        """For the browser; conditions stay here, `offers` answers them."""
        return {
            "code": self.code, "title": self.title, "by": self.by, "from": sorted(self.sources), "to": self.target, "power": self.power,
            "inputs": [one.wire() for one in self.inputs], "documents": list(self.documents), "tone": self.tone, "key": self.key,
            "confirm": self.confirm,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that has its place in the case's state; `reasons` say why it can't be taken yet, or not by this person."""

    action: Action
    allowed: bool
    reasons: tuple[Reason, ...] = ()


def filled(words: str, facts: Facts) -> str:
    """The words with `{path}` replaced by the fact; an unknown one leaves nothing."""
    return _SAID.sub(lambda found: str(facts.get(found.group(1), "")), words)


def said(words: str) -> list[str]:
    """The facts that words mention."""
    return _SAID.findall(words)
