"""The answers of a case as one reads them: titles and words, files as links, people masked until somebody asks for them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from renderers.form_print import said
from yichuang.access.masks import mask_detail, mask_id, mask_name, mask_phone
from yichuang.services import Services
from yichuang.web.item_page import page_of
from yichuang.web.printing import with_titles

NAMED = "person_name"
NUMBERS: Mapping[str, Callable[[str], str]] = {"id_number": mask_id, "phone": mask_phone, NAMED: mask_name}
"""Fields whose whole value is personal."""
PARTS: Mapping[str, Mapping[str, Callable[[str], str]]] = {
    "person": {"name": mask_name, "id_no": mask_id, "phone": mask_phone},
    "organisation": {"legal_rep": mask_name, "phone": mask_phone},
    "address": {"detail": mask_detail},
}
"""The same within a composite field: an organisation's name and code are public."""

Wire = Mapping[str, Any]


def form_of(services: Services, release: int, item: str, answers: Wire) -> Wire | None:
    """The form's wire under the case's own release, with its `parties` and the titles of the codes that were chosen; None without a form."""
    snapshot = services.catalogue.at(release)
    page = page_of(snapshot, item)
    wire = page.wire.get("form")
    if not wire:
        return None
    parties = (snapshot.find("form", page.body["form"]) or {}).get("parties", {})
    return {**with_titles(wire, answers, page.titles), "parties": parties}


def sections(wire: Wire | None, answers: Wire, reveal: bool) -> list[dict[str, Any]]:
    """`[{title, rows: [{label, value, wide, files} | {label, columns, lines}]}]` of what was answered."""
    found, named = [], names_of_people(wire or {})
    for section in (wire or {"sections": ()})["sections"]:
        rows = [_row(_marked(field, named), answers[field["code"]], reveal) for field in _answered(section["fields"], answers)]
        if rows:
            found.append({"title": section["title"], "rows": rows})
    return found


def names_of_people(wire: Wire) -> set[str]:
    """Codes of the text fields that hold a person's name, as the form says of its parties."""
    types = {field["code"]: field["type"] for section in wire.get("sections", ()) for field in section["fields"]}
    specs = [spec for party in (wire.get("parties") or {}).values() for spec in party]
    people = [spec for spec in specs if types.get(spec.get("id_no", "")) != "credit_code" and not spec.get("id_no", "").endswith("/credit_code")]
    return {spec["name"] for spec in people if "name" in spec} | {spec["legal_rep"] for spec in specs if "legal_rep" in spec}


def _marked(field: Wire, named: Collection[str]) -> Wire:
    """A text field that holds a person's name is one of type `person_name` from here on; also beside a number within a row."""
    if field["type"] == "text" and field["code"] in named:
        return {**field, "type": NAMED}
    columns = field.get("fields", ())
    if any(column["type"] in NUMBERS for column in columns):
        return {**field, "fields": [_marked(column, {"name"}) for column in columns]}
    return field


def _answered(fields: Sequence[Wire], answers: Wire) -> Iterator[Wire]:
    return (f for f in fields if f["type"] != "static" and answers.get(f["code"]) not in (None, "", [], {}))


def _row(field: Wire, value: Any, reveal: bool) -> dict[str, Any]:
    if field["type"] == "group":
        columns = [column for column in field["fields"] if column["type"] != "static"]
        lines = [[_cell(column, row.get(column["code"]), reveal) for column in columns] for row in value]
        return {"label": field["title"], "columns": [c["title"] for c in columns], "lines": lines, "wide": True}
    return {"label": field["title"], **_cell(field, value, reveal), "wide": field["type"] in WIDE or field.get("span") == "full"}


WIDE: Collection[str] = ("textarea", "address", "person", "organisation", "choices", "attachment")


def _cell(field: Wire, value: Any, reveal: bool) -> dict[str, Any]:
    if field["type"] == "attachment":
        return {"value": "", "files": [f for f in value or () if isinstance(f, Mapping) and f.get("digest")]}
    if field["type"] in ("boolean", "choice", "choices"):
        return {"value": _chosen(field, value), "files": []}
    plain = {**field, "type": "text"} if field["type"] == NAMED else field
    return {"value": said(plain, value if reveal else masked(field, value)), "files": []}


def _chosen(field: Wire, value: Any) -> str:
    """What was chosen, without the boxes that paper needs."""
    if field["type"] == "boolean":
        return {True: "是", False: "否"}.get(value, "")
    codes = value if isinstance(value, list) else [value] if value else []
    titles = {option["code"]: option["title"] for option in field.get("options") or ()} | dict(field.get("titles", {}))
    return "、".join(titles.get(code, str(code)) for code in codes)


def masked(field: Wire, value: Any) -> Any:
    """The value with what is personal in it masked."""
    if isinstance(value, str) and field["type"] in NUMBERS:
        return NUMBERS[field["type"]](value)
    parts = PARTS.get(field["type"], {})
    if isinstance(value, Mapping) and parts:
        return {part: parts[part](v) if part in parts and isinstance(v, str) else v for part, v in value.items()}
    return value


PLAIN = ("text", "textarea", "number", "money", "date", "time", "id_number", "credit_code", "phone", "email", "boolean", "choice")
"""Fields that hold one value, and can be put right by writing another."""


def fields_of(wire: Wire | None) -> list[dict[str, Any]]:
    """`{path, title, type, options}` of every field that a correction may name; `type` is empty for one of several parts."""
    sections_ = (wire or {"sections": ()})["sections"]
    return [
        {
            "path": field["code"],
            "title": f"{section['title']}：{field['title']}",
            "type": field["type"] if field["type"] in PLAIN and not field.get("compute") else "",
            "options": [[option["code"], option["title"]] for option in field.get("options") or ()] if field["type"] == "choice" else [],
        }
        for section in sections_
        for field in section["fields"]
        if field["type"] != "static"
    ]
