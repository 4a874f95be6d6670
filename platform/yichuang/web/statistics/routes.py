"""The pages' addresses. Thin: who asks, what for, the service, the words."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request

from yichuang.services import Services
from yichuang.web.guards import limiter
from yichuang.web.json import json_response
from yichuang.web.session import grants
from yichuang.web.statistics import boards, causes, particular, questions, reviews
from yichuang.web.statistics.choices import choices, ranges
from yichuang.web.statistics.reading import (
    EXPORT,
    READ,
    REVIEWS,
    asked,
    exporter,
    noted,
    reader,
    sheet_response,
    titles,
)

TABS = (
    ("board", "办件统计", "/desk/statistics", READ), ("particularity", "事项特殊性", "/desk/statistics/particularity", READ),
    ("reviews", "好差评指标", "/desk/statistics/reviews", REVIEWS), ("causes", "差评成因", "/desk/statistics/causes", REVIEWS),
    ("questions", "自由查询", "/desk/statistics/questions", READ),
)  # fmt: skip


def tabs() -> list[tuple[str, str, str]]:
    """Code, words and address of the pages that the member may open."""
    return [(code, words, url) for code, words, url, power in TABS if grants().may(power)]


def install(pages: Blueprint, services: Services) -> None:
    pages.add_app_template_global(tabs, "statistics_tabs")
    _boards(pages, services)
    particular.install(pages, services)
    questions.install(pages, services)
    reviews.install(pages, services)
    causes.install(pages, services)


def _boards(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/statistics")
    def statistics() -> Any:
        (_, reach), names = reader(), titles(services)
        question = asked(services, names)
        board = services.statistics.board(question, reach)
        return render_template(
            "statistics/board.html", tab="board", **boards.context(board, names, request.args.get("all") == "1"),
            choices=choices(names, reach), ranges=ranges(services.clock.now().date()), address=boards.address, drill=boards.drill,
            today=services.clock.now().date(), names=names, may_export=grants().may(EXPORT), may_read=grants().may("case.read"),
        )  # fmt: skip

    @pages.get("/desk/statistics/")
    def statistics_slash() -> Any:
        return redirect("/desk/statistics")

    @pages.get("/desk/statistics/board.xlsx")
    @limiter.limit("30/minute")
    def statistics_sheet() -> Response:
        (who, reach), names = exporter(), titles(services)
        question = asked(services, names)
        board = services.statistics.board(question, reach)
        noted(services, who, "board", {"范围": boards.filters_text(question, names), "按": question.by})
        return sheet_response(boards.sheets(board, names), f"cases-{question.since:%Y%m%d}-{question.until:%Y%m%d}")

    @pages.get("/desk/api/statistics/items")
    def statistics_items() -> Response:
        """Items for the filter, as one types."""
        reader()
        known = titles(services).known["item"]
        found = services.catalogue.search(request.args.get("q", "")[:60])
        return json_response({"items": [{"code": code, "title": known[code]} for code in found]})
