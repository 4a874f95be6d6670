"""What a clerk may change of a material, read and checked; every fault named by its field."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from yichuang.errors import InputRefused

STATES: Mapping[str, str] = {
    "pending": "待收", "received": "已收", "deferred": "容缺后补", "committed": "承诺替代", "reused": "复用", "licence": "电子证照", "waived": "免交",
}  # fmt: skip
GRADES: Mapping[str, str] = {"A": "办理中产生，可直接复用", "B": "已与原件核对", "C": "用户上传，待核原件", "D": "申请人自制并承诺"}
CHOSEN = ("pending", "received", "deferred", "waived")
"""What a clerk sets by hand; the others follow from reuse, licences and commitments."""
MOST = 9999
Problems = list[dict[str, str]]


def changed(old: Any, change: Mapping[str, Any]) -> dict[str, Any]:
    """The columns to write. `old` is the material's row. Raises `InputRefused` naming each field."""
    problems: Problems = []
    values: dict[str, Any] = {}
    for part, raw in change.items():
        if part in _READ:
            values |= _READ[part](old, raw, problems)
    if values.get("state") == "deferred" and "due_on" not in values:
        values |= _due_on(old, None, problems)
    if problems:
        raise InputRefused("；".join(problem["message"] for problem in problems), problems)
    return values


def _state(old: Any, raw: Any, problems: Problems) -> dict[str, Any]:
    if raw not in CHOSEN:
        problems.append({"field": "state", "message": f"请选择：{'、'.join(STATES[state] for state in CHOSEN)}"})
    elif raw == "deferred" and old.necessity != "deferrable":
        problems.append({"field": "state", "message": "这份材料不能容缺，只有事项列为“容缺后补”的材料可以"})
    return {"state": raw} | ({} if raw == "deferred" else {"due_on": None}) | ({"reused_from": ""} if raw == "pending" else {})


def _number(part: str) -> Callable[[Any, Any, Problems], dict[str, Any]]:
    def read(_old: Any, raw: Any, problems: Problems) -> dict[str, Any]:
        if type(raw) is not int or not 0 <= raw <= MOST:
            problems.append({"field": part, "message": f"请填 0 到 {MOST} 的整数"})
        return {part: raw}

    return read


def _verified(old: Any, raw: Any, _problems: Problems) -> dict[str, Any]:
    """Seen beside the original: B; without it what was uploaded stays C; what the applicant made stays D (domain 1.6)."""
    grade = "D" if old.grade == "D" else "B" if raw is True else "C" if json.loads(old.files) else ""
    return {"verified": raw is True, "grade": grade}


def _note(_old: Any, raw: Any, _problems: Problems) -> dict[str, Any]:
    return {"note": str(raw or "").strip()[:500]}


def _points(_old: Any, raw: Any, problems: Problems) -> dict[str, Any]:
    if not isinstance(raw, Mapping) or len(raw) > 60 or any(type(done) is not bool for done in raw.values()):
        problems.append({"field": "points", "message": "请逐项勾选审查要点"})
        return {}
    return {"points": json.dumps({str(text)[:300]: done for text, done in raw.items()}, ensure_ascii=False)}


def _due_on(_old: Any, raw: Any, problems: Problems) -> dict[str, Any]:
    try:
        return {"due_on": date.fromisoformat(str(raw))}
    except ValueError:
        problems.append({"field": "due_on", "message": "容缺后补须写明补交期限，如 2026-12-01"})
        return {}


_READ: Mapping[str, Callable[[Any, Any, Problems], dict[str, Any]]] = {
    "state": _state, "originals": _number("originals"), "copies": _number("copies"), "pages": _number("pages"), "verified": _verified,
    "note": _note, "points": _points, "due_on": _due_on,
}  # fmt: skip
