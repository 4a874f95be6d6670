"""`/desk/statistics/reviews`: the indicators of reviews by place, person, tag and day, each with its basis; the reviews behind a figure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from renderers.spreadsheet import Sheet, workbook
from yichuang.access.grants import Reach
from yichuang.errors import InputRefused
from yichuang.indicators.asking import ROWS, ReviewQuestion
from yichuang.indicators.compiled import Indicator
from yichuang.indicators.measures import CODES, MEASURES, Sums
from yichuang.indicators.service import BY, Figures, Question
from yichuang.reviews.grades import CHANNELS, GRADES
from yichuang.services import Services
from yichuang.warnings.titles import Titles as Places
from yichuang.warnings.titles import compile_titles
from yichuang.web.desk.people import name_of
from yichuang.web.guards import limiter
from yichuang.web.session import grants
from yichuang.web.statistics.choices import ranges
from yichuang.web.statistics.reading import EXPORT, REVIEWS, exporter, noted, reader, sheet_response

PEOPLE = ("reviews.triage", "reviews.approve")
"""Who may see figures of single persons."""
SCOPES = {"hall": "大厅", "department": "部门", "street": "街道"}
MOST_LISTED = 200
TILES = ("active_rate", "good_rate", "score", "rectified_rate", "on_time_rate", "gathered_rate")


def install(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/statistics/reviews")
    def statistics_reviews() -> str:
        (_, reach), question = reader(REVIEWS), _asked(services)
        figures = services.indicators.figures(question, reach)
        places = _places(services)
        return render_template(
            "statistics/reviews.html", tab="reviews", figures=figures, question=question, rows=lines(figures, places), by_titles=_by(),
            tiles=[one for one in (figures.indicators) if one.code in TILES] or figures.indicators[:6], ranges=ranges(services.clock.now().date()),
            address=_address, chart=_chart(figures, places), scopes=SCOPES, choices=_choices(services, reach), may_export=grants().may(EXPORT),
            measures=MEASURES, today=services.clock.now().date(),
        )  # fmt: skip

    @pages.get("/desk/statistics/reviews.xlsx")
    @limiter.limit("30/minute")
    def statistics_reviews_sheet() -> Response:
        (who, reach), question = exporter(REVIEWS), _asked(services)
        figures = services.indicators.figures(question, reach)
        noted(services, who, "reviews", {"范围": f"{question.since} 至 {question.until}", "按": BY[question.by]})
        return sheet_response(_workbook(figures, _places(services)), f"reviews-{question.since:%Y%m%d}-{question.until:%Y%m%d}")

    @pages.get("/desk/statistics/reviews/ask")
    @limiter.limit("60/minute")
    def statistics_reviews_ask() -> str:
        """Rows and figures of one's own choice, over all reviews."""
        (_, reach), places = reader(REVIEWS), _places(services)
        chosen, told, refused = request.args.getlist("rows"), None, None
        today = services.clock.now().date()
        until = _day("until", today)
        span = _day("since", until - timedelta(days=364)), until
        if chosen:
            try:
                told = _told(services, _free(span), reach, places)
            except InputRefused as error:
                refused = error
        return render_template(
            "statistics/reviews_ask.html", tab="reviews", rows={code: title for code, (title, _) in _rows().items()}, chosen=chosen,
            figures=_figures(services), picked=request.args.getlist("figures"), told=told, refused=refused, since=span[0], until=span[1],
            may_export=grants().may(EXPORT), query=request.query_string.decode(),
        )  # fmt: skip

    @pages.get("/desk/statistics/reviews/ask.xlsx")
    @limiter.limit("30/minute")
    def statistics_reviews_ask_sheet() -> Response:
        (who, reach), until = exporter(REVIEWS), _day("until", services.clock.now().date())
        question = _free((_day("since", until - timedelta(days=364)), until))
        heads, lines_, _ = _told(services, question, reach, _places(services))
        noted(services, who, "reviews", {"行": "、".join(question.rows), "数字": "、".join(question.figures)})
        columns = [(str(n), head) for n, head in enumerate(heads)]
        return sheet_response(workbook([Sheet("查询结果", columns, [dict(enumerate_str(line)) for line in lines_])]), "reviews-question")

    @pages.get("/desk/statistics/reviews/list")
    def statistics_reviews_list() -> str:
        """The reviews behind a figure: day, grade, tags, place; neither who gave them nor of which case."""
        (_, reach), question = reader(REVIEWS), _asked(services)
        found = services.reviews.listed(question.since, question.until, _filters(question), reach, MOST_LISTED)
        return render_template(
            "statistics/reviews_list.html", tab="reviews", found=found, question=question, grades=GRADES, channels=CHANNELS, places=_places(services),
            address=_address, most=MOST_LISTED, member=request.args.get("member", "")[:64],
        )  # fmt: skip


def enumerate_str(line: Sequence[Any]) -> list[tuple[str, Any]]:
    return [(str(n), value) for n, value in enumerate(line)]


def _rows() -> Mapping[str, tuple[str, str]]:
    return {code: one for code, one in ROWS.items() if code != "clerk" or "clerk" in _by()}


def _figures(services: Services) -> Mapping[str, str]:
    return {**{one.code: f"{one.title}（{one.unit}）" for one in services.indicators.all()}, **MEASURES}


def _free(span: tuple[date, date]) -> ReviewQuestion:
    rows = tuple(code for code in request.args.getlist("rows") if code)
    if any(row not in _rows() for row in rows):
        raise InputRefused("没有这一行", problems=[{"field": "rows", "message": "请从列表中选择"}])
    return ReviewQuestion(rows, tuple(code for code in request.args.getlist("figures") if code), *span)


