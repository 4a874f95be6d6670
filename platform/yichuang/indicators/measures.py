"""What is counted of every service: whole numbers that add up over any place and time. Indicators are made of these."""

from collections.abc import Mapping

MEASURES: Mapping[str, str] = {
    "services": "应评服务", "given": "主动评价（有效）", "grade_5": "非常满意", "grade_4": "满意", "grade_3": "基本满意", "grade_2": "不满意",
    "grade_1": "非常不满意", "defaults": "默认评价", "excluded": "无效和恶意评价", "handled": "应整改的差评", "true_bad": "属实差评",
    "true_put_right": "已整改的属实差评", "on_time": "期限内整改", "named_bad": "可以联系到评价人的差评", "called_back": "已回访的差评",
    "pushes": "应上报", "pushed": "已上报", "pushed_in_time": "一天内上报",
}  # fmt: skip
"""Code → what it counts. All belong to the day of the service. Default reviews are never given ones; excluded ones count in nothing else."""
CODES = tuple(MEASURES)
Sums = dict[str, int]
