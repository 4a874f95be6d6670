"""The answers of a case as one reads them: titles and words, files as links, personal numbers masked until somebody asks for them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from renderers.form_print import said
from yichuang.access.masks import mask_id, mask_phone
from yichuang.services import Services
from yichuang.web.item_page import page_of
from yichuang.web.printing import with_titles

NUMBERS = {"id_number": mask_id, "phone": mask_phone}
"""Fields whose whole value is a personal number."""
PARTS = {"id_no": mask_id, "phone": mask_phone}
"""The same within a person or an organisation."""

Wire = Mapping[str, Any]


def form_of(services: Services, release: int, item: str, answers: Wire) -> Wire | None:
    """The form's wire under the case's own release, with the titles of the codes that were chosen; None without a form."""
    page = page_of(services.catalogue.at(release), item)
    wire = page.wire.get("form")
    return with_titles(wire, answers, page.titles) if wire else None


def sections(wire: Wire | None, answers: Wire, reveal: bool) -> list[dict[str, Any]]:
    """`[{title, rows: [{label, value, wide, files} | {label, columns, lines}]}]` of what was answered."""
    found = []
    for section in (wire or {"sections": ()})["sections"]:
        rows = [_row(field, answers[field["code"]], reveal) for field in _answered(section["fields"], answers)]
        if rows:
            found.append({"title": section["title"], "rows": rows})
    return found


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
    return {"value": said(field, value if reveal else masked(field, value)), "files": []}


def _chosen(field: Wire, value: Any) -> str:
    """What was chosen, without the boxes that paper needs."""
    if field["type"] == "boolean":
        return {True: "是", False: "否"}.get(value, "")
    codes = value if isinstance(value, list) else [value] if value else []
    titles = {option["code"]: option["title"] for option in field.get("options") or ()} | dict(field.get("titles", {}))
    return "、".join(titles.get(code, str(code)) for code in codes)


def masked(field: Wire, value: Any) -> Any:
    """The value with its personal numbers masked."""
    if isinstance(value, str) and field["type"] in NUMBERS:
        return NUMBERS[field["type"]](value)
    if isinstance(value, Mapping) and field["type"] in ("person", "organisation"):
        return {part: PARTS[part](v) if part in PARTS and isinstance(v, str) else v for part, v in value.items()}
    return value


def fields_of(wire: Wire | None) -> list[dict[str, str]]:
    """`{path, title}` of every field that a correction may name."""
    sections_ = (wire or {"sections": ()})["sections"]
    return [
        {"path": field["code"], "title": f"{section['title']}：{field['title']}"}
        for section in sections_
        for field in section["fields"]
        if field["type"] != "static"
    ]
