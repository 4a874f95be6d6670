"""The gate's checks of a role: it takes nothing from the three administrators, and edits or publishes no wider than it reaches."""

from collections.abc import Iterator

from yichuang.access.powers import HANDLING, KNOWING, POWERS, PUTTING_RIGHT, SERVING
from yichuang.access.roles import ADMINISTRATORS
from yichuang.ports import Body, DefinitionView, Finding

KIND = "role"


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a role that is valid against its schema."""
    return [*_reserved(body), *_pages(body), *_names(body, view), *_empty(body), *_reviewed(body)]


def _reserved(body: Body) -> Iterator[Finding]:
    title = ADMINISTRATORS.get(body["code"].upper())
    if title:
        yield _found(body, "code", f"“{title}”由系统固定，不能用定义授予业务权限（三员分立）", "请删除这个定义，另起代码新建角色")


def _pages(body: Body) -> Iterator[Finding]:
    pages, reach = set(body.get("admin_pages", ())), body["reach"]
    if "definitions.edit" in pages and reach not in ("all", "department"):
        words = "能编辑定义的角色，范围只能是“全区”或“本部门”"
        yield _found(body, "reach", words, "请改选范围，或去掉“编辑定义”")
    if "definitions.publish" in pages and reach != "all":
        yield _found(body, "reach", "能发布的角色，范围只能是“全区”：发布对所有大厅生效", "请改选“全区”，或去掉“发布与回退”")


def _names(body: Body, view: DefinitionView) -> Iterator[Finding]:
    others = (view.find(KIND, code) or {} for code in view.codes(KIND) if code != body["code"])
    taken = {str(other.get("title")) for other in others} | set(ADMINISTRATORS.values())
    if body["title"] in taken:
        yield _found(body, "title", f"已有名为“{body['title']}”的角色，授权时无法分辨", "请换一个名称")


def _empty(body: Body) -> Iterator[Finding]:
    if not body["powers"] and not body.get("admin_pages"):
        yield Finding(KIND, body["code"], "powers", "没有勾选任何权限，授予后什么也不能做", "请勾选权限，或删除这个角色", "warning")


def _reviewed(body: Body) -> Iterator[Finding]:
    powers = set(body["powers"])
    knowing = sorted(KNOWING & powers) if powers & HANDLING or body["reach"] == "department" else []
    knowing += sorted(PUTTING_RIGHT & powers) if powers & SERVING else []
    if knowing:
        words = "、".join(f"“{POWERS[power]}”" for power in knowing)
        message = f"经办办件或属于部门的人可能就是被评价的人，为保护评价人，{words}对他们不起作用"
        yield Finding(KIND, body["code"], "powers", message, "请去掉这些权限，另设一个不经办办件的角色", "warning")


def _found(body: Body, place: str, message: str, remedy: str) -> Finding:
    return Finding(KIND, str(body["code"]), place, message, remedy)
