"""The frozen values of this room: what a caller orders, what was issued, what anyone may verify."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yichuang.ports import Actor, Place

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Lower case without 0/o, 1/i/l."""
CODE_LENGTH = 17
"""84 random bits: codes can't be guessed or counted through, and the QR code stays small."""

STATES: Mapping[str, str] = {"issued": "有效", "voided": "已作废"}
TYPES: Mapping[str, str] = {
    "RECEIPT": "材料接收凭证", "ACCEPTANCE": "受理通知书", "CORRECTION": "补正告知书", "REJECTION": "不予受理通知书",
    "NOT_APPLICABLE": "不属于本机关职权或不需要许可告知书", "SPECIAL_NOTICE": "特别程序告知书", "EXTENSION": "延期通知书", "DECISION": "准予决定书",
    "DECISION_DENIED": "不予决定书", "DELIVERY_ACK": "送达回证", "HANDOVER": "材料交接单", "COMMITMENT_NOTICE": "告知承诺告知书",
    "COMMITMENT_LETTER": "告知承诺承诺书", "PAYMENT": "缴费通知书", "OTHER": "其他文书",
}  # fmt: skip


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def is_code(text: str) -> bool:
    return len(text) == CODE_LENGTH and all(character in ALPHABET for character in text)


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """One document to be issued for a case.

    `document`: code of the definition in `release`. `department`: who is responsible for the item; `place`: where it is issued. `values`: flat,
    by the paths of `documents.fields.FIELDS`, raw values of their types; those the platform knows itself (item, department, hall, number) may
    be left out. `facts`: flat, by path, for conditions; `item.code` names the item. `key`: what is ordered twice under one key is one document.
    `review`: the path where the service that the paper belongs to is reviewed; empty for no invitation.
    """

    case_id: str
    case_number: str
    document: str
    release: int
    department: str
    place: Place = Place()
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    actor: Actor = Actor("system", "系统")
    key: str = ""
    review: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as it stands in the register; no personal data. `number` and `seq` are empty and 0 for one without number."""

    id: str
    case_id: str
    case_number: str
    document: str
    doc_type: str
    title: str
    item_title: str
    number: str
    authority: str
    authority_title: str
    word: str
    year: int
    seq: int
    release: int
    place: Place
    state: str
    verify_code: str
    sha256: str
    size: int
    dated: date
    issued_at: datetime
    issued_by: str
    voided_at: datetime | None = None
    voided_by: str = ""

    @property
    def path(self) -> str:
        """Where anyone verifies it."""
        return f"/v/{self.verify_code}"

    @property
    def voided(self) -> bool:
        return self.state == "voided"

    @property
    def name(self) -> str:
        """What to call it in a list or a file: title and number."""
        return f"{self.title} {self.number}".strip()


@dataclass(frozen=True, slots=True)
class Verification:
    """What the public check says: nothing about the applicant. `sha256` is empty while the PDF has not been made."""

    title: str
    type_title: str
    number: str
    dated: date
    authority_title: str
    item_title: str
    state: str
    state_title: str
    voided_on: date | None
    sha256: str
    size: int
