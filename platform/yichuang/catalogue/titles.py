"""A place in a definition said in Chinese, from the schema's titles: `materials/3/necessity` → 申请材料 › 食品安全自查报告 › 必要性."""

import re
from collections.abc import Mapping
from typing import Any

from yichuang.catalogue.references import resolved
from yichuang.ports import Body


def place_in_words(place: str, body: Body, schema: Mapping[str, Any]) -> str:
    return " › ".join(_steps(place, body, schema))


def _steps(place: str, body: Any, root: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    schema: Mapping[str, Any] = root
    for step in filter(None, place.split("/")):
        schema = resolved(schema, root)
        if isinstance(body, list) and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
            schema = schema.get("items", {})
            words.append(name_of(body, resolved(schema, root)) or f"第 {int(step) + 1} 项")
            continue
        body = body.get(step) if isinstance(body, Mapping) else None
        schema = schema.get("properties", {}).get(step, {})
        words.append(str(schema.get("title") or resolved(schema, root).get("title") or step))
    return words


def name_of(body: Any, schema: Mapping[str, Any]) -> str:
    """An array element's name by its schema's `x-summary`, e.g. `{title}`; empty when it has none."""
    summary = schema.get("x-summary", "")
    if not isinstance(body, Mapping) or not summary:
        return ""
    filled = re.sub(r"\{(\w+)\}", lambda match: str(body.get(match.group(1), "")), summary)
    return re.sub(r"（\s*）", "", filled).strip()[:40]
