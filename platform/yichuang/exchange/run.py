"""The values of a reconciliation: a run, and a discrepancy it found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

RUNNING, DONE, FAILED, STOPPED = "running", "done", "failed", "stopped"
STATES: Mapping[str, str] = {RUNNING: "进行中", DONE: "已完成", FAILED: "未完成", STOPPED: "已停止"}
OPEN, RESENT, NOTED = "open", "resent", "noted"
LINE_STATES: Mapping[str, str] = {OPEN: "待处理", RESENT: "已重新发送", NOTED: "已登记"}


@dataclass(frozen=True, slots=True)
class Run:
    """As in the table `reconciliations`."""

    id: str
    target: str
    since: date
    until: date
    daily: bool
    state: str
    asked_by: str
    asked_at: datetime
    next_at: datetime
    attempts: int
    reached: date | None
    ended_at: datetime | None
    words: str

    @property
    def state_title(self) -> str:
        return STATES[self.state]

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def compared(self) -> int:
        return (self.reached - self.since).days + 1 if self.reached else 0

    @property
    def under_way(self) -> bool:
        return self.state == RUNNING


@dataclass(frozen=True, slots=True)
class Line:
    """As in the table `reconciliation_lines`."""

    run_id: str
    key: str
    day: date
    kind: str
    message_id: str
    case_number: str
    item: str
    department: str
    ours: str
    theirs: str
    state: str
    settled_by: str
    settled_at: datetime | None
    note: str

    @property
    def state_title(self) -> str:
        return LINE_STATES[self.state]
