"""What an offer consists of: plain values that live on in the commitment's record."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS: Mapping[str, str] = {
    "proof": "证明事项告知承诺", "license": "涉企经营许可告知承诺", "approval": "告知承诺审批", "material": "申请材料告知承诺",
}  # fmt: skip
UNITS: Mapping[str, str] = {"working_day": "个工作日", "day": "日", "month": "个月", "hour": "小时"}
MODES: Mapping[str, str] = {"online": "在线核查", "assist": "部门协查", "on_site": "现场检查", "publicity": "公示"}
RISKS: Mapping[str, str] = {"none": "免予核查", "sample": "按比例抽查", "all": "全覆盖核查"}


def spoken(amount: Mapping[str, Any]) -> str:
    return f"{amount['amount']} {UNITS[amount['unit']]}"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not. `kind`: credit, rule, undecided, agent, nothing, state. Missing facts make it `undecided`."""

    message: str
    remedy: str = ""
    kind: str = "rule"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Stand:
    """A material that a commitment concerns. `words`: why it may (not). `days`, `unit` only for one to be handed in later."""

    code: str
    title: str
    words: str = ""
    days: int = 0
    unit: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value not in ("", 0) or key in ("code", "title")}


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """A titled part of a notice or letter; `numbered` paragraphs are counted."""

    title: str
    lines: tuple[str, ...]
    numbered: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"title": self.title, "lines": list(self.lines), "numbered": self.numbered}


Text = tuple[Paragraphs, ...]


@dataclass(frozen=True, slots=True)
class CommitmentOffer:
    """One kind of commitment for one application. `open`: it may be chosen now; otherwise `reasons` say why not.

    `replaced`: materials that need not be handed in; `deferred`: later, within their term; `provided`: given by the letter itself;
    `kept`: those the commitment could stand in for in other circumstances, with the words why not here. `effect`, `verification` as defined.
    """

    code: str
    title: str
    kind: str
    item: str
    item_title: str
    department: str
    release: int
    open: bool
    reasons: tuple[Reason, ...]
    replaced: tuple[Stand, ...]
    deferred: tuple[Stand, ...]
    provided: tuple[Stand, ...]
    kept: tuple[Stand, ...]
    own_hands_only: bool
    notice: Text
    effect: Mapping[str, Any] = field(default_factory=dict)
    verification: Mapping[str, Any] = field(default_factory=dict)
    excluded_note: str = ""
    rectify_days: int = 30
    withdraw_until: str = "decision"

    @property
    def undecided(self) -> bool:
        """Closed only because an answer is still missing."""
        return bool(self.reasons) and all(reason.kind == "undecided" for reason in self.reasons)

    @property
    def dishonest(self) -> bool:
        return any(reason.kind == "credit" for reason in self.reasons)

    def terms(self) -> dict[str, Any]:
        """What the record keeps of it."""
        parts = ("replaced", "deferred", "provided")
        kept: dict[str, Any] = {part: [stand.as_dict() for stand in getattr(self, part)] for part in parts}
        return kept | {
            "own_hands_only": self.own_hands_only, "effect": dict(self.effect), "verification": dict(self.verification),
            "rectify_days": self.rectify_days, "withdraw_until": self.withdraw_until,
        }  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        told = {key: getattr(self, key) for key in ("code", "title", "kind", "item", "item_title", "open", "undecided", "excluded_note")}
        lists = {key: [s.as_dict() for s in getattr(self, key)] for key in ("reasons", "replaced", "deferred", "provided", "kept", "notice")}
        return told | lists | {"kind_title": KINDS[self.kind], "own_hands_only": self.own_hands_only, "effect": dict(self.effect)}