def _told(services: Services, question: ReviewQuestion, reach: Reach, places: Places) -> tuple[list[str], list[list[Any]], Any]:
    """(heads, lines in words, as of when)."""
    found, as_of = services.indicators.ask(question, reach)
    known, width = _figures(services), len(question.rows)
    heads = [*(_rows()[code][0] for code in question.rows), *(known.get(code, code) for code in question.figures)]
    lines_ = [[*(_word(question.rows[n], row[n], places) for n in range(width)), *row[width:]] for row in found]
    return heads, lines_, as_of


def _word(code: str, value: str, places: Places) -> str:
    if code == "grade":
        return GRADES.get(int(value), "没有评价") if value else "没有评价"
    return value if code in ("month", "quarter", "weekday", "day") else title_of(code, value, "d", places) or "—"


def _by() -> Mapping[str, str]:
    return {code: title for code, title in BY.items() if code != "clerk" or any(grants().may(power) for power in PEOPLE)}


def _asked(services: Services) -> Question:
    today = services.clock.now().date()
    until = _day("until", today)
    since = _day("since", until - timedelta(days=29))
    by = request.args.get("by", "department")
    scope = next(((name, code) for name in SCOPES if (code := request.args.get(name, "")[:64])), ("", ""))
    return Question(min(since, until), max(since, until), by if by in _by() else "department", scope)


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _address(question: Question, **more: Any) -> str:
    scope = {question.scope[0]: question.scope[1]} if question.scope[1] else {}
    parts = {"by": question.by, "since": question.since, "until": question.until} | scope
    return urlencode({name: value for name, value in (parts | more).items() if value not in ("", None)})


def _filters(question: Question) -> Mapping[str, str]:
    found = {question.scope[0]: question.scope[1]} if question.scope[1] else {}
    member = request.args.get("member", "")[:64]
    return found | ({question.by: member} if member and question.by not in ("day",) else {})


def _places(services: Services) -> Places:
    found: Places = services.catalogue.current().compiled(compile_titles, "")
    return found


def _choices(services: Services, reach: Reach) -> Mapping[str, Sequence[tuple[str, str]]]:
    snapshot = services.catalogue.current()
    bodies = [snapshot.find("organisation", code) or {} for code in snapshot.codes("organisation")]
    named = {"hall": reach.halls, "department": reach.departments, "street": reach.streets}
    return {
        name: [
            (str(one["code"]), str(one.get("short_title") or one["title"]))
            for body in bodies for one in body.get(f"{name}s", ()) if reach.everything or one["code"] in named[name]
        ]
        for name in SCOPES
    }  # fmt: skip


# ---------------------------------------------------------------------- words


def lines(figures: Figures, places: Places) -> list[dict[str, Any]]:
    """Rows of `key`, `title`, every indicator by code with whether its goal is met, and the measures; the most reviewed first, days in order."""
    made = [_line(key, sums, figures, places) for key, sums in figures.rows.items()]
    return sorted(made, key=lambda row: row["key"]) if figures.question.by == "day" else sorted(made, key=lambda row: (-row["given"], row["title"]))


def _line(key: Any, sums: Sums, figures: Figures, places: Places) -> dict[str, Any]:
    values = {one.code: one.value(sums) for one in figures.indicators}
    met = {one.code: one.met(values[one.code]) for one in figures.indicators}
    return {"key": str(key), "title": title_of(figures.question.by, key, figures.grain, places), "values": values, "met": met, **sums}


def title_of(by: str, key: Any, grain: str, places: Places) -> str:
    if by == "day":
        return f"{key}" if grain == "d" else f"{key:%Y-%m}"
    if by == "channel":
        return CHANNELS.get(key, "没有评价" if key == "none" else key)
    if by == "clerk":
        return name_of(key)
    return {"item": places.items, "tag": places.tags}.get(by, places.places).get(key, key)


def _chart(figures: Figures, places: Places) -> Mapping[str, Any]:
    days = sorted(figures.course)
    shown: list[Indicator] = [one for one in figures.indicators if one.code in ("good_rate", "active_rate")] or list(figures.indicators[:2])
    rows = lines(figures, places)[:12]
    return {
        "course": {
            "names": [f"{day:{'%m-%d' if figures.grain == 'd' else '%Y-%m'}}" for day in days],
            "series": [{"name": one.title, "data": [one.value(figures.course[day]) for day in days]} for one in shown],
        },
        "rows": {
            "names": [row["title"] for row in rows],
            "series": [{"name": one.title, "data": [row["values"][one.code] for row in rows]} for one in shown],
        },
    }


def _workbook(figures: Figures, places: Places) -> bytes:
    columns = [("title", BY[figures.question.by]), *((one.code, f"{one.title}（{one.unit}）") for one in figures.indicators), *MEASURES.items()]
    rows = [{"title": row["title"], **row["values"], **{code: row[code] for code in CODES}} for row in lines(figures, places)]
    total = {"title": "合计", **{one.code: one.value(figures.totals) for one in figures.indicators}, **figures.totals}
    course = [
        {"title": str(day), **{one.code: one.value(sums) for one in figures.indicators}, **sums} for day, sums in sorted(figures.course.items())
    ]
    basis = [
        {"title": one.title, "basis": one.basis, "note": str(one.body.get("note", "")), "goal": one.body.get("goal", "")}
        for one in figures.indicators
    ]
    basis.append({"title": "定义版本", "basis": f"第 {figures.release} 版", "note": "", "goal": ""})
    told = [("title", "指标"), ("basis", "口径"), ("goal", "目标"), ("note", "说明")]
    return workbook([
        Sheet(f"按{BY[figures.question.by]}", columns, [*rows, total]), Sheet("走势", [("title", "日期"), *columns[1:]], course),
        Sheet("口径", told, basis),
    ])  # fmt: skip
