"""What a drafted role would mean: what it may do and where, what is new against the role in force, and who holds it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from yichuang.access.powers import ADMIN_PAGES, GROUPS, REACHES
from yichuang.access.roles import Role, compile_roles
from yichuang.ports import DefinitionView, Place
from yichuang.web.admin.postings import compile_posts
from yichuang.web.admin.previews import BROKEN
from yichuang.web.workplaces import WORKPLACES

PROBLEM = "内容还不完整，修正右侧所列问题后即可预览。"


@dataclass(frozen=True, slots=True)
class Holder:
    """An account that has the role: `lacks` says which posting is missing for it to reach anywhere."""

    name: str
    place: str
    lacks: str


def preview(view: DefinitionView, code: str, current: DefinitionView, accounts: Sequence[Any], postings: Mapping[str, Place]) -> str:
    """The page beside the editor. `accounts`: all members, `postings` theirs."""
    try:
        role, before = compile_roles(view).get(code.upper()), compile_roles(current).get(code.upper())
        told = {} if role is None else _told(role, before) | {"holders": list(_holders(role, view, accounts, postings))}
    except BROKEN:
        told = {}
    return render_template("admin/preview_role.html", problem="" if told else PROBLEM, **told)


def _told(role: Role, before: Role | None) -> dict[str, Any]:
    old = before.powers | before.pages if before else role.powers | role.pages
    may = role.powers | role.pages
    groups = [*GROUPS.items(), ("管理后台", ADMIN_PAGES)]
    return {
        "role": role,
        "reach": REACHES[role.reach],
        "groups": [(name, [(title, code in may, code in old) for code, title in titles.items()]) for name, titles in groups],
        "places": [place.title for place in WORKPLACES if not role.powers.isdisjoint(place.powers)] + (["管理后台"] if role.pages else []),
    }


def _holders(role: Role, view: DefinitionView, accounts: Sequence[Any], postings: Mapping[str, Place]) -> Iterator[Holder]:
    posts = compile_posts(view)
    for account in accounts:
        if any(held.name == role.code for held in account.roles):
            place = postings.get(account.username, Place())
            lacks = role.reach in ("hall", "street", "department") and not getattr(place, role.reach)
            yield Holder(account.title, posts.words(place), REACHES[role.reach].removeprefix("本") if lacks else "")
