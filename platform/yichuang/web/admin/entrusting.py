"""Entrusted acceptance at a glance (委托受理): every item, where it may be accepted now, until when, what is going to change."""

from flask import Response, request
from flask_appbuilder import expose

from renderers.spreadsheet import Sheet, workbook
from yichuang.entrustment.outlook import TITLES, Line, Outlook
from yichuang.entrustment.places import compile_places
from yichuang.web.admin.page import Page, allowed, exporting
from yichuang.web.admin.permissions import READ

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    ("title", "事项"), ("department", "委托部门"), ("agreement", "委托书"), ("state", "状态"), ("halls", "可以受理的窗口"), ("powers", "权限"),
    ("start", "起"), ("end", "止"), ("instead", "停止后到哪里办"),
)  # fmt: skip


class Entrusting(Page):
    route_base = "/admin/entrustments"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        department, state = request.args.get("department", "")[:64], request.args.get("state", "")[:16]
        every = self.services.entrustments.overview(department)
        shown = [o for o in every if not state or any(line.state == state for line in o.lines)]
        counts = {code: sum(any(line.state == code for line in o.lines) for o in every) for code in TITLES}
        return self.show(
            "entrustments", outlooks=shown, states=TITLES, counts=counts, department=department, state=state, departments=self._departments(),
            unlisted=self._unlisted(),
        )  # fmt: skip

    @expose("/entrustments.xlsx")
    @allowed(READ)
    def spreadsheet(self) -> Response:
        exporting()
        every = self.services.entrustments.overview(request.args.get("department", "")[:64])
        rows = [_row(outlook, line) for outlook in every for line in outlook.lines]
        headers = {"Content-Disposition": 'attachment; filename="entrustments.xlsx"'}
        return Response(workbook([Sheet("委托受理", COLUMNS, rows)]), mimetype=SHEET, headers=headers)

    def _departments(self) -> dict[str, str]:
        found = self.services.catalogue.current().compiled(compile_places, "").departments
        return {code: str(body.get("short_title") or body["title"]) for code, body in found.items()}

    def _unlisted(self) -> list[str]:
        """Items in use that no agreement names: no window may accept them."""
        snapshot = self.services.catalogue.current()
        named = {item for words in snapshot.words("entrustment").values() for item in words.get("items", ())}
        titles, states = snapshot.titles("item"), {code: words.get("state") for code, words in snapshot.words("item").items()}
        return [titles[code] for code in sorted(titles) if code not in named and states[code] == "active"]


def _row(outlook: Outlook, line: Line) -> dict[str, str]:
    halls = "；".join(f"{title}（{'、'.join(windows)}）" if windows else title for title, windows in line.halls)
    spans = {name: moment.strftime("%Y-%m-%d %H:%M") for name in ("start", "end") if (moment := getattr(line, name))}
    return spans | {
        "title": outlook.title, "department": outlook.department_title, "agreement": line.agreement_name, "state": TITLES[line.state],
        "halls": halls, "powers": "、".join(line.powers), "instead": line.instead,
    }  # fmt: skip
