"""The values of the outbox: what is pushed, how its delivery stands, what is asked of the list."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from yichuang.ports import Parcel, Place

INBOX = "inbox"
"""The target that is always there: the department's own list inside the platform."""
WAITING, SENT, RECEIVED, ABANDONED = "waiting", "sent", "received", "abandoned"
FAILED, REFUSED, UNMAPPED = "failed", "refused", "unmapped"
STATES = {
    WAITING: "待推送",
    SENT: "已推送，待回执",
    RECEIVED: "已接收",
    FAILED: "推送失败",
    REFUSED: "对方拒收",
    UNMAPPED: "无法转换",
    ABANDONED: "已放弃",
}
STUCK = (FAILED, REFUSED, UNMAPPED)
"""What people must look at."""
UNSETTLED = (WAITING, *STUCK)
"""What holds back the later messages of its stream."""
WARNING = "WARNING"
"""What is told to people and systems outside: no case's, in no other shape."""
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
    "SERVICE": "服务记录",
    "REVIEW": "评价",
    WARNING: "预警",
}
"""What is exchanged by step (domain 4.3); other codes are passed on as they are."""
INSERT: Literal["I"] = "I"
REPLACE: Literal["U"] = "U"


def step_title(step: str) -> str:
    return STEPS.get(step, step)


@dataclass(frozen=True, slots=True)
class Message:
    """What a case pushes at one step. `place` is where the case belongs. `payload`: plain JSON, personal data allowed: it is sealed.

    `version`: the case's count of this step (a second correction notice is version 2), 0 for the next one; `due_at`: by when the
    department must have it. `stream`: what it keeps its order with; the case where it is empty.
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
    target: str = INBOX
    topic: str = "case"
    stream: str = ""

    @property
    def key(self) -> str:
        """By which a receiver knows that it has this already."""
        key = f"{self.case_number}+{self.step}+{self.version}"
        return key if self.target == INBOX else f"{key}@{self.target}"

    @property
    def ordered_by(self) -> str:
        return self.stream or self.case_id


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the delivery of one message stands; nothing personal in it."""

    id: str
    topic: str
    target: str
    stream: str
    seq: int
    case_id: str
    case_number: str
    item: str
    item_title: str
    place: Place
    step: str
    version: int
    operation: str
    key: str
    state: str
    attempts: int
    next_at: datetime
    last_error: str
    cause: str
    digest: str
    reference: str
    owner: str
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
        if self.state == SENT and self.target != INBOX:
            return "已推送"
        return STATES[self.state]

    @property
    def stuck(self) -> bool:
        return self.state in STUCK

    def late(self, now: datetime) -> bool:
        """Past its time and still not with the department."""
        return self.due_at is not None and self.state not in (RECEIVED, ABANDONED) and now > self.due_at

    def parcel(self, payload: Mapping[str, Any], amended: Mapping[str, Any] | None = None) -> Parcel:
        return Parcel(
            self.id, self.key, self.case_number, self.item, self.place.department, self.step, self.version, payload,
            self.target, REPLACE if self.operation == REPLACE else INSERT, amended or {},
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        moments = {name: _iso(getattr(self, name)) for name in ("created_at", "sent_at", "received_at", "due_at")}
        names = ("id", "case_number", "item", "item_title", "target", "step", "version", "key", "state", "attempts", "received_by")
        return {name: getattr(self, name) for name in names} | moments | {
            "department": self.place.department, "hall": self.place.hall, "step_title": self.step_title, "state_title": self.state_title,
        }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


@dataclass(frozen=True, slots=True)
class Inside:
    """What a message holds besides how it stands; personal. `payload` as pushed, `amended` and `problems` as in the table, `answer` raw."""

    payload: Mapping[str, Any]
    amended: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Mapping[str, Any], ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryQuery:
    """What to list. Empty means all; `day` in Asia/Shanghai; `late` only what is overdue; `stuck` only what people must look at.

    `text`: the end of a case number. `unowned`: what nobody looks after. `after`: the id that ended the last page.
    """

    state: str = ""
    department: str = ""
    day: date | None = None
    text: str = ""
    late: bool = False
    after: str = ""
    limit: int = 60
    target: str = ""
    cause: str = ""
    owner: str = ""
    step: str = ""
    stuck: bool = False
    unowned: bool = False

    def words(self) -> dict[str, Any]:
        """As query arguments."""
        return {key: str(value) for key, value in asdict(self).items() if value and key not in ("limit", "after")}


@dataclass(frozen=True, slots=True)
class Group:
    """Stuck messages of one target with one cause in one state. `words`: what the oldest of them says; nothing personal."""

    target: str
    state: str
    cause: str
    count: int
    oldest: datetime
    newest: datetime
    words: str
    owned: int
