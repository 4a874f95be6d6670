"""What one step gathers before anything is written: the clock's events, columns, words, documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yichuang.cases.case import CaseContent, Deed
from yichuang.cases.working import Desk
from yichuang.flows.machine import Action, State


@dataclass(slots=True)
class Progress:
    """Filled by the action's effects in turn. `given`: the checked inputs. `on`: the day that counts for the clock."""

    desk: Desk
    deed: Deed
    action: Action
    target: State
    given: Mapping[str, Any]
    on: date
    events: Sequence[Mapping[str, Any]]
    content: CaseContent
    changes: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    points: Sequence[Mapping[str, Any]] = field(default_factory=list)
    correction_due: date | None = None
    earlier: Mapping[str, Any] = field(default_factory=dict)
    push: bool = False

    @property
    def row(self) -> Any:
        return self.desk.work.row

    @property
    def before(self) -> State:
        return self.desk.work.flow.states[self.row.state]

    @property
    def decides(self) -> bool:
        """The step that decides (准予／不予), from which the time used is counted."""
        return self.row.decided_at is None and self.outcome in ("approved", "denied")

    @property
    def outcome(self) -> str:
        return self.target.outcome or self.action.outcome

    @property
    def accepts(self) -> bool:
        return any(event["kind"] == "accepted" for event in self.events) and self.row.accepted_on is None
