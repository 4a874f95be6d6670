"""The record of a case, the source of every mapping: its closed list of paths, and how a path is read.

`case.number`; one of a list by its code: `documents.acceptance.number`, `materials.business_licence.files`, `steps.ACCEPT.at`; the
latest of a list: `corrections.last.days`. Inside the rows of an `each`: `row.name`, and `row.number`, which counts from 1.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

SourceType = str
"""text number boolean date moment texts address person organisation rows files object"""
Paths = Mapping[str, tuple[str, SourceType]]
EMPTY: Mapping[str, Any] = {}
LAST = "last"


def _paths(**titles: str) -> Paths:
    """`name="标题"`, `name="标题:type"`; text where no type is said."""
    split = {name: title.partition(":") for name, title in titles.items()}
    return {name: (title, kind or "text") for name, (title, _, kind) in split.items()}


_PARTY = _paths(
    name="姓名或名称", kind="类型（代码）", id_type="证件类型（代码）", id_no="证件号码", phone="电话", legal_rep="法定代表人",
)  # fmt: skip
OBJECTS: Mapping[str, tuple[str, Paths]] = {
    "case": ("办件", _paths(
        id="办件标识", number="办件编号", summary="办理摘要", item="事项代码", item_title="事项名称", item_version="事项版本:number",
        handling_code="办理项编码", case_type="办件类型（代码）", release="发布版本:number", channel="申办渠道", state="状态（代码）",
        state_title="状态", phase="阶段（代码）", outcome="结果（代码）", situation_words="情形说明", department="实施部门（代码）",
        department_title="实施部门", department_code="实施部门信用代码", hall="大厅（代码）", hall_title="大厅", street="街道（代码）",
        window="窗口", clerk_title="经办人", approver_title="审批人", correction_round="补正次数:number", committed="告知承诺:boolean",
        applied_at="申办时间:moment", received_at="收件时间:moment", accepted_at="受理时间:moment", accepted_on="受理日期:date",
        due_on="承诺办结日期:date", decided_at="决定时间:moment", ended_at="办结时间:moment",
    )),
    "step": ("本环节", _paths(
        code="环节（代码）", version="环节版本:number", action="动作（代码）", title="动作", at="时间:moment", by="办理人", role="办理人身份",
        opinion="意见", result="结果", inputs="填写内容:object",
    )),
    "item": ("事项", _paths(
        code="事项代码", title="事项名称", catalog_code="目录编码", base_code="基本编码", implement_code="实施编码",
        handling_code="办理项编码", version="事项版本:number", item_type="事项类型（代码）", case_type="办件类型（代码）",
        department="实施部门（代码）", department_title="实施部门", promised_days="承诺时限（工作日）:number",
    )),
    "applicant": ("申请人", _PARTY),
    "agent": ("代理人", _PARTY),
    "contact": ("联系人", _paths(name="姓名", id_type="证件类型（代码）", id_no="证件号码", phone="电话")),
    "service": ("服务（好差评）", _paths(
        name="服务名称", number="第几次:number", at="服务时间:moment", channel="办理渠道", operation="新增或替换",
    )),
    "review": ("评价（好差评）", _paths(
        id="评价标识", grade="等级（5 最好）", tags="标签代码:texts", words="文字", channel="评价渠道", at="评价时间:moment",
        default="默认评价:boolean", recorded="代录:boolean", state="状态", pictures="图片:files",
    )),
}  # fmt: skip
_FILES = _paths(name="文件名", size="字节数:number", digest="SHA-256", url_path="地址")
LISTS: Mapping[str, tuple[str, Paths]] = {
    "materials": ("材料", _paths(
        code="材料代码", title="材料名称", seq="序号:number", necessity="必要性", state="收取状态", originals="原件份数:number",
        copies="复印件份数:number", pages="页数:number", grade="可信等级", note="说明", files="文件:files",
    )),
    "documents": ("文书", _paths(
        code="文书代码", kind="文书种类", title="文书名称", number="文书编号", date="文书日期:date", digest="SHA-256", voided="已作废:boolean",
    )),
    "corrections": ("补正", _paths(
        round="第几次:number", state="状态", days="期限（工作日）:number", due_on="到期日:date", issued_at="发出时间:moment",
        closed_at="补齐时间:moment", points="补正项:rows",
    )),
    "steps": ("环节经过", _paths(
        seq="序号:number", action="动作（代码）", title="动作", step="环节（代码）", from_state="原状态", to_state="新状态", at="时间:moment",
        by="办理人", result="结果", reason="理由",
    )),
}  # fmt: skip
NESTED: Mapping[str, tuple[str, Paths]] = {
    "files": ("文件", _FILES),
    "pictures": ("图片", _paths(digest="SHA-256", size="字节数:number", type="类型")),
    "points": ("补正项", _paths(
        seq="序号:number", target="对象", code="代码", title="名称", problem="问题", standard="标准", state="状态", answer="答复",
    )),
}  # fmt: skip
FREE = ("situation", "form")
"""Whatever the item asks; their paths come from its definitions."""
BLANKS: Mapping[str, Any] = {"number": None, "boolean": False, "rows": [], "files": [], "object": {}, "texts": []}


def filled(partial: Mapping[str, Any]) -> dict[str, Any]:
    """A partial record with everything else empty: for samples and drafts. The entries of lists are filled too."""
    record: dict[str, Any] = {name: _blank(paths) | _object(partial.get(name)) for name, (_, paths) in OBJECTS.items()}
    record |= {name: _object(partial.get(name)) for name in FREE}
    for name, (_, paths) in LISTS.items():
        entries = partial.get(name)
        record[name] = [_blank(paths) | entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return record


def _blank(paths: Paths) -> dict[str, Any]:
    return {name: deepcopy(BLANKS.get(kind, "")) for name, (_, kind) in paths.items()}


def _object(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Source:
    """A path, taken apart. `code`: which entry of a list it means."""

    path: str
    root: str
    code: str
    keys: tuple[str, ...]

    @property
    def in_row(self) -> bool:
        return self.root == "row"


def source(path: str) -> Source:
    """Never raises: a path that makes no sense reads nothing."""
    root, *keys = path.removesuffix("[]").split(".")
    if root in LISTS and keys:
        return Source(path, root, keys[0], tuple(keys[1:]))
    return Source(path, root, "", tuple(keys))


def entry(entries: Any, code: str) -> Mapping[str, Any]:
    """One of a list: the latest with this code that isn't voided; steps by what they are called between systems (`ACCEPT`); `last`
    is simply the latest. Empty when there is none.
    """
    if type(entries) is not list:
        return EMPTY
    for one in reversed(entries):
        if type(one) is dict and (code in (LAST, one.get("code"), one.get("step"))) and one.get("voided") is not True:
            return one
    return EMPTY


def read(record: Mapping[str, Any], where: Source, row: Any = None, number: int = 0) -> Any:
    """The value at a path; an empty text where there is nothing."""
    keys: Sequence[str] = where.keys
    if where.in_row:
        if keys == ("number",):
            return number
        value = row
    else:
        value = record.get(where.root)
        value = entry(value, where.code) if where.code else value
    for key in keys:
        value = value.get(key) if type(value) is dict else None
    return "" if value is None else value


_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")


def amended(record: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The record with other values at concrete source paths (`form.staff[2].name`); a path that leads nowhere is made."""
    changed = deepcopy(dict(record))
    for path, value in values.items():
        _lay(changed, _steps(changed, path), value)
    return changed


