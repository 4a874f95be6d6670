"""Where each place of a definition stands in its YAML text."""

from typing import Any

import yaml


def lines(text: str) -> dict[str, int]:
    """`materials/3/title` → line, counted from 1; empty for an unreadable text."""
    try:
        root = yaml.compose(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return {}
    found: dict[str, int] = {}
    if root is not None:
        _walk(root, "", found)
    return found


def _walk(node: Any, place: str, found: dict[str, int]) -> None:
    found.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = f"{place}/{key.value}".lstrip("/")
            found[inner] = key.start_mark.line + 1
            _walk(value, inner, found)
    elif isinstance(node, yaml.SequenceNode):
        for number, part in enumerate(node.value):
            _walk(part, f"{place}/{number}".lstrip("/"), found)
