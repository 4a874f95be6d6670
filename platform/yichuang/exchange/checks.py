"""The gate's checks of a target: it can be reached, it gets something, and whatever it gets has a mapping."""

from collections.abc import Iterator, Sequence

from yichuang.exchange.targets import KIND, Target, target_of
from yichuang.outbox.message import INBOX, step_title
from yichuang.ports import Body, DefinitionView, Finding

SHOWN = 3


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a target that is valid against its schema."""
    target = target_of(body)
    return [*_name(target), *_pushing(target), *_pulling(target), *_foreign_items(target, view), *_unmapped(target, view)]


def _name(target: Target) -> Iterator[Finding]:
    if target.code == INBOX:
        yield _found(target, "code", "“inbox”是平台自带的部门收件箱", "请换一个代码")


def _pushing(target: Target) -> Iterator[Finding]:
    if (target.pushed or target.alerted) and not target.connection:
        yield _found(target, "connection", "推送的对象没有填写连接，无法送达", "请填写连接的名称，并请运维人员在 YICHUANG_CONNECTIONS 中配置它")
    if target.pushed and not target.pushes:
        yield _found(target, "pushes", "没有选择推送环节，什么也不会推送", "请选择环节，或把方式改为“对方拉取”", warning=True)
    if target.takes_reviews_astray:
        why = "评价只报给全市的评价平台；部门的系统收到评价和办件编号，就知道是谁评的"
        yield _found(target, "pushes", why, "请去掉“评价”，或改为不限部门、方式为评价平台的对象")
    if target.policy.longest_seconds < target.policy.first_seconds:
        yield _found(target, "retry/longest_seconds", "最长间隔小于第一次间隔", "请调大最长间隔")


def _pulling(target: Target) -> Iterator[Finding]:
    if not target.pushed and target.pushes:
        why = "预警的对象不收办件" if target.alerted else "对方来拉取"
        yield _found(target, "pushes", f"{why}，所选的推送环节不起作用", "请去掉推送环节，或改选推送方式", warning=True)


def _foreign_items(target: Target, view: DefinitionView) -> Iterator[Finding]:
    for code in sorted(target.items):
        item = view.find("item", code)
        if item and target.departments and item["department"] not in target.departments:
            yield _found(target, "items", f"“{item['title']}”不是所选部门的事项，不会推送", "请去掉它，或加选它的部门", warning=True)


def _unmapped(target: Target, view: DefinitionView) -> Iterator[Finding]:
    """Steps that will be pushed but can't be put into the target's form: they would wait among the exceptions."""
    if not view.codes("mapping"):
        return
    mappings = [body for code in view.codes("mapping") if (body := view.find("mapping", code)) and body.get("target") == target.code]
    items = sorted(target.items) or [code for code in view.codes("item") if _concerns(target, view.find("item", code))]
    missing = [f"{item} {step_title(step)}" for item in items for step in sorted(target.pushes) if not _covered(mappings, item, step)]
    if target.pushed and missing:
        words = "、".join(missing[:SHOWN]) + (f" 等 {len(missing)} 处" if len(missing) > SHOWN else "")
        yield _found(target, "pushes", f"没有字段映射：{words}；推送时会列入异常数据", "请新建或补充字段映射", warning=True)


def _concerns(target: Target, item: Body | None) -> bool:
    return item is not None and target.concerns(str(item["department"]), str(item["code"]))


def _covered(mappings: Sequence[Body], item: str, step: str) -> bool:
    return any((not m.get("items") or item in m["items"]) and ("*" in m.get("steps", ()) or step in m.get("steps", ())) for m in mappings)


def _found(target: Target, place: str, message: str, remedy: str, *, warning: bool = False) -> Finding:
    return Finding(KIND, target.code, place, message, remedy, "warning" if warning else "error")
