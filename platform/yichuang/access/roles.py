"""The roles of the field (domain terms) and the demonstration accounts, one per role."""

from dataclasses import dataclass

ROLES = {
    "COUNTER_CLERK": "综窗受理员",
    "COUNTER_LEAD": "窗口组长",
    "ITEM_ADMIN": "事项管理员",
    "DEPT_ADMIN": "部门管理员",
    "SUPERVISOR": "大厅主任（督查）",
    "SYS_ADMIN": "系统管理员",
    "SEC_ADMIN": "安全管理员",
    "AUDIT_ADMIN": "审计管理员",
}
"""Code → Chinese title. 三员分立: SYS_ADMIN, SEC_ADMIN and AUDIT_ADMIN are never held together."""

EXCLUSIVE = ("SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    surname: str
    given_name: str
    role: str


DEMO_PASSWORD = "Yichuang-2026"
DEMO_ACCOUNTS = (
    DemoAccount("clerk", "演示", "受理员", "COUNTER_CLERK"),
    DemoAccount("lead", "演示", "组长", "COUNTER_LEAD"),
    DemoAccount("items", "演示", "事项管理员", "ITEM_ADMIN"),
    DemoAccount("dept", "演示", "部门管理员", "DEPT_ADMIN"),
    DemoAccount("manager", "演示", "大厅主任", "SUPERVISOR"),
    DemoAccount("sysadmin", "演示", "系统管理员", "SYS_ADMIN"),
    DemoAccount("security", "演示", "安全管理员", "SEC_ADMIN"),
    DemoAccount("audit", "演示", "审计管理员", "AUDIT_ADMIN"),
)
