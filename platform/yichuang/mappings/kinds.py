"""Which sort of value goes through a line: whether one transform can follow another, and whether the target takes the result."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.mappings.transforms import TRANSFORMS, Context, compile_transform
from yichuang.rules.limits import Problem

KINDS: Mapping[str, str] = {
    "text": "text", "date": "text", "moment": "text", "number": "number", "boolean": "boolean", "texts": "texts", "rows": "rows",
    "files": "files", "address": "object", "person": "object", "organisation": "object", "object": "object",
}  # fmt: skip
"""Of a source's type."""
TITLES: Mapping[str, str] = {
    "text": "文字", "number": "数字", "boolean": "是／否", "texts": "列表", "rows": "重复组", "files": "文件",
    "object": "一组内容", "any": "任何内容",
}  # fmt: skip
AGAINST: Mapping[str, frozenset[str]] = {
    "text": frozenset({"integer", "number", "boolean", "array", "object"}),
    "texts": frozenset({"string", "integer", "number", "boolean", "object"}),
    "rows": frozenset({"string", "integer", "number", "boolean", "object"}),
    "files": frozenset({"string", "integer", "number", "boolean", "object"}),
    "object": frozenset({"string", "integer", "number", "boolean", "array"}),
    "boolean": frozenset({"string", "integer", "number", "array", "object"}),
    "number": frozenset({"boolean", "array", "object"}),
}
"""Types of JSON Schema that a kind can never be."""
JOINS = ("join", "address", "first")


def of_constant(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else "text"


def after(spec: Mapping[str, Any], kind: str) -> str:
    """The kind that a transform gives for one of `kind`; `any` where it depends on the value."""
    use = str(spec.get("use"))
    if use in ("number", "money"):
        return "number" if spec.get("as") == "number" else "text"
    if use == "split":
        return "text" if "pick" in spec else "texts"
    if use == "address":
        return "object" if spec.get("part") == "object" else "text"
    if use == "file":
        return "any" if kind in ("files", "rows") else "number" if spec.get("by") == "size" else "text"
    if use == "code":
        return kind if kind == "texts" else "any"
    if use in ("boolean", "material_code") or (use == "empty" and spec.get("as", "") != ""):
        return "any"
    if use == "date":
        return "number" if spec.get("to") == "millis" else "text"
    return TRANSFORMS[use].gives or kind


def chain_problems(specs: Sequence[Any], kind: str, many: bool, tables: Context, place: str) -> Iterator[Problem]:
    """Transforms that can't follow one another, lack an option, or have one that isn't theirs."""
    if many and (not specs or specs[0].get("use") not in JOINS):
        yield Problem(f"{place}/from", "有多个来源，却没有先合成一个", "请把“连接”“地址”或“取第一个有值的”作为第一个转换，或只选一个来源")
    kind = "texts" if many else kind
    for n, spec in enumerate(specs):
        use = TRANSFORMS[spec["use"]]
        here = f"{place}/transforms/{n}"
        yield from _options(spec, here, tables)
        if not (many and n == 0) and kind not in use.takes | {"any"}:
            takes = "、".join(TITLES[one] for one in sorted(use.takes))
            yield Problem(here, f"“{use.title}”不能用在这里：前面得到{TITLES[kind]}，它只接受{takes}", "请调整转换的先后，或改选来源")
            return
        kind = "any" if many and n == 0 and spec["use"] == "first" else after(spec, kind)


def result_kind(specs: Sequence[Any], kind: str, many: bool) -> str:
    kind = "texts" if many else kind
    for n, spec in enumerate(specs):
        kind = "any" if many and n == 0 and spec["use"] == "first" else after(spec, kind)
    return kind


def _options(spec: Mapping[str, Any], place: str, context: Context) -> Iterator[Problem]:
    use = TRANSFORMS[spec["use"]]
    for name in sorted(use.needs - set(spec)):
        yield Problem(f"{place}/{name}", f"“{use.title}”缺少设置 {name}", "请填写这一设置")
    for name in sorted(set(spec) - use.options - {"use"}):
        yield Problem(f"{place}/{name}", f"“{use.title}”没有设置 {name}", "请删去这一设置")
    table = spec.get("table")
    if table is not None and isinstance(table, str) != (spec["use"] in ("address", "division")):
        yield Problem(f"{place}/table", f"“{use.title}”的对照写法不对", "代码对照逐个写“我方值: 对方值”；地址、行政区划写代码表的代码")
    elif not use.needs - set(spec):
        yield from _broken(spec, place, context)


def _broken(spec: Mapping[str, Any], place: str, context: Context) -> Iterator[Problem]:
    made = compile_transform(spec, context)
    if made.broken:
        yield Problem(place, f"“{TRANSFORMS[spec['use']].title}”：{made.broken}", "请更正这一转换的设置")
