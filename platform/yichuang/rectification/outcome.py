"""What an action brings about beside the new state. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Row

from yichuang.errors import InputRefused
from yichuang.flows.machine import Action
from yichuang.rectification.compiled import MALICE
from yichuang.rectification.record import Deed
from yichuang.reviews.review import INVALID, MALICIOUS, VALID

MOMENTS = {"put_right": "put_right_at", "publish_reply": "replied_at", "called_back": "called_back_at"}
STATES = {"invalidate": INVALID, MALICE: MALICIOUS, "restore": VALID}
"""Effect → what the review is from now on."""


@dataclass(frozen=True, slots=True)
class Carried:
    """`columns` to change, `moments` to set to now, the `reply` drafted, what the review becomes (empty: as it is)."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    moments: tuple[str, ...] = ()
    reply: str = ""
    review_state: str = ""


def carried(action: Action, values: Mapping[str, Any], deed: Deed, departments: Mapping[str, str], row: Row[Any]) -> Carried:
    """Raises `InputRefused` for a department that isn't there."""
    columns: dict[str, Any] = {}
    effects = set(action.effects)
    if "assign" in effects:
        columns |= {"department": _department(deed.department or row.department, departments), "assigned": True}
    if "classify" in effects:
        columns["classification"] = values["classification"]
    if MALICE in effects:
        columns["classification"] = "malicious"
    if "restore" in effects:
        columns["classification"] = ""
    if effects & {"restore", "not_right"}:
        columns["put_right_at"] = None
    if "draft_reply" in effects:
        columns["replied_at"] = None
    if "appeal" in effects:
        columns["appeals"] = row.appeals + 1
    state = next((STATES[effect] for effect in action.effects if effect in STATES), "")
    moments = tuple(MOMENTS[effect] for effect in action.effects if effect in MOMENTS)
    return Carried(columns, moments, str(values.get("reply", "")) if "draft_reply" in effects else "", state)


def _department(code: str, departments: Mapping[str, str]) -> str:
    if code not in departments:
        raise InputRefused("请选择责任部门", problems=[{"field": "department", "message": "请选择"}])
    return code
