"""What may be asked freely: closed lists of rows, columns, measures and filters, and the SQL they make. No text of a person becomes SQL. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yichuang.access.grants import Reach
from yichuang.errors import InputRefused, OutOfReach

MOST_ROWS, MOST_COLUMNS, MOST_MEASURES, MOST_VALUES = 3, 1, 5, 50
LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Column:
    """Something to divide or filter by. `sql`: an expression over the files' columns. `kind`: whose titles its codes have."""

    title: str
    sql: str
    kind: str = "code"
    filter: bool = True


def _day(name: str, title: str) -> dict[str, Column]:
    return {
        f"{name}_year": Column(f"{title}年份", f"strftime({name}, '%Y')", "text"),
        f"{name}_quarter": Column(f"{title}季度", f"strftime({name}, '%Y') || '-Q' || quarter({name})", "text"),
        f"{name}_month": Column(f"{title}月份", f"strftime({name}, '%Y-%m')", "text"),
        f"{name}_day": Column(f"{title}日期", f"strftime({name}, '%Y-%m-%d')", "text", filter=False),
    }


DIMENSIONS: Mapping[str, Column] = {
    "item": Column("事项", "item", "item"), "department": Column("部门", "department", "department"), "hall": Column("大厅", "hall", "hall"),
    "street": Column("街道", "street", "street"), "window": Column("窗口", '"window"', "window"), "channel": Column("渠道", "channel", "channel"),
    "case_type": Column("办件类型", "case_type", "case_type"), "situation": Column("情形", "situation", "situation", filter=False),
    "state": Column("状态", "state", "state"), "outcome": Column("结果", "outcome", "outcome"), "committed": Column("告知承诺", "committed", "yes"),
    "deemed": Column("视为受理", "deemed", "yes"),
    "on_time": Column("是否按期", "on_time", "on_time"), "rounds": Column("补正次数", "rounds", "text"),
    "correction_reason": Column("首次补正原因", "correction_reason", "text", filter=False),
    "rejection_reason": Column("不予受理原因", "rejection_reason", "text", filter=False),
    "extended": Column("延期", "extended", "yes"), "special": Column("特别程序", "special", "yes"),
    "used_band": Column(
        "用时区间",
        "CASE WHEN used_days IS NULL THEN '' WHEN used_days = 0 THEN '0 天' WHEN used_days <= 3 THEN '1–3 天' WHEN used_days <= 5 THEN '4–5 天' "
        "WHEN used_days <= 10 THEN '6–10 天' WHEN used_days <= 20 THEN '11–20 天' ELSE '20 天以上' END",
        "text", filter=False,
    ),
    **_day("applied_on", "申办"), **_day("accepted_on", "受理"), **_day("decided_on", "决定"),
    "weekday": Column("申办星期", "(ARRAY['一', '二', '三', '四', '五', '六', '日'])[isodow(applied_on)]", "text", filter=False),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    title: str
    sql: str
    basis: str


def _share(title: str, upper: str, lower: str, basis: str) -> Figure:
    return Figure(title, f"round(100.0 * count(*) FILTER (WHERE {upper}) / nullif(count(*) FILTER (WHERE {lower}), 0), 2)", basis)


FIGURES: Mapping[str, Figure] = {
    "cases": Figure("件数", "count(*)", "办件数"),
    "received": Figure("收件", "count(received_on)", "已收件的办件数"),
    "accepted": Figure("受理", "count(accepted_on)", "已受理的办件数"),
    "decided": Figure("作出决定", "count(decided_on)", "已作出决定的办件数"),
    "rejected": Figure("不予受理", "count(*) FILTER (WHERE outcome = 'rejected')", "不予受理的办件数"),
    "corrections": Figure("补正告知", "coalesce(sum(rounds), 0)::BIGINT", "补正告知书份数之和"),
    "on_time_share": _share("按期率 %", "on_time", "on_time IS NOT NULL", "按期 ÷ 有按期记录的已决定办件"),
    "correction_share": _share("补正率 %", "rounds > 0", "received_on IS NOT NULL", "至少一次补正 ÷ 已收件"),
    "rejection_share": _share("不予受理率 %", "outcome = 'rejected'", "received_on IS NOT NULL", "不予受理 ÷ 已收件"),
    "approval_share": _share("准予率 %", "outcome = 'approved'", "decided_on IS NOT NULL", "准予 ÷ 已作出决定"),
    "commitment_share": _share("承诺件占比 %", "committed AND accepted_on IS NOT NULL", "accepted_on IS NOT NULL", "告知承诺 ÷ 已受理"),
    "average_days": Figure("平均用时", "round(avg(used_days), 2)", "受理至决定的工作日，平均"),
    "median_days": Figure("用时中位数", "quantile_cont(used_days, 0.5)", "受理至决定的工作日，中位数"),
    "p90_days": Figure("用时九成内", "quantile_cont(used_days, 0.9)", "九成办件的用时不超过此数，工作日"),
}
DATES: Mapping[str, str] = {"applied_on": "申办日", "received_on": "收件日", "accepted_on": "受理日", "decided_on": "决定日"}


@dataclass(frozen=True, slots=True)
class FreeQuestion:
    """Cases whose `date` lies from `since` to `until`: `measures` by `rows` and, spread out, by `column`. `filters`: dimension → codes."""

    rows: tuple[str, ...]
    measures: tuple[str, ...]
    since: date
    until: date
    date: str = "applied_on"
    column: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": list(self.rows), "column": self.column, "measures": list(self.measures), "date": self.date, "since": self.since.isoformat(),
            "until": self.until.isoformat(), "filters": {name: list(codes) for name, codes in self.filters.items()},
        }  # fmt: skip


