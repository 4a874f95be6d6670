"""Whose deadlines a changed calendar moved, by release, with Excel; and the same looked ahead, for a change set's page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_appbuilder import expose

from renderers.spreadsheet import Sheet, workbook
from yichuang.access.grants import Reach
from yichuang.cases.deadlines import KINDS, Move
from yichuang.ports import DefinitionView, Place
from yichuang.web.admin.page import Page, allowed, exporting
from yichuang.web.admin.permissions import READ
from yichuang.web.session import grants

PAGE, MOST_PAGES, SHOWN = 50, 1_000_000, 200
HEADS = (("number", "办件编号"), ("item", "事项"), ("department", "部门"), ("kind", "期限"), ("before", "原期限"), ("after", "现期限"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DeadlineMoves(Page):
    route_base = "/admin/deadlines"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        found = self.services.deadlines.releases(reach())
        release = request.args.get("release", found[0][0] if found else 0, type=int)
        department = request.args.get("department", "")
        departments = self.services.deadlines.departments(release, reach())
        number = min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
        moves = self.services.deadlines.moves(release, reach(), department, PAGE + 1, (number - 1) * PAGE)
        names = department_titles(self.services.catalogue.current())
        return self.show(
            "deadlines", releases=found, release=release, departments=departments, department=department, rows=rows(moves[:PAGE], names),
            names=names, page=number, more=len(moves) > PAGE, cases=sum(departments.values()), effective=self._effective(release),
        )  # fmt: skip

    def _effective(self, release: int) -> Any:
        return self.services.catalogue.at(release).effective_at if release else None

    @expose("/<int:release>.xlsx")
    @allowed(READ)
    def spreadsheet(self, release: int) -> Response:
        self.services.audit.note(exporting(), "deadlines.exported", "release", str(release))
        moves = self.services.deadlines.moves(release, reach(), request.args.get("department", ""))
        return spreadsheet(moves, self.services.catalogue.current(), f"deadlines-release-{release}.xlsx")


def reach() -> Reach:
    """Whose cases the signed-in member may see in such lists: those of their reading and of their figures."""
    given = grants()
    return given.reach("case.read") | given.reach("statistics.read")


def visible(moves: Sequence[Move]) -> list[Move]:
    """Those within the signed-in member's reach."""
    covers = reach().covers
    return [move for move in moves if covers(Place(move.department, move.hall))]


def told(moves: Sequence[Move], view: DefinitionView) -> dict[str, Any]:
    """As plain JSON: how many cases in all, how many by department, and the first rows within reach."""
    names, seen = department_titles(view), visible(moves)
    cases = {move.case_id: move.department for move in moves}
    counted = Counter(names.get(code, code) for code in cases.values())
    return {
        "cases": len(cases), "departments": counted.most_common(), "rows": rows(seen[:SHOWN], names), "more": max(0, len(seen) - SHOWN),
        "heads": [head for _, head in HEADS],
    }  # fmt: skip


def spreadsheet(moves: Sequence[Move], view: DefinitionView, name: str) -> Response:
    """The moves within reach as an Excel file."""
    sheet = workbook([Sheet("期限变动", HEADS, rows(visible(moves), department_titles(view)))])
    return Response(sheet, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def rows(moves: Sequence[Move], names: Mapping[str, str]) -> list[dict[str, str]]:
    """Moves in words, by the keys of `HEADS`."""
    return [
        {
            "number": move.number, "item": move.item_title, "department": names.get(move.department, move.department),
            "kind": KINDS[move.kind], "before": _day(move.before), "after": _day(move.after),
        }
        for move in moves
    ]  # fmt: skip


def _day(day: Any) -> str:
    return day.isoformat() if day is not None else "待定（缺日历）"


def department_titles(view: DefinitionView) -> dict[str, str]:
    bodies = (view.find("organisation", code) or {} for code in view.codes("organisation"))
    return {str(entry["code"]): str(entry["title"]) for body in bodies for entry in body.get("departments", ())}
