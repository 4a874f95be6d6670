"""A document's plain blocks made ready for the sheet: widths of columns, pairs of cells, words that can be broken."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from renderers import qr

WIDTHS = {
    "number": 0.75, "title": 2.6, "form": 1.15, "originals": 0.9, "copies": 0.8, "count": 0.8, "pages": 0.8, "verified": 1.25, "method": 1.1,
    "note": 1.5, "due": 1.7, "commitment": 1.2, "problem": 2.7, "standard": 3.0, "case": 3.0, "item": 2.3, "applicant": 1.1, "materials": 1.8,
}  # fmt: skip
NARROW = frozenset({"number", "form", "originals", "copies", "count", "pages", "verified", "method", "due", "commitment", "applicant"})
SHORT = 11
"""So many characters of a value fit into half a row."""
LONGEST = 24
_RUN = re.compile(rf"[!-~]{{{LONGEST + 1},}}")
_BREAK = "\u200b"


def sheet(content: Mapping[str, Any], url: str) -> dict[str, Any]:
    """The data of `typst/document.typ`."""
    content = _breakable(content)
    return {
        "title": content["title"], "author": content["author"] or content["title"], "number": content["number"], "blocks": blocks(content),
        "url": url, "qr": qr.svg(url, border=0) if url else "", **_review(content.get("review", "")),
    }  # fmt: skip


def _review(url: str) -> dict[str, str]:
    """The code that leads to reviewing the service, where the paper invites to that."""
    url = url.replace(_BREAK, "")
    return {"review": url, "review_qr": qr.svg(url, border=0) if url else ""}


def blocks(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stands right before the seal stays with it: no page has a seal and no words."""
    ready = _beside_seal([_ready(block) for block in content["blocks"]])
    following = [block["type"] for block in ready[1:]]
    return [{**block, "keep": after == "seal"} for block, after in zip(ready, [*following, ""], strict=True)]


def _beside_seal(ready: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The code stands beside the seal, where there is one: it needs no room of its own."""
    types = [block["type"] for block in ready]
    code = "seal" in types and "qr" in types
    kept = [block for block in ready if not (code and block["type"] == "qr")]
    return [{**block, "code": code} if block["type"] == "seal" else block for block in kept]


def _ready(block: Mapping[str, Any]) -> dict[str, Any]:
    if block["type"] == "fields":
        return {**block, "rows": _packed(block["rows"])}
    if block["type"] == "table":
        columns = [{**c, "width": WIDTHS.get(c["key"], 1.3), "narrow": c["key"] in NARROW} for c in block["columns"]]
        return {**block, "columns": columns}
    return dict(block)


def _packed(pairs: Sequence[Mapping[str, str]]) -> list[list[Mapping[str, str]]]:
    """Rows of one or two pairs: two short ones stand side by side."""
    rows: list[list[Mapping[str, str]]] = []
    for pair in pairs:
        short = _width(pair["value"]) <= SHORT and _width(pair["title"]) <= 7
        if rows and short and len(rows[-1]) == 1 and _width(rows[-1][0]["value"]) <= SHORT:
            rows[-1].append(pair)
        else:
            rows.append([pair])
    return rows


def _width(text: str) -> float:
    return sum(1.0 if ord(character) > 0x2E80 else 0.55 for character in text)


def _breakable(value: Any) -> Any:
    """The same with places to break in every very long run of letters."""
    if isinstance(value, str):
        return value if value.startswith("<svg") else _RUN.sub(lambda run: _broken(run.group()), value)
    if isinstance(value, Mapping):
        return {key: _breakable(part) for key, part in value.items()}
    return [_breakable(part) for part in value] if isinstance(value, list | tuple) else value


def _broken(run: str) -> str:
    return _BREAK.join(run[at : at + 8] for at in range(0, len(run), 8))
