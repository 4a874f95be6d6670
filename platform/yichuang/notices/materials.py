"""The rows of a notice's table of materials: every column that a notice definition may choose, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.items import CompiledItem
from yichuang.items.checklist import ChecklistEntry, Material
from yichuang.rules.facts import Facts
from yichuang.rules.traces import Trace
from yichuang.rules.words import describe, lacking

COLUMNS: Mapping[str, str] = {
    "number": "序号", "title": "材料名称", "originals": "原件份数", "copies": "复印件份数", "form": "原件或复印件",
    "source": "来源渠道", "necessity": "必要性", "e_licence": "可电子证照调取", "commitment": "可承诺替代",
    "substitute": "可免交方式", "fill_note": "填报须知", "accept_standard": "受理标准", "basis": "依据", "reason": "为什么需要",
}  # fmt: skip
"""Keys and default titles, as in `definitions/schemas/notice.json`."""

NECESSITY = {"required": "必要", "optional": "非必要", "deferrable": "容缺后补"}
SOURCES = {"applicant": "申请人自备", "government": "政府部门核发", "intermediary": "中介机构出具", "other": "其他"}
TYPES = {"original": "原件", "copy": "复印件", "either": "原件或复印件"}
FORMATS = {"paper": "纸质", "electronic": "电子", "either": "纸质或电子"}
ALWAYS = "所有情形都需要"
DEPENDS = "视情形需要"
UNDECIDED = "视填报内容需要"

Row = dict[str, Any]


def groups(item: CompiledItem, facts: Facts, standing: bool) -> list[dict[str, Any]]:
    """`[{"title", "rows": [{"code", "cells": {key: words}}]}]`, the rows numbered through.

    With a situation: what is needed, then what still depends on the form. `standing` (no situation chosen): everything, what all
    need first, then the rest with its condition in words.
    """
    told = [(material, entry) for material, entry in zip(item.materials, item.checklist(facts), strict=True)]
    if standing:
        always = [(m, e, "") for m, e in told if m.needed is None]
        depends = [(m, e, m.condition) for m, e in told if m.needed is not None]
        parts = [(ALWAYS, always), (DEPENDS, depends)] if depends else [("", always)]
    else:
        always = [(m, e, "") for m, e in told if e.needed]
        depends = [(m, e, m.condition) for m, e in told if not e.needed and e.undecided and _open(m, facts)]
        parts = [("本次需要提交" if depends else "", always), (UNDECIDED, depends)]
    return _numbered(item, facts, parts)


def _open(material: Material, facts: Facts) -> bool:
    """Whether the form may still make it needed. The situation is chosen: a question that wasn't asked is no open one."""
    return material.needed is not None and _may(material.needed.trace(facts), True)


def _may(trace: Trace, wanted: bool) -> bool:
    """Whether facts that are still missing, those of the situation apart, could give this outcome."""
    if trace.kind == "compare":
        missing = trace.found is None or (bool(trace.other) and trace.found_other is None)
        return bool(trace.holds) is wanted or (missing and not trace.fact.startswith("situation."))
    if trace.kind == "not":
        return _may(trace.parts[0], not wanted)
    together = (trace.kind == "all") is wanted
    return (all if together else any)(_may(part, wanted) for part in trace.parts)


def _numbered(
    item: CompiledItem, facts: Facts, parts: Sequence[tuple[str, Sequence[tuple[Material, ChecklistEntry, str]]]]
) -> list[dict[str, Any]]:
    found, number = [], 0
    for title, members in parts:
        rows: list[Row] = []
        for material, entry, condition in members:
            number += 1
            cells = {"number": str(number)} | _cells(item, material, entry, condition, facts)
            rows.append({"code": entry.code, "cells": cells})
        if rows:
            found.append({"title": title, "rows": rows})
    return found


def _cells(
    item: CompiledItem, material: Material, entry: ChecklistEntry, condition: str, facts: Facts
) -> dict[str, str]:
    body = entry.material
    licence = body.get("e_licence", {})
    commitment = _commitment(item, material, entry, facts)
    generated = bool(body.get("generated"))
    return {
        "title": body["title"],
        "originals": _count(body, "originals", generated),
        "copies": _count(body, "copies", generated),
        "form": _form(body),
        "source": _source(body),
        "necessity": _necessity(entry, condition),
        "e_licence": f"是（{licence['licence_type']}）"
        if licence.get("licence_type") and licence["available"]
        else _yes(licence),
        "commitment": commitment or "否",
        "substitute": "；".join(_substitutes(body, commitment)) or "",
        "fill_note": _joined(body.get("fill_note"), body.get("sample_note")),
        "accept_standard": body.get("accept_standard", ""),
        "basis": body.get("basis", ""),
        "reason": _reason(body, entry, condition),
    }


def _necessity(entry: ChecklistEntry, condition: str) -> str:
    """In the item's words; a material that is 非必要 because it depends on the situation says whether this one asks for it."""
    if not entry.optional or not entry.condition:
        return NECESSITY[entry.material["necessity"]]
    return "视情形" if condition else "本情形需要"


def _yes(licence: Mapping[str, Any]) -> str:
    return "是" if licence.get("available") else "否"


def _count(body: Mapping[str, Any], key: str, generated: bool) -> str:
    """Counts of paper; a material the system makes needs none brought along."""
    amount = body.get(key)
    return f"{amount} 份" if amount and not generated else "—"


def _form(body: Mapping[str, Any]) -> str:
    said = [TYPES[body["material_type"]]] if body.get("material_type") else []
    said += [FORMATS[body["format"]]] if body.get("format") else []
    said += [body["page_format"]] if body.get("page_format") else []
    return "，".join(said)


def _source(body: Mapping[str, Any]) -> str:
    """Where it comes from; the issuer or the explanation says more than the category, where there is one."""
    if body.get("generated"):
        return "填表后由系统生成"
    more = body.get("issuer") or body.get("source_note", "").rstrip("。")
    if body["source_type"] == "government" and more:
        return f"{more}核发"
    return more or SOURCES[body["source_type"]]


def _commitment(item: CompiledItem, material: Material, entry: ChecklistEntry, facts: Facts) -> str:
    if entry.commitment:
        return "是"
    if material.commitment is None or not lacking(material.commitment.trace(facts)):
        return ""
    return f"{describe(material.commitment.wire, item.book)}时可以"


def _substitutes(body: Mapping[str, Any], commitment: str) -> list[str]:
    said = ["由系统生成，不用自备"] if body.get("generated") else []
    if body.get("e_licence", {}).get("available"):
        said.append(f"可调取电子证照“{body['e_licence'].get('licence_type') or body['title']}”免交")
    if commitment:
        said.append(
            "可书面承诺代替" if commitment == "是" else f"{commitment.removesuffix('时可以')}时，可书面承诺代替"
        )
    if body.get("shared_check"):
        said.append(f"共享核验免交：{body['shared_check'].rstrip('。')}")
    return said


def _reason(body: Mapping[str, Any], entry: ChecklistEntry, condition: str) -> str:
    """Why it is asked for; for one that depends, when. What may be left out or handed in later says so."""
    if condition:
        why = f"{condition}时需要"
    elif entry.condition:
        why = entry.words.split("：", 1)[-1]
    else:
        why = "可以不交" if entry.optional else ALWAYS
    note = {"optional": body.get("optional_note"), "deferrable": body.get("defer_note")}.get(body["necessity"])
    return _joined(why, note if body["necessity"] == "deferrable" or not entry.condition else "")


def _joined(*texts: str | None) -> str:
    told = [text.rstrip("。；") for text in texts if text]
    return "；".join(told)
