"""二次录入: which items go to which other systems (事项特殊性管理), with Excel; drafting forms and mappings (表单处理)."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_appbuilder import expose

from renderers.spreadsheet import Sheet, workbook
from yichuang.exchange.routes import NATIVE, STATES, WHOLE, Listed, Route, Stage, routes, since
from yichuang.web.admin.form_drafting import DraftingRoutes
from yichuang.web.admin.mapping_desk import steps
from yichuang.web.admin.page import Page, allowed, exporting
from yichuang.web.admin.permissions import READ
from yichuang.web.admin.scope import Scope

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = (
    ("item", "事项"), ("department", "部门"), ("target", "对方系统"), ("transport", "方式"), ("state", "状态"), ("steps", "已对应的环节"),
    ("missing", "没有对应的环节"), ("kind", "对应关系"), ("mappings", "名称"), ("since", "自何时起"), ("coming", "将有变动"),
)  # fmt: skip
MOST = 2_000


class DoubleEntry(DraftingRoutes, Page):
    route_base = "/admin/double-entry"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        rows, asked = self._rows(), self._asked()
        shown = [row for row in rows if _fits(row, asked)]
        scope = self.scope()
        return self.show(
            "double_entry", rows=[row | {"refusal": _refusal(scope, row)} for row in shown[:MOST]],
            more=max(0, len(shown) - MOST), asked=asked, states=STATES,
            departments=dict(sorted({(row["department_code"], row["department"]) for row in rows}, key=lambda pair: pair[1])),
            targets={row["target_code"]: row["target"] for row in rows},
            counts={state: sum(r["state_code"] == state for r in rows) for state in STATES},
            total=len(rows), whole=WHOLE, native=NATIVE,
        )  # fmt: skip

    @expose("/items.xlsx")
    @allowed(READ)
    def spreadsheet(self) -> Response:
        self.services.audit.note(exporting(), "double_entry.exported", "release", str(self.services.catalogue.current().release))
        asked = self._asked()
        sheet = workbook([Sheet("二次录入事项", HEADS, [row for row in self._rows() if _fits(row, asked)])])
        return Response(sheet, mimetype=XLSX, headers={"Content-Disposition": 'attachment; filename="double-entry-items.xlsx"'})

    def _asked(self) -> dict[str, str]:
        return {name: request.args.get(name, "")[:64] for name in ("q", "department", "target", "state")}

    def _rows(self) -> list[dict[str, Any]]:
        view = self.services.catalogue.current()
        items = [
            Listed(entry.code, entry.title, entry.department, entry.department_title or entry.department)
            for entry in view.index.entries() if entry.state in ("active", "suspended")
        ]  # fmt: skip
        words = dict(steps(self.services.kinds.get("mapping").schema))
        history, coming = self._history(view), self._coming()
        titles = view.titles("mapping")
        return [_row(route, words, titles, history, coming) for route in routes(view, items, list(words))]

    def _history(self, view: Any) -> dict[str, list[Stage]]:
        """Every mapping's changes in force, the oldest first; the first release names none of its own."""
        past = [release for release in reversed(self.services.publishing.releases(500)) if release.state == "effective"]
        return {
            code: [
                Stage(release.effective_at, self.services.catalogue.at(release.number).find("mapping", code))
                for release in past if release is past[0] or f"mapping/{code}" in release.changes
            ]
            for code in view.codes("mapping")
        }  # fmt: skip

    def _coming(self) -> dict[str, str]:
        """Mapping or target by name, with the day of the next release that changes it."""
        waiting = [release for release in self.services.publishing.releases(100) if release.state == "scheduled"]
        told: dict[str, str] = {}
        for release in sorted(waiting, key=lambda one: one.effective_at, reverse=True):
            day = f"第 {release.number} 版 {release.effective_at:%Y-%m-%d %H:%M}"
            told |= {name: day for name in release.changes if name.startswith(("mapping/", "target/"))}
        return told


def _row(
    route: Route, words: Mapping[str, str], titles: Mapping[str, str], history: Mapping[str, Sequence[Stage]], coming: Mapping[str, str]
) -> dict[str, Any]:
    began = [at for code in route.mappings if (at := since(route.item.code, route.target, history.get(code, ())))]
    mapped = list(dict.fromkeys(step for told in route.mappings.values() for step in told))
    changes = [coming[name] for name in (f"target/{route.target}", *(f"mapping/{code}" for code in route.mappings)) if name in coming]
    return {
        "item": route.item.title, "item_code": route.item.code, "department": route.item.department_title,
        "department_code": route.item.department, "target": route.target_title, "target_code": route.target, "transport": route.transport,
        "state": STATES[route.state], "state_code": route.state,
        "steps": "、".join(words.get(step, step) for step in sorted(mapped, key=list(words).index)) if len(mapped) < len(words) else "任何环节",
        "missing": "、".join(words.get(step, step) for step in route.missing),
        "kind": ("本事项专用" if route.own else "通用") if route.mappings else "",
        "mappings": "、".join(titles.get(code, code) for code in route.mappings),
        "links": [(code, titles.get(code, code)) for code in route.mappings],
        "since": f"{min(began):%Y-%m-%d %H:%M}" if began else "", "coming": "；".join(dict.fromkeys(changes)),
    }  # fmt: skip


def _refusal(scope: Scope, row: Mapping[str, Any]) -> str:
    """Why this member may not change what the row is mapped by; empty when they may."""
    code, title = row["links"][0] if row["links"] else ("", row["target"])
    return scope.refusal("mapping", code, {"target": row["target_code"], "items": [row["item_code"]], "title": title})


def _fits(row: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    words = asked["q"].lower()
    return (
        (not words or words in row["item"].lower() or words in row["item_code"])
        and asked["department"] in ("", row["department_code"])
        and asked["target"] in ("", row["target_code"])
        and asked["state"] in ("", row["state_code"])
    )
