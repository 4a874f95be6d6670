"""The values of API management (API 管理): a system that may ask, what for, how much, and what it never gets to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.ports import Actor, Place

ACTIVE, DISABLED = "active", "disabled"
EVERY_DEPARTMENT = "*"
"""In place of a department: the city's bus, which serves all of them."""
SCOPES: Mapping[str, str] = {
    "intakes.read": "按接件编号读取办件记录",
    "intakes.push": "推送环节进展和审批结果",
    "deliveries.read": "读取推送给本部门的办件数据",
    "deliveries.receipt": "登记本部门的接收回执",
}
"""What a key may be good for: a closed list, code → title."""
FIELDS: Mapping[str, str] = {
    "applicant.id_no": "申请人证件号码", "applicant.phone": "申请人电话", "agent": "代理人", "contact": "联系人", "form": "申请表内容",
    "situation": "情形", "materials": "材料", "documents": "文书", "corrections": "补正", "steps": "办理经过",
}  # fmt: skip
"""Parts of the record that may be kept back from a client: path → title."""
MOST_RATE, MOST_QUOTA = 100_000, 100_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client may do, as staff set it. `items`: none means all; `fields`: what is kept back; `quota` a day, `rate` a minute, 0: no limit."""

    department: str
    scopes: frozenset[str]
    target: str = ""
    items: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    quota: int = 0
    rate: int = 0
    signed_only: bool = False
    sandbox: bool = False
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiClient:
    """`prefix` begins its key and may be shown; the key itself is nowhere kept. `former_until`: until when the key before works."""

    id: str
    title: str
    prefix: str
    state: str
    terms: Terms
    note: str
    created_at: datetime
    created_by: str
    used_at: datetime | None
    former_until: datetime | None
    signs: bool

    @property
    def department(self) -> str:
        return self.terms.department

    @property
    def scopes(self) -> frozenset[str]:
        return self.terms.scopes

    @property
    def expires_at(self) -> datetime | None:
        return self.terms.expires_at

    @property
    def active(self) -> bool:
        return self.state == ACTIVE

    def expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at

    @property
    def actor(self) -> Actor:
        """As it stands in the audit."""
        return Actor(f"api:{self.prefix}", self.title, post=Place("" if self.department == EVERY_DEPARTMENT else self.department))

    @property
    def reach(self) -> Reach:
        return EVERYWHERE if self.department == EVERY_DEPARTMENT else Reach(departments=frozenset({self.department}))

    def sees(self, department: str, item: str) -> bool:
        """Whether a case of this department and item is any of its business."""
        terms = self.terms
        return terms.department in (department, EVERY_DEPARTMENT) and (not terms.items or item in terms.items)