def _steps(record: Mapping[str, Any], path: str) -> list[str | int]:
    steps: list[str | int] = []
    for name, index in _STEP.findall(path):
        steps += [name, int(index) - 1] if index else [name]
    if len(steps) > 1 and steps[0] in LISTS and isinstance(steps[1], str):
        found = entry(record.get(str(steps[0])), steps[1])
        steps[1] = next((n for n, one in enumerate(record.get(str(steps[0]), ())) if one is found), 0)
    return steps


def _lay(holder: Any, steps: Sequence[str | int], value: Any) -> None:
    for here, below in zip(steps, steps[1:], strict=False):
        inner = _at(holder, here)
        if type(inner) not in (dict, list):
            inner = [] if isinstance(below, int) else {}
            _put(holder, here, inner)
        holder = inner
    if steps:
        _put(holder, steps[-1], value)


def _at(holder: Any, step: str | int) -> Any:
    if isinstance(step, int):
        return holder[step] if type(holder) is list and 0 <= step < len(holder) else None
    return holder.get(step) if type(holder) is dict else None


def _put(holder: Any, step: str | int, value: Any) -> None:
    if isinstance(step, int) and type(holder) is list:
        if 0 <= step < len(holder):
            holder[step] = value
        elif step == len(holder):
            holder.append(value)
    elif isinstance(step, str) and type(holder) is dict:
        holder[step] = value


Reader = Callable[[Mapping[str, Any], Any, int], Any]
