"""`/desk/statistics/causes`: from review to cause, and before and after each version of an item's definition."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request

from renderers.spreadsheet import Sheet, workbook
from yichuang.causes.service import CIRCUMSTANCES, Cause
from yichuang.causes.versions import LEAST, Version
from yichuang.services import Services
from yichuang.warnings.titles import Titles as Places
from yichuang.warnings.titles import compile_titles
from yichuang.web.guards import limiter
from yichuang.web.session import grants
from yichuang.web.statistics.choices import ranges
from yichuang.web.statistics.reading import (
    EXPORT,
    REVIEWS,
    day_of,
    exporter,
    item_code,
    noted,
    reader,
    sheet_response,
    titles,
)

KINDS = {"circumstance": "当时的情况", "tag": "标签", "item": "事项", "window": "窗口", "release": "版本"}
MOST_SHOWN = 12


def install(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/statistics/causes")
    def statistics_causes() -> str:
        (_, reach), (since, until) = reader(REVIEWS), _span(services)
        board, places = services.causes.board(since, until, reach), _places(services)
        typed = request.args.get("item", "").strip()[:200]
        item = item_code(typed, titles(services)) if typed else next((one.code for one in board["item"]), "")
        versions = services.causes.versions(item, reach) if item else ()
        return render_template(
            "statistics/causes.html", tab="causes", since=since, until=until, kinds=KINDS, least=LEAST, most=MOST_SHOWN,
            board={kind: [(title_of(one, places), one) for one in found] for kind, found in board.items()}, item=item,
            versions=[(_changed(services, one), one) for one in versions],
            item_title=places.items.get(item, item), ranges=ranges(services.clock.now().date()), may_export=grants().may(EXPORT),
            chart=_chart(board["circumstance"], versions, places),
        )  # fmt: skip

    @pages.get("/desk/statistics/causes.xlsx")
    @limiter.limit("30/minute")
    def statistics_causes_sheet() -> Response:
        (who, reach), (since, until) = exporter(REVIEWS), _span(services)
        board, places = services.causes.board(since, until, reach), _places(services)
        noted(services, who, "causes", {"范围": f"{since} 至 {until}"})
        columns = [("title", "原因"), ("given", "评价"), ("bad", "差评"), ("rate", "差评率%"), ("rest", "其余的差评率%")]
        sheets = [
            Sheet(KINDS[kind], columns, [_row(title_of(one, places), one) for one in found]) for kind, found in board.items()
        ]
        return sheet_response(workbook(sheets), f"causes-{since:%Y%m%d}-{until:%Y%m%d}")


def _span(services: Services) -> Any:
    until = day_of(request.args.get("until"), services.clock.now().date())
    since = day_of(request.args.get("since"), until - timedelta(days=29))
    return min(since, until), max(since, until)


def _places(services: Services) -> Places:
    found: Places = services.catalogue.current().compiled(compile_titles, "")
    return found


def title_of(one: Cause, places: Places) -> str:
    if one.kind == "release":
        return f"第 {one.code} 版"
    known = {"circumstance": CIRCUMSTANCES, "tag": places.tags, "item": places.items}.get(one.kind, places.places)
    return str(known.get(one.code, one.code))


def _row(title: str, one: Cause) -> Mapping[str, Any]:
    return {"title": title, "given": one.given, "bad": one.bad, "rate": one.rate, "rest": one.rest_rate}


def _changed(services: Services, one: Version) -> str:
    """What the release changed, in words."""
    snapshot = services.catalogue.at(one.since)
    words = []
    for ref, version in one.changed.items():
        kind = services.kinds.get(ref.kind).title
        title = "" if ref.kind == "item" else f"“{snapshot.titles(ref.kind).get(ref.code, ref.code)}”"
        words.append(f"{kind}{title}第 {version} 版" if version else f"不再用{kind}{title or ref.code}")
    return "、".join(words)


def _chart(found: Any, versions: Any, places: Places) -> Mapping[str, Any]:
    shown: list[Cause] = list(found)
    told: list[Version] = list(versions)
    return {
        "rows": {
            "names": [title_of(one, places) for one in shown],
            "series": [{"name": "差评率%", "data": [one.rate for one in shown]}, {"name": "其余的差评率%", "data": [one.rest_rate for one in shown]}],
        },
        "versions": {"names": [f"第 {one.since} 版起" for one in told], "series": [{"name": "差评率%", "data": [one.rate for one in told]}]},
    }
