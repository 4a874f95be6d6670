"""Roles: the three administrators of the house, those defined in the release in force (kind `role`), and demonstration accounts."""

from collections.abc import Mapping
from dataclasses import dataclass

from yichuang.ports import Body, DefinitionView, Place

ADMINISTRATORS: Mapping[str, str] = {"SYS_ADMIN": "系统管理员", "SEC_ADMIN": "安全管理员", "AUDIT_ADMIN": "审计管理员"}
"""Code → title. 三员分立: never held together, nor with any other role; no definition can give or change what they may."""

EXCLUSIVE = tuple(ADMINISTRATORS)


@dataclass(frozen=True, slots=True)
class Role:
    """A defined role. `code` as accounts hold it (`COUNTER_CLERK` for the definition `counter_clerk`)."""

    code: str
    title: str
    powers: frozenset[str]
    reach: str
    pages: frozenset[str]
    """Codes of `powers.ADMIN_PAGES`; to edit or publish is to read as well."""


def compile_roles(view: DefinitionView, _code: str = "") -> Mapping[str, Role]:
    """A maker for `Snapshot.compiled`: all defined roles by their code. A definition named as an administrator gives nothing."""
    found = (_role(body) for code in view.codes("role") if (body := view.find("role", code)))
    return {role.code: role for role in found if role.code not in ADMINISTRATORS}


def _role(body: Body) -> Role:
    pages = frozenset(body.get("admin_pages", ()))
    if pages & {"definitions.edit", "definitions.publish"}:
        pages |= {"definitions.read"}
    return Role(str(body["code"]).upper(), str(body["title"]), frozenset(body["powers"]), str(body["reach"]), pages)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    surname: str
    given_name: str
    role: str
    post: Place = Place()
    words: str = ""


DEMO_PASSWORD = "Yichuang-2026"
_DISTRICT = Place(hall="district_hall")
_BAJIAO_OFFICE = Place(department="jiedao", hall="bajiao_hall", street="bajiao")
DEMO_ACCOUNTS = (
    DemoAccount("clerk", "演示", "受理员", "COUNTER_CLERK", _DISTRICT, "（区政务服务中心）"),
    DemoAccount("clerk2", "演示", "受理员二", "COUNTER_CLERK", _DISTRICT, "（区政务服务中心）"),
    DemoAccount("street", "演示", "八角受理员", "COUNTER_CLERK", Place(hall="bajiao_hall", street="bajiao"), "（八角街道）"),
    DemoAccount("street2", "演示", "古城受理员", "COUNTER_CLERK", Place(hall="gucheng_hall", street="gucheng"), "（古城街道）"),
    DemoAccount("lead", "演示", "组长", "COUNTER_LEAD", _DISTRICT, "（区政务服务中心）"),
    DemoAccount("delivery", "演示", "出件员", "DELIVERY_CLERK", _DISTRICT, "（区政务服务中心）"),
    DemoAccount("approver", "演示", "市监审批员", "DEPT_APPROVER", Place(department="scjg"), "（区市场监管局）"),
    DemoAccount("approver_wjw", "演示", "卫健审批员", "DEPT_APPROVER", Place(department="wjw"), "（区卫生健康委）"),
    DemoAccount("approver_rsj", "演示", "人社审批员", "DEPT_APPROVER", Place(department="rsj"), "（区人社局）"),
    DemoAccount("approver_jd", "演示", "街道审批员", "STREET_APPROVER", _BAJIAO_OFFICE, "（八角街道办事处）"),
    DemoAccount("dept", "演示", "部门管理员", "DEPT_ADMIN", Place(department="wjw"), "（区卫生健康委）"),
    DemoAccount("items", "演示", "事项管理员", "ITEM_ADMIN"),
    DemoAccount("manager", "演示", "大厅主任", "SUPERVISOR", _DISTRICT),
    DemoAccount("sysadmin", "演示", "系统管理员", "SYS_ADMIN"),
    DemoAccount("security", "演示", "安全管理员", "SEC_ADMIN"),
    DemoAccount("audit", "演示", "审计管理员", "AUDIT_ADMIN"),
)
"""Every role once, in two streets and several departments. Never made in production."""
