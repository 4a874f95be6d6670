"""What a member of staff may be given: a closed list. Roles are definitions that grant some of these within a reach."""

from collections.abc import Mapping

GROUPS: Mapping[str, Mapping[str, str]] = {
    "填报与查看": {"desk.fill": "填报", "case.read": "查看办件", "personal.reveal": "查看完整个人信息"},
    "窗口收件与受理": {
        "case.receive": "收件", "case.pre_review": "网上预审", "material.check": "核对材料", "case.accept": "受理", "case.correct": "补正告知",
        "case.correct_again": "批准再次补正", "case.reject": "不予受理", "case.withdraw": "登记撤回", "case.hand_over": "改派与解锁",
        "case.issue_instant": "即办发证", "case.close": "办结", "case.deliver": "送达与归档", "handover": "材料交接", "document.void": "作废文书",
    },
    "部门审批": {
        "case.reject_confirm": "确认不予受理", "case.review": "部门接收与审批", "case.special": "特别程序与挂起", "case.extend": "延期",
        "case.decide": "作出决定",
    },
    "告知承诺": {
        "commitment.offer": "告知承诺办理", "commitment.verify": "承诺核查", "commitment.decide": "整改与撤销", "credit.manage": "失信记录",
    },
    "好差评": {
        "reviews.manage": "评价汇聚与异常", "reviews.figures": "好差评指标与成因", "reviews.record": "代录评价",
        "reviews.triage": "差评预审与转办", "reviews.rectify": "差评核实与整改",
        "reviews.approve": "差评审批与复核", "reviews.contact": "联系评价人与回访", "warnings.manage": "预警处理",
    },
    "数据与接口": {
        "statistics.read": "统计", "export": "导出", "delivery.manage": "推送管理", "exchange.manage": "异常处置与同步",
        "client.manage": "API 管理",
    },
}  # fmt: skip
"""Group → code → title, in the order in which a role's editor shows them."""

POWERS: Mapping[str, str] = {code: title for powers in GROUPS.values() for code, title in powers.items()}
"""Code → Chinese title."""

HANDLING = frozenset({"desk.fill", *GROUPS["窗口收件与受理"], *GROUPS["部门审批"], *GROUPS["告知承诺"]})
"""Who handles cases may be the one who is reviewed."""
KNOWING = frozenset({"reviews.manage", "reviews.figures", "reviews.record", "reviews.triage", "reviews.contact", "warnings.manage"})
"""From what these show one could tell who reviewed: never together with `HANDLING`, never for a member of a department."""
SERVING = frozenset({"desk.fill", "case.receive", "case.accept"})
PUTTING_RIGHT = frozenset({"reviews.rectify", "reviews.approve"})
"""Never together with `SERVING`: who serves at a counter isn't shown what is about themself, and by that would learn what the rest is about."""
CARRYING = frozenset({"delivery.manage", "exchange.manage"})
"""Who may be reviewed looks after what lies at some place; reviews on their way to the city lie nowhere."""

ADMIN_PAGES: Mapping[str, str] = {
    "definitions.read": "查看定义、变更单与发布记录",
    "definitions.edit": "编辑定义",
    "definitions.publish": "发布与回退",
    "notices.read": "告知单数据与海报",
}
"""What of the admin a role may open. Accounts, roles and the trail belong to the three administrators alone (三员分立)."""

REACHES: Mapping[str, str] = {
    "all": "全区", "hall": "本大厅", "street": "本街道", "department": "本部门", "window": "本窗口", "own": "本人经办",
}  # fmt: skip
"""Within which a role's powers hold: code → title. What is one's own hall, street and department is said by the posting."""
