"""What the editor of mappings lays out: our fields by title and origin with their options, the steps, an invented case to try it on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.mappings.sources import FACT_TYPES, SourcePath, fields_of, source_paths
from yichuang.ports import Body, DefinitionView
from yichuang.rules.everyday import questions

MOST_OPTIONS = 80
Options = Sequence[tuple[str, str]]
TABLES: Mapping[str, str] = {
    "applicant.kind": "target_type", "applicant.id_type": "id_type", "agent.kind": "target_type", "agent.id_type": "id_type",
    "contact.id_type": "id_type", "case.case_type": "case_type", "item.case_type": "case_type", "item.item_type": "item_type",
}  # fmt: skip
"""Paths of every record whose values stand in a code table."""
CHANNELS: Options = (("desk", "窗口"), ("apply", "网上"))
ORDER = ("表单", "申请人", "代理人", "联系人", "情形", "材料", "文书", "办件", "本环节", "事项")
SHOWN_AS: Mapping[str, str] = {"表单": "申请表"}


def steps(schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The steps that a mapping may name, with titles, from the kind's schema."""
    given = schema["properties"]["steps"]["items"]
    return [(code, title) for code, title in zip(given["enum"], given["x-enum-titles"], strict=True) if code != "*"]


def items_of(body: Body) -> list[str]:
    """The items whose forms and situations a mapping may read: those it names. One for all items reads what every case has."""
    return [code for code in body.get("items", ()) if isinstance(code, str)]


def told_paths(view: DefinitionView, body: Body) -> list[dict[str, Any]]:
    """Every source: `path`, `title` within its `group`, `type`, `repeated`, `options`; forms and applicants first."""
    items = items_of(body)
    options = options_of(view, items)
    told = [_told(one, options) for one in source_paths(view, items)]
    return sorted(told, key=lambda one: ORDER.index(one["from"]) if one["from"] in ORDER else len(ORDER))


def _told(one: SourcePath, options: Mapping[str, Options]) -> dict[str, Any]:
    group, _, title = one.title.partition(" › ")
    title = title or group
    told: dict[str, Any] = {
        "path": one.path, "title": title if "[]" not in one.path else title.rpartition(" › ")[2], "from": group, "group": SHOWN_AS.get(group, group),
        "type": one.type, "repeated": one.repeated and (one.type in ("rows", "files") or "[]" in one.path),
    }  # fmt: skip
    if one.path in options:
        told["options"] = [list(pair) for pair in options[one.path]]
    return told


def options_of(view: DefinitionView, items: Sequence[str]) -> dict[str, Options]:
    """The values that a path may have, where they are few: from forms, situations and code tables."""
    found: dict[str, Options] = {path: _table(view, table) for path, table in TABLES.items()}
    found["case.channel"] = CHANNELS
    for code in items:
        item = view.find("item", code) or {}
        found |= {f"situation.{q['code']}": _entries(q.get("options", ())) for q in questions(item.get("situations", ()))}
        for field in fields_of(view.find("form", str(item.get("form", ""))) or {}):
            found |= dict(_field_options(view, f"form.{field['code']}", field))
    return {path: options for path, options in found.items() if options}


def _field_options(view: DefinitionView, path: str, field: Mapping[str, Any]) -> Iterator[tuple[str, Options]]:
    if field.get("options"):
        yield path, _entries(field["options"])
    elif field.get("code_table"):
        yield path, _table(view, str(field["code_table"]))
    if field.get("type") == "person":
        yield f"{path}.id_type", _table(view, "id_type")
    for column in field.get("fields", ()):
        yield from _field_options(view, f"{path}[].{column['code']}", column)


def _entries(entries: Any) -> Options:
    return [(str(entry["code"]), str(entry.get("title", entry["code"]))) for entry in entries]


def _table(view: DefinitionView, code: str) -> Options:
    entries = (view.find("code_table", code) or {}).get("entries", ())
    return _entries(entries) if len(entries) <= MOST_OPTIONS else ()


def facts(view: DefinitionView, body: Body) -> dict[str, Any]:
    """What a line's conditions may read, as the condition editor takes it; `rows` by the repeated group."""
    paths = [one for one in told_paths(view, body) if one["type"] in FACT_TYPES]
    rows: dict[str, list[dict[str, Any]]] = {}
    for one in paths:
        group, mark, name = one["path"].rpartition("[].")
        if mark:
            rows.setdefault(group, []).append(_fact(one, f"row.{name}"))
    number = {"path": "row.number", "type": "number", "title": "行号", "column": False}
    rows = {group: [*own, number] for group, own in rows.items()}
    plain = [_fact(one, one["path"]) for one in paths if "[]" not in one["path"]]
    return {"facts": plain, "rows": rows, "scopes": {fact["path"].split(".")[0]: fact["scope"] for fact in plain} | {"row": "本行"}}


def _fact(one: Mapping[str, Any], path: str) -> dict[str, Any]:
    kind = FACT_TYPES[one["type"]]
    options = {"options": one["options"]} if one.get("options") and kind in ("text", "texts") else {}
    return {"path": path, "type": kind, "title": one["title"], "column": False, "scope": one["group"], **options}
