"""Codes to codes: sex, ethnicity, kinds of identity document, materials (domain 4.4, nos. 1–3, 9, 17)."""

from collections.abc import Callable, Mapping
from typing import Any

from yichuang.mappings.faults import Refused, empty
from yichuang.mappings.transforms.transform import Apply, Context, Spec, Transform, misconfigured, not_text
from yichuang.ports import Body

Pairs = dict[str, Any]


def code(spec: Spec, context: Context) -> Transform:
    """`table`, or `from_table` (our codes) and/or `to_table` (their codes), matched by title, `strip` cut off the titles' ends."""
    pairs = _pairs(spec, context)
    if not pairs:
        return misconfigured("code", "没有可用的代码对照")
    return _lookup("code", pairs, _unknown(spec.get("unknown", "fault")), context.table(str(spec.get("from_table", ""))))


def material_code(spec: Spec, _context: Context) -> Transform:
    pairs = dict(spec.get("table", {}))

    def unmapped(value: Any) -> Any:
        raise Refused("material", "是没有对照的材料代码", "请在映射的材料代码对照中增加这一份材料")

    return _lookup("material_code", pairs, unmapped) if pairs else misconfigured("material_code", "没有材料代码对照")


def boolean(spec: Spec, _context: Context) -> Transform:
    """Our true/false to their words (1/0, 是/否, Y/N)."""
    yes, no = spec.get("true", "1"), spec.get("false", "0")

    def apply(value: Any) -> Any:
        if value is True or value is False:
            return yes if value else no
        if empty(value):
            return value
        raise Refused("boolean", "不是“是／否”", "请改选是／否类型的来源，或改用“代码对照”")

    def back(value: Any) -> Any:
        for theirs, ours in ((yes, True), (no, False)):
            if type(value) is type(theirs) and value == theirs:
                return ours
        if empty(value):
            return value
        raise Refused("boolean", "不是约定的“是／否”用词", "请对方核对，或在映射中更正用词")

    return Transform("boolean", apply, back, "Y if v is True else N if v is False else F(v)", {"Y": yes, "N": no, "F": apply})


def _lookup(use: str, pairs: Pairs, unknown: Callable[[Any], Any], titles: Body | None = None) -> Transform:
    def one(value: Any) -> Any:
        name = key(value)
        return pairs[name] if name in pairs else unknown(value)

    def apply(value: Any) -> Any:
        if type(value) is list:
            return [one(entry) for entry in value]
        return value if empty(value) else one(value)

    ways = {} if any(empty(given) for given in pairs.values()) else pairs
    return Transform(use, apply, _reverse(pairs), "(G(v) if type(v) is str else F(v)) or F(v)", {"G": ways.get, "F": apply})


def key(value: Any) -> str:
    """As written in a table: true, false, whole numbers and texts. Refuses everything else."""
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    raise not_text()


def _reverse(pairs: Pairs) -> Apply | None:
    """Back, when no two of ours have become the same over there."""
    ways: dict[tuple[str, Any], str] = {}
    for ours, theirs in pairs.items():
        if (type(theirs).__name__, theirs) in ways:
            return None
        ways[type(theirs).__name__, theirs] = ours

    def one(value: Any) -> Any:
        try:
            return ways[type(value).__name__, value]
        except (KeyError, TypeError):
            raise Refused("unknown_code", "不在代码对照中", "请在代码对照中增加，或请对方更正") from None

    def back(value: Any) -> Any:
        if type(value) is list:
            return [one(entry) for entry in value]
        return value if empty(value) else one(value)

    return back


def _unknown(policy: Any) -> Callable[[Any], Any]:
    if policy == "keep":
        return lambda value: value
    if isinstance(policy, Mapping):
        return lambda value: policy.get("value")

    def refuse(value: Any) -> Any:
        raise Refused("unknown_code", "不在代码对照中", "请在代码对照中增加这个值，或更正来源")

    return refuse


def _pairs(spec: Spec, context: Context) -> Pairs:
    pairs = {}
    ours, theirs, strip = spec.get("from_table"), spec.get("to_table"), str(spec.get("strip", ""))
    if ours and theirs:
        by_title = {_cut(title, strip): name for name, title in _titles(context, theirs).items()}
        pairs = {name: by_title[_cut(t, strip)] for name, t in _titles(context, ours).items() if _cut(t, strip) in by_title}
    elif ours:
        pairs = {name: _cut(title, strip) for name, title in _titles(context, ours).items()}
    elif theirs:
        titles = _titles(context, theirs)
        pairs = {title: name for name, title in titles.items()} | {_cut(title, strip): name for name, title in titles.items()}
    return pairs | dict(spec.get("table", {}))


def _titles(context: Context, table: str) -> dict[str, str]:
    body = context.table(table)
    return {entry["code"]: entry["title"] for entry in body["entries"]} if body else {}


def _cut(title: str, ending: str) -> str:
    return title.removesuffix(ending) if ending and title != ending else title
