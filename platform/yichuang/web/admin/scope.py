"""Which definitions a member may change: all, or those of their own department (role with the reach 本部门)."""

from collections.abc import Iterable

from flask import current_app

from yichuang.access.grants import Reach
from yichuang.catalogue.belonging import DEPARTMENT_OF, Belonging
from yichuang.catalogue.views import Overlay
from yichuang.errors import NotAllowed
from yichuang.ports import Body, DefinitionView, Ref
from yichuang.services import Services
from yichuang.web.session import member

NOT_POSTED = "您的账号还没有登记所属部门，暂不能编辑。请联系系统管理员在“用户与角色”中登记"
OWN_KINDS = ("item", "form", "entrustment", "commitment", "mapping")
"""What a department may begin by itself."""


class Scope:
    """Of the signed-in member, over the definitions `view`."""

    def __init__(self, services: Services, reach: Reach, view: DefinitionView) -> None:
        self._services = services
        self._reach = reach
        self._view = view
        self._belonging = Belonging(view, services.kinds)

    @property
    def everything(self) -> bool:
        return self._reach.everything

    @property
    def department(self) -> str:
        """The member's own department, empty for who may edit everything."""
        return next(iter(self._reach.departments), "")

    def may_begin(self, kind: str) -> bool:
        return self.everything or (bool(self.department) and kind in OWN_KINDS)

    def refusal(self, kind: str, code: str, body: Body | None) -> str:
        """Why the definition may not be changed by this member; empty when it may."""
        if self.everything or body is None:
            return ""
        if self._reach.nowhere:
            return NOT_POSTED
        found = self._belonging.departments(kind, code, body)
        title = body.get("title") or code
        if found is None:
            return f"{self._services.kinds.get(kind).title}“{title}”由各部门共用，请由事项管理员修改"
        others = found - self._reach.departments
        return f"“{title}”{self._whose(kind, others)}，您只能编辑本部门的定义" if others else ""

    def _whose(self, kind: str, others: Iterable[str]) -> str:
        bodies = (self._view.find("organisation", code) or {} for code in self._view.codes("organisation"))
        titles = {d["code"]: d.get("short_title") or d["title"] for body in bodies for d in body.get("departments", ())}
        named = "、".join(str(titles.get(code, code)) for code in sorted(others))
        return f"也用于{named}的事项" if kind == "form" else f"属于{named}"

    def listed(self, kind: str, code: str, title: str) -> str:
        """`refusal` of what is in force, for long lists: without reading items' and forms' bodies."""
        if self.everything or kind not in ("item", "form"):
            return self.refusal(kind, code, self._view.find(kind, code))
        line = self._belonging.items.get(code)
        return self.refusal(kind, code, {"title": title, "department": line.department if line else ""})

    def require(self, kind: str, code: str, *bodies: Body | None) -> None:
        """As it stands and as it would be: raises `NotAllowed` in words."""
        for body in bodies:
            words = self.refusal(kind, code, body)
            if words:
                raise NotAllowed(words)

    def require_all(self, documents: Iterable[tuple[Ref, Body]]) -> None:
        """For many at once: what differs from `view` must be the member's own, before and after."""
        if self.everything:
            return
        after = Scope(self._services, self._reach, Overlay(self._view, dict(documents)))
        for ref, body in documents:
            before = self._view.find(ref.kind, ref.code)
            if before != body:
                self.require(ref.kind, ref.code, before)
                after.require(ref.kind, ref.code, body)

    def owned(self, kind: str, body: Body) -> Body:
        """A new definition of a department is its own from the start."""
        key = DEPARTMENT_OF.get(kind)
        return body if self.everything or key is None else {**body, key: self.department}


def scope_over(services: Services, view: DefinitionView) -> Scope:
    return Scope(services, current_app.extensions["yichuang.authority"].editing(member()), view)
