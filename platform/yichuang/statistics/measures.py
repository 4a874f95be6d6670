"""What is counted, in the words of the trade: each measure with its title and the basis it is counted on.

Every measure is counted on the day on which it happened (Asia/Shanghai), once a case unless it says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """`basis`: how it is counted, shown under the figure."""

    title: str
    basis: str


MEASURES: Mapping[str, Measure] = {
    "applied": Measure("申办", "网上提交或窗口收件的办件，计在申办当日"),
    "received": Measure("收件", "窗口收到材料的办件，计在首次收件当日；网上预审通过前不计"),
    "accepted": Measure("受理", "作出受理（含视为受理）的办件，计在受理日：视为受理为收件日，补正后受理为补齐日；即办件同日计受理与决定"),
    "deemed": Measure("视为受理", "逾期未答复而视为受理的办件，计在受理日（收件日）"),
    "committed": Measure("告知承诺", "受理的办件中以告知承诺方式办理的，计在受理日"),
    "corrections": Measure("补正告知", "发出的补正告知书份数，一件办件可多次，计在发出当日"),
    "corrected": Measure("补正办件", "至少一次补正的办件，计在首次补正告知当日"),
    "rejected": Measure("不予受理", "作出不予受理决定的办件，计在决定当日"),
    "not_applicable": Measure("无需办理", "无需许可或不属本机关而告知的办件，计在告知当日"),
    "lapsed": Measure("补正逾期", "逾期未补正而结束的办件，计在结束当日"),
    "withdrawn": Measure("撤回", "申请人撤回的办件，计在撤回当日"),
    "decided": Measure("作出决定", "作出准予或不予准予决定的办件，计在首次决定当日"),
    "approved": Measure("准予", "决定为准予的办件，计在决定当日"),
    "denied": Measure("不予准予", "决定为不予准予的办件，计在决定当日"),
    "terminated": Measure("终止", "审查中终止的办件，计在终止当日"),
    "closed": Measure("办结", "登记办结的办件，计在办结当日"),
    "on_time": Measure("按期", "决定时未超过承诺期限的办件（特别程序、暂停不计入期限）"),
    "overdue": Measure("超期", "决定时已超过承诺期限的办件"),
    "timed": Measure("计时办件", "作出决定且有用时记录的办件"),
    "used_days": Measure("用时合计", "计时办件从受理到决定的工作日之和，受理当日和暂停不计"),
    "extended": Measure("延期", "批准延长期限的办件，计在批准当日"),
    "special": Measure("特别程序", "进入特别程序的办件，计在首次进入当日"),
}
CODES = tuple(MEASURES)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share or an average of two sums. `factor` 100 makes per cent; `unit` stands behind the number."""

    title: str
    upper: tuple[str, ...]
    lower: tuple[str, ...]
    factor: int
    unit: str
    basis: str

    def of(self, sums: Mapping[str, int]) -> float | None:
        """None where nothing was counted below the line."""
        lower = sum(sums.get(code, 0) for code in self.lower)
        return round(sum(sums.get(code, 0) for code in self.upper) * self.factor / lower, 2) if lower else None


RATES: Mapping[str, Rate] = {
    "on_time_rate": Rate("按期率", ("on_time",), ("on_time", "overdue"), 100, "%", "按期 ÷（按期＋超期），按决定日统计"),
    "average_days": Rate("平均用时", ("used_days",), ("timed",), 1, "个工作日", "用时合计 ÷ 计时办件"),
    "correction_rate": Rate("补正率", ("corrected",), ("received",), 100, "%", "期间补正办件 ÷ 期间收件"),
    "rejection_rate": Rate("不予受理率", ("rejected",), ("received",), 100, "%", "期间不予受理 ÷ 期间收件"),
    "approval_rate": Rate("准予率", ("approved",), ("decided",), 100, "%", "准予 ÷ 作出决定"),
    "commitment_rate": Rate("承诺件占比", ("committed",), ("accepted",), 100, "%", "告知承诺 ÷ 受理"),
}


def rates(sums: Mapping[str, int]) -> dict[str, float | None]:
    return {code: rate.of(sums) for code, rate in RATES.items()}
