"""The values of API management (接口管理): a department's system that may ask, and what for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yichuang.ports import Actor, Place

ACTIVE, DISABLED = "active", "disabled"
SCOPES: Mapping[str, str] = {"deliveries.read": "读取推送给本部门的办件数据", "deliveries.receipt": "登记本部门的接收回执"}
"""What a key may be good for: a closed list, code → title."""


@dataclass(frozen=True, slots=True)
class ApiClient:
    """`prefix` begins its key and may be shown; the key itself is nowhere kept. `former_until`: until when the key before works."""

    id: str
    title: str
    department: str
    scopes: frozenset[str]
    prefix: str
    state: str
    note: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    used_at: datetime | None
    former_until: datetime | None

    @property
    def active(self) -> bool:
        return self.state == ACTIVE

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at

    @property
    def actor(self) -> Actor:
        """As it stands in the audit."""
        return Actor(f"api:{self.prefix}", self.title, post=Place(self.department))
