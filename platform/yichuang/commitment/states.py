"""The life of a commitment (domain 3.5) as a table: from which state which event leads where. Nothing else moves it."""

from collections.abc import Mapping

from yichuang.errors import ActionRefused

OFFERED, DECLINED, CREDIT_CHECKING, INELIGIBLE = "offered", "declined", "credit_checking", "ineligible"
SIGNED, IN_EFFECT, WITHDRAWN, LAPSED = "signed", "in_effect", "withdrawn", "lapsed"
VERIFYING, VERIFIED_OK, RECTIFYING, RECTIFIED = "verifying", "verified_ok", "rectifying", "rectified"
REVOKED, CREDIT_RECORDED, CREDIT_REPAIRED = "revoked", "credit_recorded", "credit_repaired"

TITLES: Mapping[str, str] = {
    OFFERED: "已告知", DECLINED: "选一般程序", CREDIT_CHECKING: "信用核对", INELIGIBLE: "失信，转一般程序", SIGNED: "已签署",
    IN_EFFECT: "据此办理", WITHDRAWN: "已撤回", LAPSED: "随办件终止", VERIFYING: "核查中", VERIFIED_OK: "核查属实",
    RECTIFYING: "限期整改", RECTIFIED: "已整改", REVOKED: "撤销决定", CREDIT_RECORDED: "已记入信用", CREDIT_REPAIRED: "信用已修复",
}  # fmt: skip
EVENTS: Mapping[str, str] = {
    "offer": "告知", "decline": "申请人选择一般程序", "check": "核对信用", "refuse": "不适用告知承诺", "sign": "签署承诺书", "accept": "据此受理",
    "withdraw": "撤回承诺", "lapse": "随办件终止", "verify": "列入核查", "confirm": "核查属实", "order": "责令限期整改",
    "rectify": "整改合格", "revoke": "撤销决定", "record": "记入信用记录", "repair": "信用修复",
}  # fmt: skip
MOVES: Mapping[tuple[str, str], str] = {
    (OFFERED, "decline"): DECLINED,
    (OFFERED, "check"): CREDIT_CHECKING,
    (OFFERED, "lapse"): LAPSED,
    (CREDIT_CHECKING, "refuse"): INELIGIBLE,
    (CREDIT_CHECKING, "sign"): SIGNED,
    (SIGNED, "accept"): IN_EFFECT,
    (SIGNED, "withdraw"): WITHDRAWN,
    (SIGNED, "lapse"): LAPSED,
    (IN_EFFECT, "withdraw"): WITHDRAWN,
    (IN_EFFECT, "lapse"): LAPSED,
    (IN_EFFECT, "verify"): VERIFYING,
    (VERIFYING, "confirm"): VERIFIED_OK,
    (VERIFYING, "order"): RECTIFYING,
    (VERIFYING, "revoke"): REVOKED,
    (RECTIFYING, "rectify"): RECTIFIED,
    (RECTIFYING, "revoke"): REVOKED,
    (REVOKED, "record"): CREDIT_RECORDED,
    (CREDIT_RECORDED, "repair"): CREDIT_REPAIRED,
}
STANDING = frozenset({SIGNED, IN_EFFECT, VERIFYING, VERIFIED_OK, RECTIFYING, RECTIFIED})
"""In these a commitment stands in for materials."""
LIVING = STANDING | {OFFERED, CREDIT_CHECKING}


def after(state: str, event: str) -> str:
    """The state that follows. Raises `ActionRefused` when the table knows no such step."""
    try:
        return MOVES[state, event]
    except KeyError:
        message = f"承诺现在是“{TITLES.get(state, state)}”，不能{EVENTS.get(event, event)}"
        raise ActionRefused(reasons=[{"message": message, "remedy": "请刷新页面，按最新状态办理"}]) from None


def events(state: str) -> list[str]:
    """What may happen in a state, in the table's order."""
    return [event for start, event in MOVES if start == state]
