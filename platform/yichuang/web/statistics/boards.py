"""A board in words: rows with titles, shares, what stands in tiles, chart and sheets."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from renderers.spreadsheet import Sheet, workbook
from yichuang.statistics.board import BY_TITLES, FILTERS, BoardQuestion
from yichuang.statistics.cells import Sums
from yichuang.statistics.measures import MEASURES, RATES, rates
from yichuang.statistics.opening import LIGHTS
from yichuang.statistics.service import Board
from yichuang.statistics.titles import NO_REASON, Titles

TILES = ("received", "accepted", "decided", "closed", "on_time_rate", "correction_rate", "rejection_rate", "average_days")
SHOWN = (
    "applied", "received", "accepted", "committed", "corrected", "rejected", "withdrawn", "decided", "approved", "denied", "closed",
    "on_time_rate", "average_days",
)  # fmt: skip
"""Columns of the table; the sheet has all."""
COURSE = ("received", "accepted", "decided")
MOST_SHOWN = 50
REASON_TITLES = {"correction_reason": "补正告知的原因", "rejection_reason": "不予受理的原因"}
REASON_BASIS = {
    "correction_reason": "按补正告知书份数，原因取办理时所选的类别，计在发出当日",
    "rejection_reason": "按不予受理的办件，原因取办理时所选的类别，计在决定当日",
}  # fmt: skip
OPEN_BASIS = "此刻尚未结束、期限在走或在等待的办件，按期限亮灯；不受日期范围影响，已作决定待送达的不计"


def title_of(code: str) -> str:
    return MEASURES[code].title if code in MEASURES else RATES[code].title


def basis_of(code: str) -> str:
    return MEASURES[code].basis if code in MEASURES else RATES[code].basis


def brief(code: str) -> str:
    """The basis as it fits under a figure; all of it stands at the page's end."""
    return basis_of(code).split("；")[0].split("：")[0]


def unit_of(code: str) -> str:
    return "件" if code in MEASURES else RATES[code].unit


def lines(board: Board, names: Titles) -> list[dict[str, Any]]:
    """Rows of `key`, `title`, all measures and rates; by day in order, else the largest first."""
    by, item = board.question.by, board.question.filters.get("item", "")
    made = [{"key": str(key), "title": _title(by, key, names, item, board.grain), **sums, **rates(sums)} for key, sums in board.rows.items()]
    if by == "day":
        return sorted(made, key=lambda row: row["key"])
    return sorted(made, key=lambda row: (-row["received"], -row["applied"], -row["decided"], row["title"]))


def _title(by: str, key: Any, names: Titles, item: str, grain: str) -> str:
    if by == "day":
        return str(key) if grain == "d" else f"{key:%Y-%m}"
    return names.of(by, key, item)


def context(board: Board, names: Titles, every: bool) -> dict[str, Any]:
    """What the page shows."""
    rows = lines(board, names)
    shown = rows if every or board.question.by == "day" else rows[:MOST_SHOWN]
    figures: dict[str, Any] = {**board.totals, **rates(board.totals)}
    return {
        "question": board.question, "rows": shown, "left_out": len(rows) - len(shown), "figures": figures,
        "columns": [(code, title_of(code) + ("%" if unit_of(code) == "%" else "")) for code in SHOWN],
        "tiles": [(code, title_of(code), figures[code], unit_of(code), brief(code)) for code in TILES],
        "bases": [(title_of(code), basis_of(code)) for code in dict.fromkeys((*SHOWN, *TILES))],
        "reasons": [(REASON_TITLES[kind], REASON_BASIS[kind], _reasons(listed)) for kind, listed in board.reasons.items()],
        "lights": [(light, LIGHTS[light], number) for light, number in board.lights.items()], "open_basis": OPEN_BASIS,
        "open_total": sum(board.lights.values()), "fresh": board.freshness, "chart": _chart(board, shown), "grain": board.grain,
        "by_titles": BY_TITLES, "filters_text": filters_text(board.question, names),
    }  # fmt: skip


