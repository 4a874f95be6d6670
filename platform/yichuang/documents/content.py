"""What a document says, as plain data. Pure: definition, values and facts in, JSON out (domain 2.5).

`{"title", "number", "author", "blocks": [...], "seal": {...}, "demo"}`; blocks have a `type` and final texts, nothing is left to decide
for the renderer. A block without content isn't there.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yichuang.documents.compiled import CompiledDocument
from yichuang.documents.drawings import drawing
from yichuang.documents.facts import facts_of
from yichuang.documents.fields import FIELDS
from yichuang.documents.texts import Text, listed, plain, said

Block = dict[str, Any]
Values = Mapping[str, Any]
DEFAULT_COLUMNS: Mapping[str, Sequence[str]] = {
    "materials.received": ("number", "title", "form", "count", "pages", "verified"),
    "materials.deferred": ("number", "title", "due", "note"),
    "materials.committed": ("number", "title", "commitment"),
    "materials.returned": ("number", "title", "form", "pages"),
    "correction.points": ("number", "title", "problem", "standard"),
    "handover.entries": ("number", "case", "item", "materials", "copies", "pages"),
}


def content(document: CompiledDocument, values: Values, facts: Mapping[str, Any]) -> dict[str, Any]:
    """All that the paper says. `values` by field path; `document.number`, `document.date` and `document.authority` among them.

    A `document.seal` among them is the one an agreement names: the definition's list of seals may use it (`{document.seal}`) or not.
    """
    known = facts_of(values, facts)
    seal = document.seal(known, values)
    full = {"document.copies": document.copies(), "document.title": document.title, **values, "document.seal": seal}
    shown = (_block(block.spec, full, known) for block in document.blocks if block.shows(known))
    return {
        "title": document.title,
        "number": plain(full.get("document.number")),
        "author": plain(full.get("document.authority")),
        "blocks": [block for block in shown if block],
        "demo": bool(document.body.get("demo")),
    }


def _block(spec: Mapping[str, Any], values: Values, facts: Mapping[str, Any]) -> Block | None:
    return _MAKERS[spec["type"]](spec, values, facts)


def _paragraphs(spec: Mapping[str, Any], values: Values, _facts: Any) -> Block | None:
    words = Text.read(str(spec.get("text", ""))).say(values)
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return {"type": spec["type"], "align": spec.get("align", "indent"), "title": spec.get("title", ""), "lines": lines} if lines else None


def _heading(spec: Mapping[str, Any], values: Values, _facts: Any) -> Block | None:
    words = Text.read(str(spec.get("title") or spec.get("text", ""))).say(values)
    return {"type": "heading", "text": words} if words else None


def _fields(spec: Mapping[str, Any], values: Values, facts: Mapping[str, Any]) -> Block | None:
    rows = [row.spec for row in spec.get("rows", ()) if row.shows(facts)]
    pairs = [{"title": row["title"], "value": _cell(str(row["value"]), values)} for row in rows]
    return {"type": "fields", "title": spec.get("title", ""), "rows": pairs} if pairs else None


def _cell(text: str, values: Values) -> str:
    """In a cell nothing stands for a missing value: there is room to write."""
    read = Text.read(text)
    return "" if read.empty(values) else read.say(values)


def _table(spec: Mapping[str, Any], values: Values, _facts: Any) -> Block | None:
    source = str(spec.get("source", ""))
    if source not in FIELDS or not isinstance(rows := values.get(source), Sequence) or not rows:
        return None
    chosen = spec.get("columns") or [{"key": key} for key in DEFAULT_COLUMNS.get(source, ())]
    columns = [{"key": c["key"], "title": c.get("title") or FIELDS[source].columns.get(c["key"], c["key"])} for c in chosen]
    cells = [[_told(row, column["key"], n) for column in columns] for n, row in enumerate(rows, 1)]
    return {"type": "table", "title": spec.get("title", ""), "columns": columns, "rows": cells}


def _told(row: Any, key: str, number: int) -> str:
    if key == "number" or not isinstance(row, Mapping):
        return str(number) if key == "number" else ""
    return plain(row.get(key)) or (_counted(row, key) if key in ("count", "form") else "")


def _counted(row: Mapping[str, Any], key: str) -> str:
    """How many pieces, and of which form, from the numbers of originals and copies."""
    given = [(words, int(row[part])) for part, words in (("originals", "原件"), ("copies", "复印件")) if plain(row.get(part)).isdigit()]
    if key == "count":
        return str(sum(count for _, count in given)) if given else ""
    return "、".join(words for words, count in given if count)


def _list(spec: Mapping[str, Any], values: Values, _facts: Any) -> Block | None:
    given = [Text.read(str(entry)).say(values) for entry in spec.get("entries", ())]
    source = str(spec.get("source", ""))
    lines = given or (listed(values.get(source)) if source in FIELDS else [])
    return {"type": "list", "title": spec.get("title", ""), "lines": lines} if lines else None


def _signatures(spec: Mapping[str, Any], values: Values, _facts: Any) -> Block | None:
    lines = [_line(line, values) for line in spec.get("lines", ())]
    return {"type": "signatures", "lines": lines} if lines else None


def _line(line: Mapping[str, Any], values: Values) -> dict[str, Any]:
    drawn = drawing(values.get("commitment.signature")) if line.get("signed") else ""
    day = said("commitment.signed_on", values.get("commitment.signed_on")) if drawn else ""
    value = _cell(str(line.get("value", "")), values)
    return {"title": line["title"], "value": value, "dated": bool(line.get("dated")), "date": day, "drawing": drawn}


def _seal(_spec: Mapping[str, Any], values: Values, _facts: Any) -> Block:
    return {
        "type": "seal",
        "authority": plain(values.get("document.authority")),
        "date": said("document.date", values.get("document.date")),
        "seal": plain(values.get("document.seal")),
    }


_MAKERS: Mapping[str, Callable[[Mapping[str, Any], Values, Mapping[str, Any]], Block | None]] = {
    "paragraph": _paragraphs, "remedy": _paragraphs, "note": _paragraphs, "heading": _heading, "fields": _fields, "table": _table, "list": _list,
    "signatures": _signatures, "seal": _seal, "qr": lambda _spec, _values, _facts: {"type": "qr"},
}  # fmt: skip
