"""The quality rules for items of domain 1.7: what is plainly wrong is an error, what merely looks odd a warning."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.ports import Body, DefinitionView, Finding

INSTANT = "1"
_PERSON = "1"
_ANYTHING = ("其他材料", "相关证明", "相关材料", "其它材料", "等材料", "等证明")
_UNITS: Mapping[tuple[str, str], float] = {("month", "day"): 30, ("month", "working_day"): 20, ("day", "hour"): 24}
"""How many of the second one of the first may at least hold; other pairs are not compared."""


def quality_findings(body: Body, view: DefinitionView) -> Iterator[Finding]:
    yield from _times(body)
    yield from _fees(body)
    yield from _basis(body)
    yield from _open(body)
    for n, material in enumerate(body.get("materials", ())):
        yield from _material(body, material, f"materials/{n}")


def _error(body: Body, place: str, message: str, remedy: str) -> Finding:
    return Finding("item", body["code"], place, message, remedy)


def _warning(body: Body, place: str, message: str, remedy: str) -> Finding:
    return Finding("item", body["code"], place, message, remedy, "warning")


def _times(body: Body) -> Iterator[Finding]:
    statutory, promised = body["time_limits"]["statutory"], body["time_limits"]["promised"]
    if _longer(promised, statutory):
        yield _error(body, "time_limits/promised", "承诺办结时限超过法定办结时限", "请缩短承诺时限，或核对法定时限")
    if body.get("case_type") != INSTANT:
        return
    if promised["amount"] > 1 or promised["unit"] == "month":
        yield _error(body, "time_limits/promised", "即办件的承诺时限应为 0 或 1 个工作日", "请改为 0 或 1 个工作日，或改为承诺件")
    if len(body.get("process", ())) > 3:
        yield _warning(body, "process", "即办件设置了多个办理环节", "请核对是否应为承诺件，或合并环节")


def _longer(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    """Whether `a` is longer than `b`; in unlike units only where that is beyond doubt."""
    if a["unit"] == b["unit"]:
        return bool(a["amount"] > b["amount"])
    factor = _UNITS.get((a["unit"], b["unit"]))
    if factor is not None:
        return bool(a["amount"] * factor > b["amount"])
    back = _UNITS.get((b["unit"], a["unit"]))
    return back is not None and bool(a["amount"] > b["amount"] * (back + 3))


def _fees(body: Body) -> Iterator[Finding]:
    charged, items = body["fees"]["charged"], body["fees"].get("items", ())
    if charged and not items:
        yield _error(body, "fees/items", "标明收费却没有收费项目", "请填写收费项目、标准和依据")
    if not charged and items:
        yield _error(body, "fees/charged", "标明不收费却列有收费项目", "请删去收费项目，或改为收费")


def _basis(body: Body) -> Iterator[Finding]:
    for n, law in enumerate(body.get("legal_basis", ())):
        expired = law.get("expires")
        if expired and body.get("effective_date") and expired < body["effective_date"]:
            yield _warning(body, f"legal_basis/{n}/expires", f"《{law['law']}》在事项生效前已失效", "请核对依据是否仍然有效")


def _open(body: Body) -> Iterator[Finding]:
    if body["state"] == "active" and str(body.get("base_code", "")).endswith("Y"):
        yield _error(body, "base_code", "末位为 Y 的主项有子项，本身不能申办", "请改用子项编码，或把状态改为草稿")
    if body["state"] == "cancelled" and not (body.get("successor") or body.get("state_note")):
        yield _warning(body, "successor", "已取消的事项没有说明改办哪里", "请填写改办事项或状态说明")
    if body["state"] == "active" and not body.get("materials"):
        yield _warning(body, "materials", "在用的事项没有申请材料", "请核对是否确实不需要材料")


def _material(body: Body, material: Mapping[str, Any], place: str) -> Iterator[Finding]:
    title = material["title"]
    if material["necessity"] == "optional" and not material.get("optional_note"):
        yield _error(body, f"{place}/optional_note", f"非必要材料“{title}”没有写适用情形", "请写明什么情形下提交")
    if material["necessity"] == "deferrable" and not material.get("defer_note"):
        yield _error(body, f"{place}/defer_note", f"容缺材料“{title}”没有写补正期限与方式", "请写明补正期限与方式")
    if any(word in title for word in _ANYTHING) or title.endswith("等"):
        yield _error(body, f"{place}/title", f"材料“{title}”是兜底表述", "请写明具体的材料名称")
    if material["source_type"] == "government" and not material.get("issuer"):
        yield _warning(body, f"{place}/issuer", f"政府核发的材料“{title}”没有写核发部门", "请填写核发部门")
    if material["source_type"] == "government" and not (material.get("e_licence", {}).get("available") or material.get("shared_check")):
        yield _warning(body, f"{place}/e_licence", f"政府核发的材料“{title}”没有关联电子证照或共享核验", "请核对能否调取，能调取的应免交")
    if ("申请书" in title or "申请表" in title) and not (material.get("generated") or material.get("sample_note")):
        yield _warning(body, f"{place}/sample_note", f"“{title}”没有空白表格和样例", "请填写样例，或标明由本表单生成")
    yield from _unfitting(body, material, place)


def _unfitting(body: Body, material: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if set(body["target_types"]) == {_PERSON} and "营业执照" in material["title"] and "needed_when" not in material:
        yield _warning(body, f"{place}/title", "服务对象只有自然人，却要求营业执照", "请核对服务对象或材料")
