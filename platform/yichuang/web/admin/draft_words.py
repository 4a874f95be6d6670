"""Lines of a mapping said with the titles of fields instead of their paths."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.mappings.targets import target_fields
from yichuang.ports import Body, DefinitionView
from yichuang.web.admin.mapping_desk import told_paths

_PATH = re.compile(r"[A-Za-z_][\w]*(?:\[\d*\]|\.[A-Za-z_{][\w{}]*)*")


def our_titles(paths: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {one["path"]: f"{one['group']} › {one['title']}" for one in paths}


def their_titles(body: Body) -> dict[str, str]:
    return {field.path: field.title or field.path for field in target_fields(body.get("schema"))}


def retitled(words: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """Every path in a sentence by its title; `legalPerson（法定代表人）` for theirs, which staff know by their names too."""

    def titled(found: re.Match[str]) -> str:
        path = found[0]
        return ours.get(path) or (path if theirs.get(path, path) == path else f"{theirs[path]}（{path}）")

    return _PATH.sub(titled, words)


def lines_told(view: DefinitionView, mapping: Body) -> Iterator[dict[str, Any]]:
    """`to`, `title`, where it comes from in `words`, and its `transforms`, of every line; rows after their list."""
    yield from _lines(mapping.get("lines", ()), "", "", our_titles(told_paths(view, mapping)), their_titles(mapping))


def _lines(lines: Any, to: str, each: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        path = f"{to}{line.get('to', '')}"
        yield {
            "to": path, "title": theirs.get(path, path), "words": _source(line, each, ours), "transforms": list(line.get("transforms", ())),
        }  # fmt: skip
        if "each" in line:
            yield from _lines(line.get("lines", ()), f"{path}[].", str(line["each"]), ours, theirs)


def _source(line: Mapping[str, Any], each: str, ours: Mapping[str, str]) -> str:
    if "each" in line:
        return f"“{ours.get(line['each'], line['each'])}”的每一行"
    if "choose" in line:
        return f"分 {len(line['choose'])} 种情况"
    if "from" not in line:
        return f"固定为“{line.get('value', '')}”"
    given = line["from"] if isinstance(line["from"], list) else [line["from"]]
    return " ＋ ".join(_ours(path, each, ours) for path in given)


def _ours(path: str, each: str, ours: Mapping[str, str]) -> str:
    if path == "row.number":
        return "行号"
    whole = f"{each}[].{path.removeprefix('row.')}" if path.startswith("row.") else path
    return ours.get(whole, path)
