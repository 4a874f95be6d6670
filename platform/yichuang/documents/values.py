"""The values the platform knows itself: item, department, hall and window as the case's release has them, and the document's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.access.masks import mask_id
from yichuang.documents.order import DocumentOrder
from yichuang.ports import Body, DefinitionView
from yichuang.rules.national import credit_fault, id_fault

UNITS = {"working_day": "个工作日", "day": "个自然日", "month": "个月", "hour": "小时"}


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs a document: `prefix` begins its numbers (机关代字)."""

    code: str
    title: str
    prefix: str


def authority(view: DefinitionView, kind: str, order: DocumentOrder) -> Authority:
    """The hall, or the department; for one that every street has (`by_street`) the office of the street where the document is issued.

    What the release doesn't know is named by its code.
    """
    code = order.place.hall if kind == "hall" else order.department
    found = _entry(view, "halls", code) if kind == "hall" else _department(view, order)
    title = str(found.get("title", code))
    return Authority(str(found.get("code", code)), title, str(found.get("doc_prefix") or found.get("short_title") or title))


def _department(view: DefinitionView, order: DocumentOrder) -> Mapping[str, Any]:
    department = _entry(view, "departments", order.department)
    street = _entry(view, "streets", order.place.street) if department.get("by_street") else {}
    if not street:
        return department
    office = {"title": f"{street['title']}办事处", "short_title": street["title"]}
    return {**department, **office, "code": street["code"], "doc_prefix": street.get("doc_prefix") or street["title"]}


def own_values(view: DefinitionView, order: DocumentOrder) -> dict[str, Any]:
    """By field path; what isn't known is left out."""
    item = view.find("item", str(order.facts.get("item.code", ""))) or {}
    department = _department(view, order)
    hall = _entry(view, "halls", order.place.hall)
    window: Mapping[str, Any] = next((w for w in hall.get("windows", ()) if w["code"] == order.place.window), {})
    told = {
        **_item(view, item),
        **{f"department.{key}": department.get(key) for key in ("title", "short_title", "phone", "supervise_phone")},
        **{f"hall.{key}": hall.get(key) for key in ("title", "address", "hours", "phone")},
        **{f"window.{key}": window.get(key) for key in ("title", "location")},
        "case.number": order.case_number,
        "clerk.name": order.actor.title,
    }
    return {path: value for path, value in told.items() if value}


def _item(view: DefinitionView, item: Body) -> dict[str, Any]:
    limits = item.get("time_limits", {})
    return {
        "item.title": item.get("title"),
        "item.type": _title(view, "item_type", item.get("item_type")),
        "item.legal_basis": "、".join(f"《{law['law']}》{_short(law.get('article', ''))}" for law in item.get("legal_basis", ())),
        "item.promised": _limit(limits.get("promised")),
        "item.statutory": _limit(limits.get("statutory")),
        "item.results": "、".join(result["title"] for result in item.get("results", ())),
        "item.remedy": item.get("remedy"),
    }


def _title(view: DefinitionView, table: str, code: Any) -> str | None:
    entries = (view.find("code_table", table) or {}).get("entries", ())
    return next((str(entry["title"]) for entry in entries if entry["code"] == code), None)


def _short(article: str) -> str:
    """A long citation (number of an order) is put in brackets, without what it has in brackets itself."""
    return article if len(article) <= 20 or article.startswith(("（", "(")) else f"（{article.partition('（')[0]}）"


def _limit(spec: Mapping[str, Any] | None) -> str:
    if not spec or spec.get("amount") is None:
        return ""
    return f"{spec['amount']}{UNITS[spec['unit']]}" if spec["amount"] else "当场办结"


def item_word(view: DefinitionView, order: DocumentOrder) -> str:
    """The item's own part of a number (`食许`), empty for none."""
    return str((view.find("item", str(order.facts.get("item.code", ""))) or {}).get("doc_word", ""))


def masked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with people's identity numbers partly covered: papers lie about. An organisation's credit code is public."""
    return {**values, **{path: mask_id(str(values[path])) for path in ("applicant.id_no", "agent.id_no") if _personal(values.get(path))}}


def _personal(number: Any) -> bool:
    """Not covered yet, and no credit code; what may be both counts as personal."""
    text = str(number or "")
    return bool(text) and "*" not in text and (credit_fault(text) is not None or id_fault(text) is None)


def document_values(number: str, day: date, issuer: Authority) -> dict[str, Any]:
    return {"document.number": number, "document.date": day, "document.authority": issuer.title}


def _entry(view: DefinitionView, part: str, code: str) -> Mapping[str, Any]:
    return next((entry for entry in _entries(view, part) if entry["code"] == code), {}) if code else {}


def _entries(view: DefinitionView, part: str) -> Iterator[Mapping[str, Any]]:
    for code in view.codes("organisation"):
        yield from (view.find("organisation", code) or {}).get(part, ())
