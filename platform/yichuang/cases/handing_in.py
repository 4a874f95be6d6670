"""What must be handed in online: a file for each needed material, except for what comes from elsewhere, may follow later or is committed to."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from yichuang.cases.uploads import AUTHORITY
from yichuang.errors import InputRefused
from yichuang.items.checklist import ChecklistEntry
from yichuang.ports import Body

LETTER = "授权委托书"


def goes_online(item: Body) -> bool:
    """Whether the item may be applied for online at all (可网上办)."""
    return bool(item.get("features", {}).get("online"))


def authority_of(checklist: Sequence[ChecklistEntry]) -> str:
    """The code of the letter of authority: the item's own material where its list has one, else the platform's."""
    own = (entry.code for entry in checklist if entry.needed and LETTER in entry.material["title"])
    return next(own, AUTHORITY)


def wanted(entry: ChecklistEntry) -> bool:
    """Whether a file must be handed in for this material."""
    material = entry.material
    elsewhere = material.get("generated") or material.get("shared_check") or material.get("e_licence", {}).get("available")
    return entry.needed and material["necessity"] == "required" and not elsewhere


def refuse_missing(
    checklist: Sequence[ChecklistEntry], files: Mapping[str, Any], *, agent: bool, settled: Collection[str] = ()
) -> None:
    """Raises `InputRefused` with a problem per material (`materials/<code>`). `settled`: what commitments replace or defer."""
    there = {*files, *settled}
    missing = [(entry.code, entry.material["title"]) for entry in checklist if wanted(entry) and entry.code not in there]
    letter = authority_of(checklist)
    if agent and letter not in files and letter not in dict(missing):
        missing.append((letter, LETTER))
    if missing:
        problems = [{"field": f"materials/{code}", "message": f"请上传“{title}”"} for code, title in missing]
        raise InputRefused(f"还有 {len(missing)} 份材料没有上传", problems=problems)