def _reasons(listed: Mapping[str, int]) -> list[dict[str, Any]]:
    total = sum(listed.values())
    ordered = sorted(listed.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"title": reason or NO_REASON, "number": number, "share": round(number * 100 / total, 1)} for reason, number in ordered]


def _chart(board: Board, shown: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    days = sorted(board.course)
    words = "%m-%d" if board.grain == "d" else "%Y-%m"
    return {
        "course": {
            "names": [f"{day:{words}}" for day in days],
            "series": [{"name": title_of(code), "data": [board.course[day][code] for day in days]} for code in COURSE],
        },
        "rows": {
            "names": [row["title"] for row in shown[:10]],
            "series": [{"name": title_of(code), "data": [row[code] for row in shown[:10]]} for code in COURSE],
        },
    }


def filters_text(question: BoardQuestion, names: Titles) -> str:
    """The scope in one line, for heads and sheets."""
    chosen = [f"{BY_TITLES[name]}：{names.of(name, question.filters[name])}" for name in FILTERS if name in question.filters]
    return "；".join([f"{question.since} 至 {question.until}", *chosen])


def address(question: BoardQuestion, **more: Any) -> str:
    """The query string of this question, with something different."""
    parts = {"by": question.by, "since": question.since, "until": question.until, **question.filters} | more
    return urlencode({name: value for name, value in parts.items() if value not in ("", None)})


def drill(question: BoardQuestion, by: str, key: str) -> str:
    """The list of cases behind a row."""
    parts = {name: question.filters[name] for name in FILTERS if name in question.filters} | {"since": question.since, "until": question.until}
    if by == "day":
        parts |= {"since": key, "until": key}
    elif by != "situation":
        parts[by] = key
    return urlencode({name: value for name, value in parts.items() if value})


def sheets(board: Board, names: Titles) -> bytes:
    """Rows with every measure, the course, reasons, open cases, and on what basis all of it is counted."""
    codes: Sequence[str] = (*MEASURES, *RATES)
    columns = [("title", BY_TITLES[board.question.by]), *((code, _head(code)) for code in codes)]
    total: Sums | dict[str, Any] = {**board.totals, **rates(board.totals)}
    rows = [*lines(board, names), {"title": "合计", **total}]
    course = [{"title": f"{day}", **sums, **rates(sums)} for day, sums in sorted(board.course.items())]
    told = [
        {"kind": REASON_TITLES[kind], "title": reason["title"], "number": reason["number"], "share": reason["share"]}
        for kind, listed in board.reasons.items()
        for reason in _reasons(listed)
    ]
    lights = [{"title": LIGHTS[light], "number": number} for light, number in board.lights.items()]
    bases = [{"title": title_of(code), "basis": basis_of(code)} for code in codes] + [{"title": "在办办件", "basis": OPEN_BASIS}]
    bases += [{"title": "范围", "basis": filters_text(board.question, names)}, {"title": "统计截至", "basis": _until(board)}]
    return workbook(
        [
            Sheet(f"按{BY_TITLES[board.question.by]}", columns, rows), Sheet("走势", [("title", "日期"), *columns[1:]], course),
            Sheet("原因", [("kind", "类别"), ("title", "原因"), ("number", "件数"), ("share", "占比 %")], told),
            Sheet("在办", [("title", "灯色"), ("number", "件数")], lights), Sheet("口径", [("title", "指标"), ("basis", "统计口径")], bases),
        ]
    )  # fmt: skip


def _head(code: str) -> str:
    return title_of(code) if code in MEASURES else f"{title_of(code)}（{unit_of(code)}）"


def _until(board: Board) -> str:
    counted = board.freshness.counted_at
    return f"{counted:%Y-%m-%d %H:%M:%S}" if counted else "尚未统计"
