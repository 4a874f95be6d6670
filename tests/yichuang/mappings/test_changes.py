"""Real changes as edits of the packaged definition: sex to M/F, another date, a joined address, an empty phone left out (A9); rows numbered
from 1 (A10); a renamed field for one target while another keeps its shape (A8)."""

from copy import deepcopy
from typing import Any

from yichuang.bootstrap import kind_table
from yichuang.catalogue.gate import check
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.mappings import compile_mapping, sample_record
from yichuang.ports import Ref

KINDS = kind_table()
CODE = "food_bureau_case"


def edited(packaged: DocumentView) -> tuple[dict[str, Any], dict[str, Any]]:
    """The mapping to edit, and its lines by target."""
    body = deepcopy(dict(packaged.find("mapping", CODE) or {}))
    return body, {line["to"]: line for line in body["lines"] if "to" in line}


def published(packaged: DocumentView, body: dict[str, Any]) -> Overlay:
    """The edit, through the gate; samples that say the old shape go with it."""
    view = Overlay(packaged, {Ref("mapping", CODE): body | {"samples": []}})
    assert check(view, KINDS, [Ref("mapping", CODE)]) == []
    return view


def record(packaged: DocumentView, **form: Any) -> dict[str, Any]:
    body = packaged.find("mapping", CODE) or {}
    made = sample_record(body, body["samples"][0])
    return made | {"form": made["form"] | form}


def test_a9_sex_date_address_and_an_empty_phone(packaged: DocumentView) -> None:
    body, lines = edited(packaged)
    lines["sex"]["transforms"].append({"use": "code", "table": {"1": "M", "2": "F"}})
    lines["apply_date"]["transforms"] = [{"use": "date", "to": "basic_date"}]
    parts = ["form.premises_address.division", "form.premises_address.detail", "form.online_sites", "form.vending_places"]
    lines["premises.address"] |= {"from": parts, "transforms": [{"use": "address", "part": "whole"}]}
    lines["phone"]["transforms"].append({"use": "omit_empty"})
    schema = body["schema"]
    schema["properties"]["apply_date"]["pattern"] = "^[0-9]{8}$"
    schema["required"].remove("phone")
    mapping = compile_mapping(published(packaged, body), CODE)
    mapped = mapping.run(record(packaged, contact_phone="", online_sites="2号楼", vending_places="101室"), "ACCEPT")
    assert mapped.faults == () and mapping.verdict(mapped.body, "ACCEPT") == ()
    assert mapped.body["sex"] == "M"
    assert mapped.body["apply_date"] == "20261124"
    assert mapped.body["premises"]["address"] == "北京市石景山区八角街道某某路1号2号楼101室"
    assert "phone" not in mapped.body


def test_a10_every_row_becomes_an_element_numbered_from_one(packaged: DocumentView) -> None:
    body, lines = edited(packaged)
    body["lines"].remove(lines["employees"])
    before = Overlay(packaged, {Ref("mapping", CODE): body})
    assert any("employees" in finding.message for finding in check(before, KINDS, [Ref("mapping", CODE)]))
    inner = [{"to": to, "from": path} for to, path in (("no", "row.number"), ("name", "row.name"), ("id_no", "row.id_no"))]
    body["lines"].append({"to": "employees", "each": "form.managers", "lines": inner})
    mapping = compile_mapping(published(packaged, body), CODE)
    assert mapping.run(record(packaged), "ACCEPT").body["employees"] == [
        {"no": 1, "name": "张三", "id_no": "110107199001010013"}, {"no": 2, "name": "李四", "id_no": "110107199001010021"},
    ]  # fmt: skip


def test_a8_one_target_takes_another_name_the_other_keeps_the_old(packaged: DocumentView) -> None:
    body, lines = edited(packaged)
    lines["legalPerson"]["to"] = "legal_rep.name"
    properties = body["schema"]["properties"]
    properties["legal_rep"] = {"type": "object", "properties": {"name": properties.pop("legalPerson")}, "required": ["name"]}
    body["schema"]["required"] = [name if name != "legalPerson" else "legal_rep" for name in body["schema"]["required"]]
    view = published(packaged, body)
    assert compile_mapping(view, CODE).run(record(packaged), "ACCEPT").body["legal_rep"] == {"name": "王小明"}
    bus = compile_mapping(view, "city_bus_case").run(record(packaged) | {"applicant": {"legal_rep": "王小明"}}, "INTAKE")
    assert bus.body["up_pro_accept"]["legal"] == "王小明"
