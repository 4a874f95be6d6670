"""An invented case for trying a mapping on: every field of the item's form filled in, nobody's data."""

from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.mappings.sources import fields_of
from yichuang.ports import Body, DefinitionView
from yichuang.rules.everyday import questions

DAY, MOMENT = "2026-05-06", "2026-05-06T09:30:00+08:00"
PERSON = {"name": "测试甲", "id_type": "111", "id_no": "11010719900307001X", "phone": "13800001234"}
UNIT = {"name": "演示餐饮有限公司", "credit_code": "92110107MA0AAAA1XU", "legal_rep": "测试甲", "phone": "13800001234"}
ADDRESS = {"division": "110107003000", "detail": "演示路 1 号 2 层 201"}
FILE = {"name": "演示.pdf", "size": 20480, "digest": "0" * 64, "url_path": "/api/v1/intakes/SJS20260506000123/files/" + "0" * 64}
BY_TYPE: Mapping[str, Any] = {
    "date": DAY, "time": "09:30", "boolean": True, "person": PERSON, "organisation": UNIT, "address": ADDRESS, "phone": PERSON["phone"],
    "id_number": PERSON["id_no"], "credit_code": UNIT["credit_code"], "email": "demo@example.invalid", "money": "100000.00", "number": "12",
    "attachment": [{key: FILE[key] for key in ("name", "size", "digest")}], "date_range": {"from": DAY, "to": "2029-05-05"}, "postcode": "100043",
}  # fmt: skip


def invented(view: DefinitionView, items: Sequence[str], step: str = "") -> dict[str, Any]:
    """A partial record; what it doesn't say is empty."""
    item = view.find("item", items[0]) if items else None
    form = view.find("form", str((item or {}).get("form", ""))) or {}
    record: dict[str, Any] = {"case": _case(item or {}), "step": _step(step), "applicant": _applicant(), "contact": dict(PERSON)}
    if item is not None:
        record |= {
            "item": _item(item), "situation": _situation(item), "form": {f["code"]: _value(view, f) for f in fields_of(form)},
            "materials": [_material(one, number) for number, one in enumerate(item.get("materials", ())[:6], 1)],
        }  # fmt: skip
    return record


def _case(item: Body) -> dict[str, Any]:
    return {
        "number": "SJS20260506000123", "summary": f"关于{UNIT['name']}{item.get('title', '演示事项')}的申请", "item": item.get("code", ""),
        "item_title": item.get("title", ""), "case_type": item.get("case_type", "2"), "channel": "desk", "department": item.get("department", ""),
        "applied_at": MOMENT, "received_at": MOMENT, "accepted_at": MOMENT, "accepted_on": DAY, "due_on": "2026-05-20",
        "decided_at": "2026-05-18T16:00:00+08:00",
    }  # fmt: skip


def _step(step: str) -> dict[str, Any]:
    return {"code": step, "version": 1, "at": MOMENT, "by": "演示受理员", **({"result": "approved"} if step == "RESULT" else {})}


def _applicant() -> dict[str, Any]:
    return {"name": UNIT["name"], "kind": "2", "id_type": "001", "id_no": UNIT["credit_code"], "phone": UNIT["phone"], "legal_rep": UNIT["legal_rep"]}


def _item(item: Body) -> dict[str, Any]:
    names = {"catalog_code": "base_code", "base_code": "base_code", "implement_code": "impl_code"}
    plain = ("code", "title", "handling_code", "item_type", "case_type", "department")
    return {name: item.get(name, "") for name in plain} | {name: item.get(key, "") for name, key in names.items()} | {"version": "1"}


def _situation(item: Body) -> dict[str, Any]:
    return {
        q["code"]: [q["options"][0]["code"]] if q["kind"] == "multiple" else q["options"][0]["code"]
        for q in questions(item.get("situations", ())) if q.get("options")
    }  # fmt: skip


def _material(material: Body, number: int) -> dict[str, Any]:
    return {
        "code": material["code"], "title": material["title"], "seq": number, "necessity": material.get("necessity", ""), "state": "received",
        "originals": 1, "copies": 1, "files": [dict(FILE)],
    }  # fmt: skip


def _value(view: DefinitionView, field: Mapping[str, Any], row: int = 0) -> Any:
    kind, code = str(field.get("type", "")), _first(view, field, row)
    if kind == "group":
        return [{column["code"]: _value(view, column, number) for column in field.get("fields", ())} for number in (0, 1)]
    if kind == "choices":
        return [code] if code else []
    if kind == "choice":
        return code
    if kind in BY_TYPE:
        return BY_TYPE[kind]
    title = str(field.get("title", ""))
    if "姓名" in title:
        return ("测试甲", "测试乙")[row % 2]
    return f"演示{title}"[: field.get("max_length") or 60]


def _first(view: DefinitionView, field: Mapping[str, Any], row: int) -> str:
    """The first choice, in the second row the second one."""
    table = view.find("code_table", str(field["code_table"])) if field.get("code_table") else None
    entries = field.get("options") or (table or {}).get("entries") or ()
    return str(entries[min(row, len(entries) - 1)]["code"]) if entries else ""