def question_of(body: Mapping[str, Any]) -> FreeQuestion:
    """Read strictly. Raises `InputRefused` naming each field that isn't from the lists."""
    problems: list[dict[str, str]] = []
    rows = _chosen(body.get("rows"), DIMENSIONS, "rows", "行", MOST_ROWS, problems)
    measures = _chosen(body.get("measures"), FIGURES, "measures", "指标", MOST_MEASURES, problems)
    column = body.get("column") or ""
    if column and column not in DIMENSIONS:
        problems.append({"field": "column", "message": "列：请从列表中选择"})
    elif column in rows:
        problems.append({"field": "column", "message": "列不能与行相同"})
    basis = body.get("date") or "applied_on"
    if basis not in DATES:
        problems.append({"field": "date", "message": "日期依据：请从列表中选择"})
    since, until = (_date(body.get(name), name, problems) for name in ("since", "until"))
    if since > until:
        problems.append({"field": "since", "message": "开始日期晚于结束日期"})
    filters = _filters(body.get("filters") or {}, problems)
    if problems:
        raise InputRefused("问题不完整，请按提示修改", problems=problems)
    return FreeQuestion(rows, measures, since, until, basis, column, filters)


def _chosen(given: Any, known: Mapping[str, Any], name: str, title: str, most: int, problems: list[dict[str, str]]) -> tuple[str, ...]:
    listed = given if isinstance(given, list) else []
    if not listed or len(listed) > most or len(set(map(str, listed))) != len(listed) or any(str(code) not in known for code in listed):
        problems.append({"field": name, "message": f"{title}：请从列表中选择 1–{most} 个，不重复"})
        return ()
    return tuple(map(str, listed))


def _date(given: Any, name: str, problems: list[dict[str, str]]) -> date:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        problems.append({"field": name, "message": "须为 2026-01-31 这样的日期"})
        return date(2000, 1, 1)


def _filters(given: Any, problems: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}
    for name, codes in given.items() if isinstance(given, dict) else ():
        known = name in DIMENSIONS and DIMENSIONS[name].filter
        if not known or not isinstance(codes, list) or len(codes) > MOST_VALUES or not all(isinstance(c, str) and len(c) <= 64 for c in codes):
            problems.append({"field": "filters", "message": f"筛选“{name}”：请从列表中选择，至多 {MOST_VALUES} 个"})
        elif codes:
            made[name] = tuple(codes)
    return made


def statement(question: FreeQuestion, reach: Reach, files: Sequence[str]) -> tuple[str, list[Any]]:
    """The SQL over the files and its parameters; only expressions of the lists above stand in it. Raises `OutOfReach`."""
    dimensions = [*question.rows, *([question.column] if question.column else [])]
    columns = [f"coalesce(({DIMENSIONS[code].sql})::VARCHAR, '') AS d{number}" for number, code in enumerate(dimensions)]
    figures = [f"{FIGURES[code].sql} AS m{number}" for number, code in enumerate(question.measures)]
    conditions, values = _conditions(question, reach)
    groups = ", ".join(str(number + 1) for number in range(len(columns)))
    order = ", ".join(f"d{number}" for number in range(len(columns)))
    sql = (
        f"SELECT {', '.join(columns + figures)} FROM read_parquet(?) WHERE {' AND '.join(conditions)} "
        f"GROUP BY {groups} ORDER BY {order} LIMIT {LIMIT + 1}"
    )
    return sql, [list(files), *values]


def _conditions(question: FreeQuestion, reach: Reach) -> tuple[list[str], list[Any]]:
    conditions, values = [f"{question.date} BETWEEN ? AND ?"], [question.since, question.until]
    for name, codes in question.filters.items():
        conditions.append(f"list_contains(?, coalesce(({DIMENSIONS[name].sql})::VARCHAR, ''))")
        values.append(list(codes))  # type: ignore[arg-type]
    within, named = _within(reach)
    return [*conditions, *within], [*values, *named]


def _within(reach: Reach) -> tuple[list[str], list[Any]]:
    if reach.everything:
        return [], []
    named = {"hall": reach.halls, "street": reach.streets, "department": reach.departments, '"window"': reach.windows}
    given = {name: sorted(codes) for name, codes in named.items() if codes}
    if not given:
        raise OutOfReach("统计按大厅、街道、部门或窗口授权，您的账号没有登记所属，请联系系统管理员")
    return [f"({' OR '.join(f'list_contains(?, {name})' for name in given)})"], list(given.values())
