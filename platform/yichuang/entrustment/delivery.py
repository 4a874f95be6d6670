"""The values of pushing data to departments (数据推送): what is pushed, how a delivery stands, what is asked of the list."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from yichuang.ports import Parcel, Place

WAITING, SENT, RECEIVED, FAILED, REFUSED, ABANDONED = "waiting", "sent", "received", "failed", "refused", "abandoned"
STATES = {
    WAITING: "待推送",
    SENT: "已推送，待回执",
    RECEIVED: "已接收",
    FAILED: "推送失败",
    REFUSED: "对方拒收",
    ABANDONED: "已放弃",
}
STEPS = {
    "APPLY": "申办",
    "PRE_REVIEW": "网上预审",
    "ACCEPT": "受理",
    "CORRECT_NOTICE": "补正告知",
    "CORRECT_ACCEPT": "补正受理",
    "SPECIAL": "特别程序",
    "EXTEND": "延期",
    "RESULT": "审批结果",
    "WITHDRAW": "撤回",
    "REJECT": "不予受理",
}
"""What is exchanged by step (domain 4.3); other codes are passed on as they are."""


def step_title(step: str) -> str:
    return STEPS.get(step, step)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What a case pushes at one step. `place.department` is the receiver. `payload`: plain JSON, personal data allowed: it is sealed.

    `version`: the case's count of this step (a second correction notice is version 2), 0 for the next one; `due_at`: by when the
    department must have it.
    """

    case_id: str
    case_number: str
    item: str
    item_title: str
    place: Place
    step: str
    payload: Mapping[str, Any]
    version: int = 0
    due_at: datetime | None = None

    @property
    def key(self) -> str:
        """By which a receiver knows that it has this already."""
        return f"{self.case_number}+{self.step}+{self.version}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one delivery stands; nothing personal in it."""

    id: str
    case_id: str
    case_number: str
    item: str
    item_title: str
    place: Place
    step: str
    version: int
    key: str
    state: str
    attempts: int
    next_at: datetime
    last_error: str
    created_at: datetime
    sent_at: datetime | None
    received_at: datetime | None
    received_by: str
    close_reason: str
    due_at: datetime | None

    @property
    def step_title(self) -> str:
        return step_title(self.step)

    @property
    def state_title(self) -> str:
        return STATES[self.state]

    def late(self, now: datetime) -> bool:
        """Past its time and still not with the department."""
        return self.due_at is not None and self.state not in (RECEIVED, ABANDONED) and now > self.due_at

    def parcel(self, payload: Mapping[str, Any]) -> Parcel:
        return Parcel(self.id, self.key, self.case_number, self.item, self.place.department, self.step, self.version, payload)

    def as_dict(self) -> dict[str, Any]:
        moments = {name: _iso(getattr(self, name)) for name in ("created_at", "sent_at", "received_at", "due_at")}
        names = ("id", "case_number", "item", "item_title", "step", "version", "key", "state", "attempts", "received_by")
        return {name: getattr(self, name) for name in names} | moments | {
            "department": self.place.department, "hall": self.place.hall, "step_title": self.step_title, "state_title": self.state_title,
        }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@dataclass(frozen=True, slots=True)
class DeliveryQuery:
    """What to list. Empty means all; `day` in Asia/Shanghai; `late` only what is overdue. `after`: the id that ended the last page."""

    state: str = ""
    department: str = ""
    day: date | None = None
    text: str = ""
    late: bool = False
    after: str = ""
    limit: int = 60

    def words(self) -> dict[str, Any]:
        """As query arguments."""
        return {key: str(value) for key, value in asdict(self).items() if value and key not in ("limit", "after")}
