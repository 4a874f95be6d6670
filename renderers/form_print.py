"""The answers of a form as rows for paper: labels, values in words, options ticked with √ and □, groups as tables."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

TICKED, OPEN = "√", "□"
LISTED = 12
"""Choices of up to so many options show them all, ticked; longer ones only what was chosen."""
PARTS = {
    "person": (("name", "姓名"), ("id_type", "证件类型"), ("id_no", "证件号码"), ("phone", "联系电话")),
    "organisation": (
        ("name", "名称"),
        ("credit_code", "统一社会信用代码"),
        ("legal_rep", "法定代表人"),
        ("phone", "联系电话"),
    ),
}

Wire = Mapping[str, Any]


def sections(wire: Wire, answers: Wire, visible: Collection[str] | None) -> list[dict[str, Any]]:
    """`[{"title", "rows": [{"kind": "pair" | "group" | "text", …}]}]`; what isn't visible is left out, empty answers stay as blank lines."""
    shown = frozenset(visible) if visible is not None else None
    found = []
    for section in wire["sections"]:
        rows = [
            _row(field, answers.get(field["code"]))
            for field in section["fields"]
            if shown is None or field["code"] in shown
        ]
        if rows:
            found.append({"title": section["title"], "rows": rows})
    return found


def _row(field: Wire, value: Any) -> dict[str, Any]:
    if field["type"] == "static":
        return {"kind": "text", "text": field.get("text") or field["title"]}
    if field["type"] == "group":
        columns = [column for column in field["fields"] if column["type"] != "static"]
        rows = [[said(column, row.get(column["code"])) for column in columns] for row in value or ()]
        return {
            "kind": "group",
            "label": field["title"],
            "columns": [c["title"] for c in columns],
            "rows": rows or [[""] * len(columns)],
        }
    return {"kind": "pair", "label": field["title"], "value": said(field, value), "wide": _wide(field)}


def _wide(field: Wire) -> bool:
    return field.get("span") == "full" or field["type"] in (
        "textarea",
        "address",
        "person",
        "organisation",
        "choices",
        "attachment",
    )


def said(field: Wire, value: Any) -> str:
    """One answer in words."""
    kind = field["type"]
    if kind == "boolean":
        return "　".join(_ticked(value is wanted, word) for wanted, word in ((True, "是"), (False, "否")))
    if kind in ("choice", "choices"):
        return _chosen(field, value)
    if value in (None, "", [], {}):
        return ""
    if kind in PARTS:
        return "，".join(
            f"{label}：{_title(field, part, value[part])}" for part, label in PARTS[kind] if value.get(part)
        )
    return _SAID[kind](field, value) if kind in _SAID else str(value)


def _ticked(chosen: bool, word: str) -> str:
    """Box and word stay together on a line (no-break space)."""
    return f"{TICKED if chosen else OPEN}\u00a0{word}"


def _chosen(field: Wire, value: Any) -> str:
    codes: Sequence[str] = value if isinstance(value, list) else [value] if value else []
    options = field.get("options") or []
    if options and len(options) <= LISTED:
        return "　".join(_ticked(option["code"] in codes, option["title"]) for option in options)
    titles = {option["code"]: option["title"] for option in options} | dict(field.get("titles", {}))
    return "、".join(titles.get(code, code) for code in codes)


def _title(field: Wire, part: str, code: Any) -> str:
    """The title of a part's code; `titles` of a field may hold those of tables too large to be in its wire."""
    options = field.get("parts", {}).get(part, {}).get("options", ())
    found = next((option["title"] for option in options if option["code"] == code), None)
    return str(found or field.get("titles", {}).get(code, code or ""))


def day(iso: Any) -> str:
    """`2026 年 11 月 24 日`; anything else as it is."""
    parts = str(iso or "").split("-")
    return (
        f"{int(parts[0])} 年 {int(parts[1])} 月 {int(parts[2])} 日"
        if len(parts) == 3 and all(p.isdigit() for p in parts)
        else str(iso or "")
    )


_SAID: Mapping[str, Callable[[Wire, Any], str]] = {
    "date_range": lambda _field, value: f"{day(value.get('from'))} 至 {day(value.get('to'))}",
    "date": lambda _field, value: day(value),
    "money": lambda _field, value: f"{value} 元",
    "number": lambda field, value: f"{value} {field.get('unit', '')}".strip(),
    "address": lambda field, value: f"{_title(field, 'division', value.get('division'))}{value.get('detail') or ''}",
    "attachment": lambda _field, value: "、".join(str(file.get("name", "")) for file in value),
}
