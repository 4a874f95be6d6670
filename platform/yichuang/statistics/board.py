"""Which sums answer a question, within what a member may see. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from yichuang.access.grants import Reach
from yichuang.errors import InputRefused, OutOfReach
from yichuang.statistics.cells import SCOPES, SITUATION, scope

BY_TITLES: Mapping[str, str] = {
    "item": "事项", "window": "窗口", "department": "部门", "hall": "大厅", "street": "街道", "channel": "渠道", "situation": "情形", "day": "日期",
}  # fmt: skip
FILTERS = ("item", "department", "hall", "street", "window", "channel")
Allowed = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class BoardQuestion:
    """Cases from `since` to `until`, both included; `filters`: column of `FILTERS` → the one code it must have."""

    since: date
    until: date
    by: str = "item"
    filters: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.by not in BY_TITLES:
            raise InputRefused("没有这种统计方式", problems=[{"field": "by", "message": f"须为{'、'.join(BY_TITLES.values())}之一"}])
        if self.by == "situation" and not self.filters.get("item"):
            raise InputRefused("按情形统计须先选定一个事项", problems=[{"field": "item", "message": "请选择事项"}])
        if self.since > self.until:
            raise InputRefused("开始日期晚于结束日期", problems=[{"field": "since", "message": "须不晚于结束日期"}])


@dataclass(frozen=True, slots=True)
class Extent:
    """What is looked at: all of `allowed` (column → codes) hold, and any of `either` when there are some."""

    allowed: Allowed
    either: Allowed = field(default_factory=dict)

    @property
    def simple(self) -> bool:
        return not self.either


def extent(filters: Mapping[str, str], reach: Reach) -> Extent:
    """The filters within the reach. Raises `OutOfReach` when nothing can be left."""
    chosen = {name: frozenset({code}) for name, code in filters.items() if name in FILTERS and code}
    if reach.everything:
        return Extent(chosen)
    named = {"hall": reach.halls, "street": reach.streets, "department": reach.departments, "window": reach.windows}
    given = {name: codes for name, codes in named.items() if codes}
    if not given:
        raise OutOfReach("统计按大厅、街道、部门或窗口授权，您的账号没有登记所属，请联系系统管理员")
    if len(given) > 1:
        return Extent(chosen, given)
    (name, codes), *_ = given.items()
    within = codes & chosen[name] if name in chosen else codes
    if not within:
        raise OutOfReach("所选范围不在您的管辖之内")
    return Extent(chosen | {name: within})


@dataclass(frozen=True, slots=True)
class Cells:
    """A range of `case_tallies`: sums of these scopes by this dimension, of these members only (None: all)."""

    scopes: tuple[str, ...]
    dimension: str
    members: frozenset[str] | None = None


def cells(looked_at: Extent, dimension: str) -> Cells | None:
    """Where sums by `dimension` (`total` included) stand ready; None when they have to be added up from `case_counts`."""
    if not looked_at.simple:
        return None
    allowed = looked_at.allowed
    if dimension == SITUATION:
        return Cells(_names(("item",), allowed), SITUATION) if set(allowed) == {"item"} else None
    if dimension == "total" and not _columns(allowed):
        return _total_by_member(allowed)
    columns = _columns({name: codes for name, codes in allowed.items() if name != dimension})
    return None if columns is None else Cells(_names(columns, allowed), dimension, allowed.get(dimension))


def _total_by_member(allowed: Allowed) -> Cells | None:
    """A total needs no dimension: one of the filters can be taken as such."""
    if not allowed:
        return Cells(("",), "total")
    for name in allowed:
        columns = _columns({other: codes for other, codes in allowed.items() if other != name})
        if columns is not None:
            return Cells(_names(columns, allowed), name, allowed[name])
    return None


def _columns(allowed: Allowed) -> tuple[str, ...] | None:
    """The scope that these columns name; the item's holds situations only."""
    return next((columns for columns in SCOPES if set(columns) == set(allowed) and columns != ("item",)), None)


def _names(columns: tuple[str, ...], allowed: Allowed) -> tuple[str, ...]:
    return tuple(scope(columns, values) for values in product(*(sorted(allowed[name]) for name in columns)))


def reason_cells(looked_at: Extent, dimension: str) -> Cells | None:
    columns = _columns(looked_at.allowed) if looked_at.simple else None
    return None if columns is None else Cells(_names(columns, looked_at.allowed), dimension)
