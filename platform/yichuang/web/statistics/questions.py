"""自由查询: rows, columns, measures and filters from lists; table, chart, Excel; kept under names."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template

from renderers.spreadsheet import Sheet, workbook
from yichuang.errors import InputRefused
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.statistics.asking import DATES, DIMENSIONS, FIGURES, FreeQuestion, question_of
from yichuang.statistics.free import FreeAnswer
from yichuang.statistics.titles import Titles
from yichuang.web.guards import limiter
from yichuang.web.json import json_body, json_response
from yichuang.web.session import grants
from yichuang.web.statistics.choices import choices
from yichuang.web.statistics.reading import EXPORT, exporter, item_code, noted, reader, sheet_response, titles

MOST_SPREAD = 60
"""So many columns at most; beyond, the question has to be turned round."""
PLACES = ("department", "hall", "street", "window", "channel")
FILTERED = (*PLACES, "case_type", "outcome", "committed", "on_time")


def install(pages: Blueprint, services: Services) -> None:
    _pages(pages, services)
    _kept(pages, services)


def _pages(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/statistics/questions")
    def statistics_questions() -> str:
        (who, reach), names = reader(), titles(services)
        listed = {name: list(names.known["yes" if name == "committed" else name].items()) for name in FILTERED if name not in PLACES}
        offered = {**choices(names, reach), **listed}
        return render_template(
            "statistics/questions.html", tab="questions", dimensions=DIMENSIONS, figures=FIGURES, dates=DATES,
            saved=services.statistics.saved.all(who), filters=[(name, DIMENSIONS[name].title, offered[name]) for name in FILTERED],
            fresh=services.statistics.freshness(), today=services.clock.now().date(), may_export=grants().may(EXPORT),
        )  # fmt: skip

    @pages.post("/desk/api/statistics/ask")
    @limiter.limit("60/minute")
    def statistics_ask() -> Response:
        (_, reach), names = reader(), titles(services)
        return json_response(told(services.statistics.ask(_question(names), reach), names))

    @pages.post("/desk/api/statistics/ask.xlsx")
    @limiter.limit("30/minute")
    def statistics_ask_sheet() -> Response:
        (who, reach), names = exporter(), titles(services)
        answer = services.statistics.ask(_question(names), reach)
        noted(services, who, "question", answer.question.as_dict())
        return sheet_response(_sheets(told(answer, names)), "question")


def _kept(pages: Blueprint, services: Services) -> None:
    saved = services.statistics.saved

    @pages.get("/desk/api/statistics/saved")
    def statistics_saved() -> Response:
        who, _ = reader()
        return json_response({"saved": saved.all(who)})

    @pages.post("/desk/api/statistics/saved")
    @limiter.limit("30/minute")
    def statistics_save() -> Response:
        (who, _), body = reader(), json_body()
        key = saved.save(who, body.get("name"), _question(titles(services)), body.get("shared") is True)
        return json_response({"id": key}, 201)

    @pages.delete("/desk/api/statistics/saved/<question_id>")
    def statistics_forget(question_id: str) -> Response:
        who: Actor = reader()[0]
        saved.remove(who, question_id)
        return json_response({"id": question_id})


def _question(names: Titles) -> FreeQuestion:
    """Items may be named by their titles."""
    body = json_body()
    question = body.get("question", body)
    if not isinstance(question, dict):
        raise InputRefused("问题不完整，请按提示修改", problems=[{"field": "question", "message": "须写明行、指标和日期范围"}])
    filters = question.get("filters")
    if isinstance(filters, dict) and isinstance(filters.get("item"), list):
        filters["item"] = [item_code(str(code), names) for code in filters["item"]]
    return question_of(question)


def told(answer: FreeAnswer, names: Titles) -> dict[str, Any]:
    """The answer as a table: heads, rows of titles and figures; a column's codes spread out, a figure each."""
    question = answer.question
    heads = [DIMENSIONS[code].title for code in question.rows]
    figures = [FIGURES[code] for code in question.measures]
    keys, table = _spread(answer) if question.column else ([], [(row[: len(heads)], list(row[len(heads) :])) for row in answer.rows])
    spread = [names.of(DIMENSIONS[question.column].kind, key) for key in keys] if question.column else []
    columns = [f"{title} {figure.title}" if len(figures) > 1 else title for title in spread for figure in figures] or [f.title for f in figures]
    rows = [[*_titles(question, key, names), *values] for key, values in table]
    return {
        "heads": heads, "columns": columns, "rows": rows, "cut": answer.cut, "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "bases": [{"title": figure.title, "basis": figure.basis} for figure in figures],
        "scope": f"{DATES[question.date]}在 {question.since} 至 {question.until} 之间的办件",
    }  # fmt: skip


def _titles(question: FreeQuestion, key: Sequence[Any], names: Titles) -> list[str]:
    """Codes as people read them; a situation in its item's words where the item stands beside it."""
    item = str(key[question.rows.index("item")]) if "item" in question.rows else ""
    return [names.of(DIMENSIONS[code].kind, str(value), item) for code, value in zip(question.rows, key, strict=True)]


def _spread(answer: FreeAnswer) -> tuple[list[str], list[tuple[tuple[Any, ...], list[Any]]]]:
    """The column's codes, and rows with a figure for each of them. Raises `InputRefused` for more than fit."""
    width, figures = len(answer.question.rows), len(answer.question.measures)
    keys = sorted({str(row[width]) for row in answer.rows})
    if len(keys) > MOST_SPREAD:
        raise InputRefused(f"列有 {len(keys)} 种取值，最多展开 {MOST_SPREAD} 种", problems=[{"field": "column", "message": "请换作行，或加上筛选"}])
    at = {key: number * figures for number, key in enumerate(keys)}
    table: dict[tuple[Any, ...], list[Any]] = {}
    for row in answer.rows:
        values = table.setdefault(tuple(row[:width]), [None] * (len(keys) * figures))
        values[at[str(row[width])] : at[str(row[width])] + figures] = row[width + 1 :]
    return keys, list(table.items())


def _sheets(table: dict[str, Any]) -> bytes:
    names = [*table["heads"], *table["columns"]]
    columns = [(str(number), name) for number, name in enumerate(names)]
    rows = [{str(number): value for number, value in enumerate(row)} for row in table["rows"]]
    bases = [{"title": "范围", "basis": table["scope"]}, {"title": "数据截至", "basis": table["as_of"] or "尚未导出"}, *table["bases"]]
    return workbook([Sheet("查询结果", columns, rows), Sheet("口径", [("title", "指标"), ("basis", "统计口径")], bases)])
