"""The audit trail, for the auditor: read only, filtered, page by page."""

from typing import Any

from flask import request
from flask_appbuilder import expose
from sqlalchemy import select

from yichuang.audit.model import audit_entries
from yichuang.web.admin.page import Page, allowed
from yichuang.web.admin.permissions import READ

PAGE = 60
ACTIONS = {
    "sign_in": "登录", "sign_in.failed": "登录失败", "sign_in.locked": "锁定期间尝试登录", "sign_out": "退出", "user.created": "新建账号",
    "user.roles": "变更角色", "user.enabled": "启用账号", "user.disabled": "停用账号", "user.password": "设置密码", "user.unlocked": "解锁账号",
    "user.posted": "登记所属单位",
    "release.published": "发布", "release.rolled_back": "回退", "release.withdrawn": "撤回待生效版本", "change_set.discarded": "作废变更单",
}  # fmt: skip
OTHER = {
    "delivery.read": "查看推送内容", "delivery.received": "登记接收", "delivery.resent": "重发推送", "delivery.resent_all": "重发全部失败的推送",
    "delivery.abandoned": "放弃推送", "delivery.export": "导出交换数据", "delivery.reveal": "查看推送的完整内容", "delivery.amended": "更正推送内容",
    "delivery.assigned": "指派异常责任人", "delivery.replayed": "重放推送", "target.paused": "暂停向目标推送", "target.resumed": "恢复向目标推送",
    "target.tested": "发送测试",
    "reconciliation.asked": "发起对账", "reconciliation.stopped": "停止对账", "reconciliation.repaired": "对账修复",
    "reconciliation.export": "导出对账结果", "handover.opened": "新建交接单", "handover.sent": "交出材料",
    "handover.received": "接收材料", "handover.disputed": "接收材料（有异议）", "handover.cancelled": "作废交接单",
    "client.created": "新建接口客户端",
    "client.rotated": "更换接口密钥", "client.active": "启用接口客户端", "client.disabled": "停用接口客户端",
    "draft.start": "新建填报", "draft.read": "查看填报", "draft.discard": "删除填报", "draft.submit": "提交填报", "draft.prefill": "手机预填",
    "draft.take_over": "窗口接手预填", "draft.reopen": "退回后修改", "applicant.sign_in": "申请人登录", "applicant.sign_out": "申请人退出",
    "case.read": "查看办件", "case.read_own": "申请人查看本人办件", "case.answer_point": "答复补正", "case.file": "打开附件",
    "case.attach": "上传材料", "case.detach": "移除材料", "case.submit": "网上申办", "case.resubmit": "重新提交",
    "case.answer_correction": "提交补正", "case.withdraw": "撤回申请",
    "document.read": "打开文书", "document.void": "作废文书", "document.skip": "登记跳号", "document.export": "导出文书登记簿",
    "review.recorded": "代录评价", "review.judged": "核定评价", "review.anomaly_settled": "处理评价异常", "screen.code": "取评价屏绑定码",
    "screen.released": "解除评价屏", "warning.acknowledged": "确认预警", "warning.closed": "关闭预警", "warning.export": "导出预警",
}  # fmt: skip
KINDS = {
    "user": "账号", "release": "发布版本", "change_set": "变更单", "draft": "填报", "applicant": "申请人账号",
    "notice": "告知单", "document": "文书", "case": "办件", "delivery": "推送", "target": "对接目标", "reconciliation": "对账", "warning": "预警",
}  # fmt: skip


class Trail(Page):
    route_base = "/admin/audit"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        args = {name: request.args.get(name, "").strip()[:64] for name in ("actor", "action", "kind", "code")}
        before = request.args.get("before", type=int)
        rows = self._rows(args, before)
        older = rows[PAGE - 1].id if len(rows) > PAGE else None
        names = {user.username: user.title for user in self.accounts.all()} | {"system": "系统"}
        names |= {row.actor: "申请人（手机）" for row in rows if row.actor.startswith("visitor:")}
        names |= {row.actor: "申请人（已登录）" for row in rows if row.actor.startswith("applicant:")}
        return self.show(
            "audit", rows=rows[:PAGE], older=older, actions=ACTIONS | self._other(), kinds=KINDS, args=args, names=names
        )

    def _rows(self, args: dict[str, str], before: int | None) -> list[Any]:
        columns = audit_entries.c
        wanted = {
            "actor": columns.actor,
            "action": columns.action,
            "kind": columns.object_kind,
            "code": columns.object_code,
        }
        query = select(audit_entries).order_by(columns.id.desc()).limit(PAGE + 1)
        for name, value in args.items():
            if value:
                query = query.where(wanted[name] == value)
        if before and before < 2**62:
            query = query.where(columns.id < before)
        with self.services.database.reading() as connection:
            return list(connection.execute(query).all())

    def _other(self) -> dict[str, str]:
        """Actions of other rooms that stand in the trail."""
        with self.services.database.reading() as connection:
            found = connection.execute(select(audit_entries.c.action).distinct()).scalars().all()
        return {name: OTHER.get(name, name) for name in found if name not in ACTIONS}
