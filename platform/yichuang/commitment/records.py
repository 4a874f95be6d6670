"""A commitment as it stands, and what it means for the case's materials."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from yichuang.commitment.states import STANDING, TITLES
from yichuang.commitment.terms import KINDS, Stand


@dataclass(frozen=True, slots=True)
class Commitment:
    """A row without what is sealed."""

    id: str
    case_id: str
    case_number: str
    definition: str
    title: str
    kind: str
    item: str
    item_title: str
    department: str
    hall: str
    street: str
    channel: str
    release: int
    state: str
    revision: int
    label: str
    terms: Mapping[str, Any]
    notice_hash: str
    letter_hash: str
    signer: str
    draw: Mapping[str, Any]
    rectify_due: date | None
    revoke_by: str
    revoke_reason: str
    offered_at: datetime
    signed_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    ended_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it stands in for materials now."""
        return self.state in STANDING

    @property
    def may_withdraw(self) -> bool:
        until = self.accepted_at if self.terms.get("withdraw_until") == "acceptance" else self.decided_at
        return self.state in ("signed", "in_effect") and until is None

    def stand(self, part: str) -> tuple[Stand, ...]:
        """`replaced`, `deferred` or `provided` materials."""
        return tuple(Stand(**entry) for entry in self.terms.get(part, ()))

    def as_dict(self) -> dict[str, Any]:
        told = {key: getattr(self, key) for key in (
            "id", "case_id", "case_number", "definition", "title", "kind", "item", "item_title", "department", "state", "label", "signer",
            "notice_hash", "letter_hash", "revoke_by", "revoke_reason", "may_withdraw", "revision", "channel",
        )}  # fmt: skip
        times = {key: _iso(getattr(self, key)) for key in ("offered_at", "signed_at", "decided_at", "ended_at", "rectify_due")}
        lists = {part: [stand.as_dict() for stand in self.stand(part)] for part in ("replaced", "deferred", "provided")}
        return told | times | lists | {"kind_title": KINDS[self.kind], "state_title": TITLES[self.state], "stands": self.stands}


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def commitment_of(row: Row[Any]) -> Commitment:
    plain = {key: getattr(row, key) for key in Commitment.__slots__ if key not in ("terms", "draw")}
    return Commitment(**plain, terms=json.loads(row.terms), draw=json.loads(row.draw))


@dataclass(frozen=True, slots=True)
class Effective:
    """What the commitments of a case mean for it now. `replaced`, `provided`: codes of materials not to be handed in;
    `deferred`: those to be handed in later, by code. `instant`: the decision is made on the spot; `promised`: the term instead."""

    replaced: frozenset[str] = frozenset()
    provided: frozenset[str] = frozenset()
    deferred: Mapping[str, Stand] = field(default_factory=dict)
    instant: bool = False
    promised: Mapping[str, Any] | None = None
    commitments: tuple[Commitment, ...] = ()

    @property
    def committed(self) -> bool:
        return bool(self.commitments)

    def word(self, material: str) -> str:
        """How a checklist marks the material, empty when no commitment concerns it."""
        if material in self.replaced:
            return "承诺替代"
        if material in self.provided:
            return "已签承诺书"
        return "容缺后补" if material in self.deferred else ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "replaced": sorted(self.replaced), "provided": sorted(self.provided), "instant": self.instant,
            "deferred": {code: stand.as_dict() for code, stand in self.deferred.items()}, "promised": self.promised,
        }  # fmt: skip


def effective_of(found: Iterable[Commitment]) -> Effective:
    standing = tuple(commitment for commitment in found if commitment.stands)
    effects = [commitment.terms.get("effect", {}) for commitment in standing]
    return Effective(
        frozenset(stand.code for commitment in standing for stand in commitment.stand("replaced")),
        frozenset(stand.code for commitment in standing for stand in commitment.stand("provided")),
        {stand.code: stand for commitment in standing for stand in commitment.stand("deferred")},
        any(effect.get("instant", False) for effect in effects),
        next((effect["promised"] for effect in effects if effect.get("promised")), None),
        standing,
    )
