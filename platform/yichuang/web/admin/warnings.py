"""Warnings (平台预警): the list, one with the events it rests on, acknowledged and closed, as Excel. Nobody who gave a review is shown."""

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, request
from flask_appbuilder import expose

from renderers.spreadsheet import Sheet, workbook
from yichuang.errors import YichuangError
from yichuang.reviews.grades import CHANNELS, GRADES
from yichuang.warnings.compiled import KIND, LEVELS
from yichuang.warnings.titles import Titles, compile_titles
from yichuang.warnings.warning import STATES, Asked, Warned
from yichuang.web.admin.page import Page, allowed, exporting
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.session import grants, member

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    ("at", "时间"), ("title", "规则"), ("words", "情况"), ("level", "级别"), ("state", "状态"), ("acknowledged", "确认"), ("closed", "关闭"),
    ("reason", "处理情况"), ("release", "依据版本"),
)  # fmt: skip


class Warnings(Page):
    route_base = "/admin/warnings"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        asked = self._asked()
        rules = self.services.catalogue.current().titles(KIND)
        found = self.services.warnings.list(asked, member(), grants())
        return self.show("warnings", found=found, asked=asked, rules=rules, states=STATES, levels=LEVELS, name_of=self.name_of())

    @expose("/warnings.xlsx")
    @allowed(READ)
    def spreadsheet(self) -> Response:
        who, asked = exporting(), self._asked(2000)
        found, name_of = self.services.warnings.list(asked, who, grants()), self.name_of()
        self.services.audit.note(who, "warning.export", "warning", "", detail=f"{len(found)} 条")
        headers = {"Content-Disposition": 'attachment; filename="warnings.xlsx"'}
        return Response(workbook([Sheet("平台预警", COLUMNS, (_row(one, name_of) for one in found))]), mimetype=SHEET, headers=headers)

    @expose("/<warning>")
    @allowed(READ)
    def one(self, warning: str) -> str:
        return self._page(warning)

    @expose("/<warning>/acknowledge", methods=["POST"])
    @allowed(EDIT)
    def acknowledge(self, warning: str) -> Any:
        return self._done(warning, lambda: self.services.warnings.acknowledge(warning[:36], member(), grants()))

    @expose("/<warning>/close", methods=["POST"])
    @allowed(EDIT)
    def close(self, warning: str) -> Any:
        reason = request.form.get("reason", "")
        return self._done(warning, lambda: self.services.warnings.close(warning[:36], reason, member(), grants()))

    def _done(self, warning: str, act: Callable[[], None]) -> Any:
        try:
            act()
        except YichuangError as refused:
            return self._page(warning, refused), refused.status
        return redirect(f"/admin/warnings/{warning[:36]}")

    def _page(self, warning: str, refused: YichuangError | None = None) -> str:
        found = self.services.warnings.find(warning[:36], member(), grants())
        titles: Titles = self.services.catalogue.current().compiled(compile_titles, "")
        rows = [self._event(one, titles) for one in self.services.warnings.events_of(found)]
        return self.show(
            "warning", one=found, rows=rows, states=STATES, levels=LEVELS, refused=refused, may_edit=self.may(EDIT), name_of=self.name_of(),
            may_read_rule=self.may(READ, "Definitions"),
        )  # fmt: skip

    def _event(self, event: Any, titles: Titles) -> dict[str, Any]:
        """Of a review: when, how good, which tags, where; neither who gave it nor on which device."""
        told = event.payload
        return {
            "at": event.at, "grade": GRADES.get(told.get("grade"), ""), "tags": "、".join(titles.tags.get(tag, tag) for tag in told.get("tags", ())),
            "channel": CHANNELS.get(told.get("channel"), ""), "item": titles.items.get(told.get("item"), ""),
            "window": titles.places.get(told.get("window"), told.get("window", "")),
        }  # fmt: skip

    def _asked(self, limit: int = 200) -> Asked:
        state, level = request.args.get("state", ""), request.args.get("level", "")
        return Asked(state if state in STATES else "", request.args.get("rule", "")[:64], level if level in LEVELS else "", limit)


def _row(one: Warned, name_of: Callable[[str], str]) -> dict[str, Any]:
    def by(name: str, at: Any) -> str:
        return f"{name_of(name)} {at:%Y-%m-%d %H:%M}" if at else ""

    return {
        "at": f"{one.at:%Y-%m-%d %H:%M:%S}", "title": one.title, "words": one.words, "level": LEVELS[one.level], "state": STATES[one.state],
        "acknowledged": by(one.acknowledged_by, one.acknowledged_at), "closed": by(one.closed_by, one.closed_at), "reason": one.reason,
        "release": one.release,
    }  # fmt: skip
