"""事项特殊性: which items are what, by department, in a release, and what changed since another."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from renderers.spreadsheet import Sheet, workbook
from yichuang.services import Services
from yichuang.statistics import particularity
from yichuang.statistics.particularity import BASIS, FEATURES, Change, Item
from yichuang.statistics.titles import Titles
from yichuang.web.session import grants
from yichuang.web.statistics.reading import EXPORT, exporter, noted, reader, sheet_response, titles

KINDS = {"added": "新增在用", "removed": "不再在用", "changed": "特殊性有变"}


def install(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/statistics/particularity")
    def statistics_particularity() -> str:
        reader()
        return render_template("statistics/particularity.html", tab="particularity", may_export=grants().may(EXPORT), **_view(services))

    @pages.get("/desk/statistics/particularity.xlsx")
    def statistics_particularity_sheet() -> Response:
        who, _ = exporter()
        view = _view(services)
        noted(services, who, "particularity", {"版本": view["release"]})
        return sheet_response(_sheets(view), f"items-{view['release']}")


def _view(services: Services) -> dict[str, Any]:
    """Items by department in the chosen release; filters from the address; changes since `before` when it is given."""
    current, names = services.catalogue.current().release, titles(services)
    release = _number(request.args.get("release"), current, current)
    before = _number(request.args.get("before"), 0, current)
    listed = particularity.items(services.catalogue.at(release))
    department, feature = request.args.get("department", ""), request.args.get("feature", "")
    shown = [item for item in listed if department in ("", item.department) and (feature not in FEATURES or feature in item.features)]
    changes = particularity.changes(services.catalogue.at(before), services.catalogue.at(release)) if before else []
    counted = particularity.by_department(listed)
    rows = [{"code": code, "title": names.of("department", code), **numbers} for code, numbers in counted.items()]
    totals = {"items": len(listed)} | {code: sum(code in item.features for item in listed) for code in FEATURES}
    return {
        "release": release, "before": before, "current": current, "features": FEATURES, "basis": BASIS,
        "items": [_line(item, names) for item in shown],
        "rows": sorted(rows, key=lambda row: (-row["items"], row["title"])), "department": department, "feature": feature,
        "totals": totals, "counts": [totals[code] for code in FEATURES],
        "changes": [_told(change, names) for change in changes],
    }  # fmt: skip


def _number(text: str | None, otherwise: int, most: int) -> int:
    return int(text) if text and text.isdigit() and 0 < int(text[:9]) <= most else otherwise


def _line(item: Item, names: Titles) -> dict[str, Any]:
    return {
        "code": item.code, "title": item.title, "department": names.of("department", item.department), "features": item.features,
        "scope": names.of("cross_scope", item.scope) if item.scope else "",
    }  # fmt: skip


def _told(change: Change, names: Titles) -> dict[str, Any]:
    gained, lost = ("、".join(FEATURES[code] for code in codes) for codes in (change.gained, change.lost))
    department = names.of("department", change.item.department)
    return {"title": change.item.title, "department": department, "kind": KINDS[change.kind], "gained": gained, "lost": lost}


def _sheets(view: dict[str, Any]) -> bytes:
    features = list(FEATURES.items())
    items = [line | {code: "√" if code in line["features"] else "" for code in FEATURES} for line in view["items"]]
    total = {"title": "合计", **view["totals"]}
    parts = [
        Sheet("按部门", [("title", "部门"), ("items", "在用事项"), *features], [*view["rows"], total]),
        Sheet("事项", [("title", "事项"), ("code", "代码"), ("department", "部门"), *features, ("scope", "通办范围")], items),
    ]
    if view["before"]:
        heads = [("title", "事项"), ("department", "部门"), ("kind", "变化"), ("gained", "增加"), ("lost", "减少")]
        parts.append(Sheet(f"第 {view['before']} 版以来", heads, view["changes"]))
    basis = [{"title": "口径", "words": BASIS}, {"title": "版本", "words": f"第 {view['release']} 版"}]
    return workbook([*parts, Sheet("口径", [("title", "项目"), ("words", "说明")], basis)])
