"""The values of reviews: a service as it is told, what somebody gives, what is kept of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yichuang.ports import Party, Place
from yichuang.reviews.grades import CHANNELS, QR, bad

VALID, ANOMALOUS, INVALID, MALICIOUS = "valid", "anomalous", "invalid", "malicious"
STATES = {VALID: "有效", ANOMALOUS: "待核", INVALID: "无效", MALICIOUS: "恶意"}
SERVICE_STEP, REVIEW_STEP = "SERVICE", "REVIEW"
"""What is sent to the city, as steps of messages and mappings."""
SERVICE_TOPIC, REVIEW_TOPIC = "service", "review"


@dataclass(frozen=True, slots=True)
class Service:
    """One service as the case tells it. `record`: what goes to the city besides (`case`, `item`, `applicant`, `agent`), paths as in mappings.

    `channel`: the case's. `place.window` is where it was given, `waited`, `handled` in seconds.
    """

    case_id: str
    case_number: str
    item: str
    item_title: str
    release: int
    place: Place
    clerk: str
    channel: str
    step: str
    at: datetime
    accepted_at: datetime | None = None
    decided_at: datetime | None = None
    situation: Mapping[str, Any] = field(default_factory=dict)
    waited: int | None = None
    handled: int | None = None
    corrections: int = 0
    applicant: Party = Party()
    agent: Party | None = None
    label: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """One as it was sent."""

    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a service. `key`: the same for the same sending, however often it arrives; `device`: any stable mark of the device.

    `at`: when they said it, where that was earlier than now: kept by the page until there was a network, or told on the telephone.
    """

    grade: int
    tags: Sequence[str] = ()
    words: str = ""
    pictures: Sequence[Picture] = ()
    channel: str = QR
    device: str = ""
    key: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A review as it is kept; nothing in it says who gave it. `words` are opened only for those who may read them."""

    id: str
    service_id: str
    case_number: str
    service_number: int
    grade: int
    tags: tuple[str, ...]
    words: str
    pictures: tuple[Mapping[str, Any], ...]
    channel: str
    at: datetime
    received_at: datetime
    default: bool
    recorded_by: str
    state: str
    anomaly: str
    release: int
    item: str
    place: Place
    clerk: str

    @property
    def bad(self) -> bool:
        return bad(self.grade)

    @property
    def channel_title(self) -> str:
        return CHANNELS.get(self.channel, self.channel)

    @property
    def state_title(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A service that may be reviewed, or was. `path`: of the page, with the link's token."""

    id: str
    case_id: str
    number: int
    step: str
    name: str
    item: str
    item_title: str
    at: datetime
    until: datetime
    path: str
    place: Place
    clerk: str
    channel: str
    reviewed: bool

    def open(self, now: datetime) -> bool:
        return not self.reviewed and now <= self.until


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """What the page needs; nothing personal. `tags` are those of the channel."""

    service: Mapping[str, Any]
    grades: Sequence[Mapping[str, Any]]
    tags: Sequence[Mapping[str, Any]]
    words_max: int
    pictures: Mapping[str, int]
    until: datetime

    def as_dict(self) -> dict[str, Any]:
        return {
            "service": dict(self.service), "grades": list(self.grades), "tags": list(self.tags), "words_max": self.words_max,
            "pictures": dict(self.pictures), "until": self.until.isoformat(),
        }  # fmt: skip
