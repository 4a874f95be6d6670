"""What may be asked freely of reviews: closed lists, and the SQL they make. No text of a person becomes SQL. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yichuang.access.grants import Reach
from yichuang.errors import InputRefused, OutOfReach
from yichuang.indicators.compiled import PERCENT, Indicator
from yichuang.indicators.counting import DIMENSIONS, TAG
from yichuang.indicators.measures import CODES

ROWS: Mapping[str, tuple[str, str]] = {
    **{name: (title, f'"{name}"') for name, title in DIMENSIONS.items()},
    TAG: ("标签", "unnest(string_split(tags, '|'))"),
    "grade": (
        "等级", "CASE WHEN grade_5 = 1 THEN '5' WHEN grade_4 = 1 THEN '4' WHEN grade_3 = 1 THEN '3' WHEN grade_2 = 1 THEN '2' "
        "WHEN grade_1 = 1 THEN '1' ELSE '' END",
    ),
    "month": ("月份", "strftime(day, '%Y-%m')"), "quarter": ("季度", "strftime(day, '%Y') || '-Q' || quarter(day)"),
    "weekday": ("星期", "(ARRAY['一', '二', '三', '四', '五', '六', '日'])[isodow(day)]"), "day": ("日期", "strftime(day, '%Y-%m-%d')"),
}  # fmt: skip
"""Code → title, expression over the files' columns."""
MOST_ROWS, MOST_FIGURES, LIMIT = 3, 6, 20_000


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """`figures`: codes of measures or indicators."""

    rows: tuple[str, ...]
    figures: tuple[str, ...]
    since: date
    until: date

    def __post_init__(self) -> None:
        problems = []
        if not 1 <= len(self.rows) <= MOST_ROWS or len(set(self.rows)) != len(self.rows) or any(row not in ROWS for row in self.rows):
            problems.append({"field": "rows", "message": f"行：请从列表中选择 1–{MOST_ROWS} 个，不重复"})
        if not 1 <= len(self.figures) <= MOST_FIGURES or len(set(self.figures)) != len(self.figures):
            problems.append({"field": "figures", "message": f"数字：请从列表中选择 1–{MOST_FIGURES} 个，不重复"})
        if self.since > self.until:
            problems.append({"field": "since", "message": "开始日期晚于结束日期"})
        if problems:
            raise InputRefused("问题不完整，请按提示修改", problems=problems)


def statement(question: ReviewQuestion, indicators: Sequence[Indicator], reach: Reach, files: Sequence[str]) -> tuple[str, list[Any]]:
    """The SQL over the files and its parameters. Raises `OutOfReach`, `InputRefused` for an unknown figure."""
    known = {one.code: one for one in indicators}
    columns = [f"coalesce(({ROWS[code][1]})::VARCHAR, '') AS d{n}" for n, code in enumerate(question.rows)]
    figures = [f"{_figure(code, known)} AS m{n}" for n, code in enumerate(question.figures)]
    within, values = _within(reach)
    groups = ", ".join(str(n + 1) for n in range(len(columns)))
    sql = (
        f"SELECT {', '.join(columns + figures)} FROM read_parquet(?) WHERE day BETWEEN ? AND ?{within} "
        f"GROUP BY {groups} ORDER BY {groups} LIMIT {LIMIT + 1}"
    )
    return sql, [list(files), question.since, question.until, *values]


def _figure(code: str, known: Mapping[str, Indicator]) -> str:
    if code in CODES:
        return f"sum({code})::BIGINT"
    if code not in known:
        raise InputRefused("没有这个指标", problems=[{"field": "figures", "message": "请从列表中选择"}])
    body = known[code].body
    top, bottom = _terms(body["numerator"]), body.get("denominator")
    if not bottom:
        return f"({top})::DOUBLE"
    scale = 100 if body["scale"] == PERCENT else 1
    return f"round({scale}.0 * ({top}) / nullif({_terms(bottom)}, 0), {int(body.get('decimals', 1))})"


def _terms(terms: Sequence[Mapping[str, Any]]) -> str:
    return " + ".join(f"{Decimal(str(term.get('times', 1)))} * sum({term['measure']})" for term in terms if term["measure"] in CODES)


def _within(reach: Reach) -> tuple[str, list[Any]]:
    if reach.everything:
        return "", []
    named = {"hall": reach.halls, "street": reach.streets, "department": reach.departments, '"window"': reach.windows}
    given = {name: sorted(codes) for name, codes in named.items() if codes}
    if not given:
        raise OutOfReach("统计按大厅、街道、部门或窗口授权，您的账号没有登记所属，请联系系统管理员")
    return f" AND ({' OR '.join(f'list_contains(?, {name})' for name in given)})", list(given.values())
