"""What each kind of document must say (domain 2.5): asked of the definition at the gate, and of the values when one is issued."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yichuang.documents.fields import FIELDS


@dataclass(frozen=True, slots=True)
class Requirement:
    """One of `fields` must be printed.

    `columns`: a table of the first must have these. `by_hand`: may be left to a pen, so its value may be missing.
    """

    fields: Sequence[str]
    by_hand: bool = False
    columns: Sequence[str] = ()

    @property
    def title(self) -> str:
        return "或".join(dict.fromkeys(FIELDS[path].title for path in self.fields))


@dataclass(frozen=True, slots=True)
class Contents:
    """All that one kind must have: fields, types of blocks, words."""

    fields: Sequence[Requirement]
    blocks: Sequence[str] = ()
    words: Sequence[str] = ()
    numbered: bool = True
    sealed: bool = True


def _one(*paths: str, by_hand: bool = False) -> Requirement:
    return Requirement(paths, by_hand)


_APPLICANT = (_one("applicant.name"), _one("item.title"))
_NOTICE = (
    *_APPLICANT, _one("contact.name", "agent.name", by_hand=True), _one("contact.phone", "applicant.phone", by_hand=True), _one("dates.applied"),
    _one("department.title"), _one("document.copies"),
)  # fmt: skip
_LAW = _one("item.legal_basis")
_SIGNED = ("signatures", "seal")
_REMEDY = ("复议", "诉讼", "60日", "6个月")

MANDATORY: Mapping[str, Contents] = {
    "RECEIPT": Contents(
        (
            *_APPLICANT, _one("case.number"), _one("case.query_code"), _one("clerk.name"), _one("dates.received_at", "dates.received"),
            _one("department.phone", "hall.phone"),
            Requirement(("materials.received",), columns=("title", "form", "count", "pages", "verified")),
        ),
        ("qr",), ("不代表受理",), numbered=False, sealed=False,
    ),
    "ACCEPTANCE": Contents((*_NOTICE, _LAW, _one("dates.accepted"), _one("dates.due")), _SIGNED),
    "CORRECTION": Contents(
        (
            *_NOTICE, _LAW, Requirement(("correction.points",), columns=("title", "problem", "standard")), _one("correction.due", "correction.days"),
            _one("correction.method"), _one("clerk.name"),
        ),
        _SIGNED,
    ),
    "REJECTION": Contents((*_NOTICE, _one("refusal.reason"), _one("refusal.basis")), (*_SIGNED, "remedy"), _REMEDY),
    "NOT_APPLICABLE": Contents(
        (*_APPLICANT, _one("dates.applied"), _one("department.title"), _one("refusal.reason"), _one("refusal.where", by_hand=True)),
        (*_SIGNED, "remedy"), _REMEDY,
    ),
    "SPECIAL_NOTICE": Contents(
        (
            *_APPLICANT, _one("special.name"), _one("special.basis"), _one("special.term", "special.days", "special.end"), _one("special.start"),
            _one("special.end", by_hand=True), _one("document.copies"),
        ),
        _SIGNED, ("不计入",),
    ),
    "EXTENSION": Contents(
        (
            *_APPLICANT, _one("extension.reason"), _one("extension.days"), _one("extension.approver"), _one("extension.due"),
            _one("document.copies"),
        ),
        _SIGNED,
    ),
    "DECISION": Contents((*_APPLICANT, _one("decision.content"), _one("decision.basis", "item.legal_basis"), _one("document.copies")), ("seal",)),
    "DECISION_DENIED": Contents(
        (*_APPLICANT, _one("decision.reason"), _one("decision.basis", "item.legal_basis"), _one("document.copies")), ("seal", "remedy"), _REMEDY
    ),
    "DELIVERY_ACK": Contents(
        (
            _one("case.number"), _one("delivery.documents"), _one("delivery.recipient"), _one("delivery.method", by_hand=True),
            _one("delivery.place", by_hand=True), _one("delivery.at", by_hand=True),
        ),
        ("signatures",), numbered=False, sealed=False,
    ),
    "HANDOVER": Contents(
        (
            _one("handover.batch"), Requirement(("handover.entries",), columns=("case", "materials")), _one("handover.giver", by_hand=True),
            _one("handover.receiver", by_hand=True), _one("handover.at", by_hand=True),
        ),
        ("signatures",), numbered=False, sealed=False,
    ),
    "COMMITMENT_NOTICE": Contents(
        (
            _one("item.title"), _one("commitment.basis"), _one("commitment.conditions", "commitment.proof"), _one("commitment.method"),
            _one("commitment.liability"), _one("commitment.inspection"), _one("commitment.publicity"), _one("department.title"),
            _one("department.phone", "hall.phone"), _one("document.date"),
        ),
        numbered=False, sealed=False,
    ),
    "COMMITMENT_LETTER": Contents(
        (*_APPLICANT, _one("applicant.id_no"), _one("applicant.phone", "contact.phone"), _one("commitment.clauses")),
        ("signatures",), numbered=False, sealed=False,
    ),
    "PAYMENT": Contents(
        (*_APPLICANT, _one("payment.items"), _one("payment.amount"), _one("payment.basis"), _one("payment.due"), _one("payment.method")), ("seal",)
    ),
    "OTHER": Contents((), numbered=False, sealed=False),
}  # fmt: skip
"""By `doc_type`. A `seal` block prints authority and date, with room for the seal."""
