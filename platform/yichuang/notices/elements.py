"""The elements of an item in words, read from item and organisation only (事项同源, domain 1.3, 1.4, 5.1)."""

from collections.abc import Iterable, Mapping
from typing import Any

from yichuang.notices.words import limit, limit_with_note, telephone
from yichuang.ports import Body, DefinitionView

Pair = dict[str, str]


def pair(label: str, value: str) -> list[Pair]:
    """A row of a table of elements; none for an element the item leaves open."""
    return [{"label": label, "value": value}] if value else []


def titles(view: DefinitionView, table: str, codes: Iterable[str]) -> str:
    """Codes of a code table as titles, joined."""
    body = view.find("code_table", table) or {}
    known = {entry["code"]: entry["title"] for entry in body.get("entries", ())}
    return "、".join(known.get(code, code) for code in codes)


def organisations(view: DefinitionView) -> list[Body]:
    return [body for code in view.codes("organisation") if (body := view.find("organisation", code))]


def department(view: DefinitionView, code: str) -> Mapping[str, Any]:
    """The department's entry; only its code when the release doesn't know it."""
    found = (d for body in organisations(view) for d in body["departments"] if d["code"] == code)
    return next(found, {"code": code, "title": code})


def instant(item: Body) -> bool:
    return not item["time_limits"]["promised"]["amount"]


def key_facts(item: Body) -> list[Pair]:
    """What people ask first: how long, how much, how often one has to come."""
    visits = item.get("features", {}).get("max_visits")
    coming = "" if visits is None else (f"最多 {visits} 次" if visits else "不用到现场")
    return [
        *pair("承诺时限", limit(item["time_limits"]["promised"])),
        *pair("收费", "收费" if item["fees"]["charged"] else "不收费"),
        *pair("到现场", coming),
    ]


def summary(view: DefinitionView, item: Body) -> list[Pair]:
    features = item.get("features", {})
    served = {"reservable": "可网上预约", "express": "可寄递", "online": "可网上办理", "terminal": "可自助终端办理"}
    return [
        *pair("事项名称", item["title"]),
        *pair("事项类型", titles(view, "item_type", [item["item_type"]])),
        *pair("实施部门", department(view, item["department"])["title"]),
        *pair("服务对象", titles(view, "target_type", item["target_types"])),
        *pair("办件类型", titles(view, "case_type", [item["case_type"]])),
        *pair("办理形式", titles(view, "handle_form", item.get("handle_forms", ()))),
        *pair(
            "通办范围", titles(view, "cross_scope", [features["cross_scope"]]) if features.get("cross_scope") else ""
        ),
        *pair("便利服务", "、".join(words for key, words in served.items() if features.get(key))),
        *pair("数量限制", item.get("quantity_limit", "")),
        *pair("网上办理", item.get("online_url", "")),
        *pair("基本编码", item.get("base_code", "")),
    ]


def time_limits(item: Body) -> list[Pair]:
    limits = item["time_limits"]
    special = [
        entry
        for procedure in limits.get("special", ())
        for entry in pair(f"特别程序：{procedure['title']}", limit_with_note(procedure) or "按规定办理")
    ]
    return [
        *pair("法定办结时限", limit_with_note(limits["statutory"])),
        *pair("承诺办结时限", limit_with_note(limits["promised"])),
        *special,
    ]


def fees(item: Body) -> list[Pair]:
    if not item["fees"]["charged"]:
        return pair("是否收费", "不收费")
    return [
        entry
        for fee in item["fees"].get("items", ())
        for entry in pair(
            fee["title"],
            "；".join(
                filter(
                    None,
                    [fee["standard"], f"依据：{fee['basis']}", fee.get("reducible") and f"减免：{fee['reducible']}"],
                )
            ),
        )
    ] or pair("是否收费", "收费")


def results(view: DefinitionView, item: Body) -> list[Pair]:
    return [
        entry
        for result in item.get("results", ())
        for entry in (
            *pair("结果名称", result["title"]),
            *pair("结果类型", titles(view, "result_type", [result["type"]]) if result.get("type") else ""),
            *pair("有效期", result.get("validity", "")),
            *pair("送达方式", result.get("delivery", "")),
        )
    ]


def process(item: Body) -> list[dict[str, str]]:
    return [{key: step.get(key, "") for key in ("title", "by", "limit", "note")} for step in item.get("process", ())]


def places(view: DefinitionView, item: Body) -> list[dict[str, Any]]:
    """Halls and windows as the organisation knows them, never typed again in the item."""
    halls = {hall["code"]: hall for body in organisations(view) for hall in body["halls"]}
    return [_place(halls[place["hall"]], place) for place in item["places"] if place["hall"] in halls]


def _place(hall: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    windows = {window["code"]: window for window in hall.get("windows", ())}
    return {
        "title": hall["title"],
        "address": hall["address"],
        "hours": hall["hours"],
        "phone": telephone(hall["phone"]),
        "traffic": hall.get("traffic", ""),
        "note": place.get("note", ""),
        "windows": [
            {"title": w["title"], "location": w.get("location", ""), "phone": telephone(w.get("phone", ""))}
            for code in place.get("windows", ())
            if (w := windows.get(code))
        ],
    }


def basis(item: Body) -> list[dict[str, str]]:
    return [{key: law.get(key, "") for key in ("law", "article", "text")} for law in item["legal_basis"]]


def contact(view: DefinitionView, item: Body) -> list[Pair]:
    office = department(view, item["department"])
    return [
        *pair("咨询方式", item.get("contact") or " ".join(filter(None, [office["title"], office.get("phone")]))),
        *pair("监督投诉", item.get("supervise_contact") or office.get("supervise_phone", "")),
        *pair("救济渠道", item.get("remedy", "")),
    ]


def footer_contacts(view: DefinitionView, item: Body) -> dict[str, str]:
    """Short ones for the foot of each printed page."""
    office = department(view, item["department"])
    return {
        "consult": office.get("phone", ""),
        "supervise": office.get("supervise_phone") or item.get("supervise_contact", ""),
    }
