"""The windows at which a member of staff may work: those of the hall or street they are posted to, or of all halls."""

from typing import Any

from yichuang.catalogue.snapshot import Snapshot
from yichuang.errors import InputRefused, OutOfReach
from yichuang.ports import Actor, Body
from yichuang.web.item_page import halls
from yichuang.web.session import grants

POWER = "desk.fill"
NO_HALL = "您的账号还没有登记所属大厅，不能选择窗口。请联系系统管理员，在“用户与角色”中为您登记所属大厅"


def halls_of(snapshot: Snapshot, who: Actor) -> list[Body]:
    """The halls whose windows are open to the member."""
    reach = grants().reach(POWER)
    return [hall for hall in halls(snapshot) if reach.everything or _own(hall, who)]


def _own(hall: Body, who: Actor) -> bool:
    if who.post.hall:
        return bool(hall["code"] == who.post.hall)
    return bool(who.post.street) and hall.get("street") == who.post.street


def chosen(snapshot: Snapshot, who: Actor, wanted: Any) -> str:
    """The window's code. Raises `InputRefused` for an unknown one, `OutOfReach` for one of another hall or without a posting."""
    every, own = (_windows(listed) for listed in (halls(snapshot), halls_of(snapshot, who)))
    if not isinstance(wanted, str) or wanted not in every:
        raise InputRefused("没有这个窗口", problems=[{"field": "window", "message": "请从列表中选择"}])
    if not own:
        raise OutOfReach(NO_HALL)
    if wanted not in own:
        raise OutOfReach("这个窗口不属于您所在的大厅。如已调动，请联系系统管理员更新您的所属大厅")
    return wanted


def _windows(listed: Any) -> set[str]:
    return {window["code"] for hall in listed for window in hall.get("windows", ())}
