"""The functions of calculations: typed values in, a typed value or None (missing) out. The twin is `engine/functions.js`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yichuang.errors import CalendarMissing
from yichuang.ports import WorkingDays
from yichuang.rules import dates, numbers
from yichuang.rules.national import id_birth_date, id_fault, id_sex

MAX_TEXT = 4000
MAX_STEPS = 3660
"""Days that a calculation counts one by one, at most (ten years)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a call says beside its arguments."""

    unit: str
    scale: int
    separator: str
    days: WorkingDays | None


Call = Callable[[Sequence[Any], Settings], Any]


def total(values: Sequence[Any], _settings: Settings) -> Decimal | None:
    result: Decimal | None = Decimal(0)
    for value in values:
        result = None if result is None else numbers.add(result, value)
    return result


def count(values: Sequence[Any], _settings: Settings) -> Decimal:
    return Decimal(len(values))


def least(values: Sequence[Any], _settings: Settings) -> Any:
    return min(values, default=None)


def most(values: Sequence[Any], _settings: Settings) -> Any:
    return max(values, default=None)


def join(values: Sequence[Any], settings: Settings) -> str | None:
    parts = [numbers.plain(v) if type(v) is Decimal else v for v in values]
    return settings.separator.join(parts)[:MAX_TEXT] or None


def coalesce(values: Sequence[Any], _settings: Settings) -> Any:
    return values[0] if values else None


def _chained(step: Callable[[Decimal, Decimal], Decimal | None]) -> Call:
    def call(values: Sequence[Any], _settings: Settings) -> Decimal | None:
        result: Decimal | None = values[0]
        for value in values[1:]:
            result = None if result is None else step(result, value)
        return result

    return call


def divide(values: Sequence[Any], settings: Settings) -> Decimal | None:
    return numbers.divide(values[0], values[1], settings.scale)


def round_(values: Sequence[Any], settings: Settings) -> Decimal | None:
    return numbers.bounded(numbers.rounded(values[0], settings.scale))


def date_add(values: Sequence[Any], settings: Settings) -> str | None:
    start, amount = dates.parse(values[0]), values[1]
    if start is None or amount != int(amount):
        return None
    steps = int(amount)
    if settings.unit == "working_day":
        moved = _add_working(start, steps, settings.days)
    elif settings.unit == "day":
        moved = dates.add_days(start, steps)
    else:
        moved = dates.add_months(start, steps * (12 if settings.unit == "year" else 1))
    return moved.isoformat() if moved else None


def _add_working(start: date, steps: int, days: WorkingDays | None) -> date | None:
    if days is None or abs(steps) > MAX_STEPS:
        return None
    try:
        return days.add(start, steps)
    except CalendarMissing:
        return None


def days_between(values: Sequence[Any], settings: Settings) -> Decimal | None:
    start, end = dates.parse(values[0]), dates.parse(values[1])
    if start is None or end is None:
        return None
    if settings.unit == "working_day":
        return _working_between(start, end, settings.days)
    if settings.unit == "day":
        return Decimal((end - start).days)
    return Decimal((dates.whole_years if settings.unit == "year" else dates.whole_months)(start, end))


def _working_between(start: date, end: date, days: WorkingDays | None) -> Decimal | None:
    """Working days after `start` up to and with `end`; negative when `end` comes first."""
    first, last, sign = (start, end, 1) if start <= end else (end, start, -1)
    if days is None or (last - first).days > MAX_STEPS:
        return None
    try:
        return Decimal(sign * sum(days.is_working(date.fromordinal(n)) for n in range(first.toordinal() + 1, last.toordinal() + 1)))
    except CalendarMissing:
        return None


def age(values: Sequence[Any], _settings: Settings) -> Decimal | None:
    born, on = dates.parse(values[0]), dates.parse(values[1])
    return Decimal(dates.whole_years(born, on)) if born and on and born <= on else None


def birth_date(values: Sequence[Any], _settings: Settings) -> str | None:
    born = id_birth_date(values[0]) if id_fault(values[0]) is None else None
    return born.isoformat() if born else None


def sex(values: Sequence[Any], _settings: Settings) -> str | None:
    return id_sex(values[0])


@dataclass(frozen=True, slots=True)
class Function:
    """What a function takes. `skips`: missing arguments are left out; otherwise one missing makes the result missing.

    `takes` are the accepted types of every argument (or of each by position), `gives` the result's type, None for that of the arguments.
    """

    title: str
    call: Call
    takes: tuple[frozenset[str], ...]
    gives: str | None
    least: int
    most: int
    skips: bool = False
    columns: bool = False


_NUMBER, _TEXT, _DATE = frozenset({"number"}), frozenset({"text"}), frozenset({"date"})
_SCALAR = frozenset({"text", "number", "boolean", "date", "time"})
_ORDERED = frozenset({"number", "date", "time"})
FUNCTIONS: Mapping[str, Function] = {
    "sum": Function("合计", total, (_NUMBER,), "number", 1, 32, True, True),
    "count": Function("计数", count, (_SCALAR | {"texts", "rows", "file"},), "number", 1, 32, True, True),
    "min": Function("最小", least, (_ORDERED,), None, 1, 32, True, True),
    "max": Function("最大", most, (_ORDERED,), None, 1, 32, True, True),
    "join": Function("连接", join, (frozenset({"text", "number", "date", "time", "texts"}),), "text", 1, 32, True, True),
    "coalesce": Function("取第一个有值的", coalesce, (_SCALAR,), None, 1, 32, True),
    "add": Function("相加", _chained(numbers.add), (_NUMBER,), "number", 2, 32),
    "sub": Function("相减", _chained(numbers.subtract), (_NUMBER,), "number", 2, 32),
    "mul": Function("相乘", _chained(numbers.multiply), (_NUMBER,), "number", 2, 32),
    "div": Function("相除", divide, (_NUMBER,), "number", 2, 2),
    "round": Function("四舍五入", round_, (_NUMBER,), "number", 1, 1),
    "date_add": Function("日期加减", date_add, (_DATE, _NUMBER), "date", 2, 2),
    "days_between": Function("相差天数", days_between, (_DATE, _DATE), "number", 2, 2),
    "age": Function("周岁", age, (_DATE, _DATE), "number", 1, 2),
    "id_birth_date": Function("证件号中的出生日期", birth_date, (_TEXT,), "date", 1, 1),
    "id_sex": Function("证件号中的性别", sex, (_TEXT,), "text", 1, 1),
}
DEFAULT_SCALE: Mapping[str, int] = {"div": 6, "round": 0}
TODAY = "date.today"
