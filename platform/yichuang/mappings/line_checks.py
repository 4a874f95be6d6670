"""The gate's checks of a mapping's lines: what they read, what they write, and what they make of it on the way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.mappings.kinds import AGAINST, KINDS, TITLES, chain_problems, of_constant, result_kind
from yichuang.mappings.plan import ANY_STEP, DEEPEST
from yichuang.mappings.record import LISTS, OBJECTS, source
from yichuang.mappings.sources import in_rows, rows_in
from yichuang.mappings.targets import TargetField
from yichuang.mappings.transforms import Context
from yichuang.rules.conditions import problems
from yichuang.rules.facts import FactBook
from yichuang.rules.limits import Problem

WAYS = ("from", "value", "choose", "each")
FREE = ("step.inputs.",)
FILES = {"text", "object"}
TYPES = {"string": "文字", "integer": "整数", "number": "数字", "boolean": "是或否", "array": "列表", "object": "一组内容"}


@dataclass(frozen=True)
class Surroundings:
    """What lines are held against: our paths and their types, facts, code tables, and the target's fields by path."""

    paths: Mapping[str, str]
    book: FactBook
    context: Context
    fields: Mapping[str, TargetField]
    closed: bool
    items: bool
    called: str = ""
    to: str = ""
    depth: int = 0

    def inside(self, line: Mapping[str, Any]) -> "Surroundings":
        book, called = in_rows(self.book, line["each"], self.called)
        to = self.to if "columns" in line else f"{self.to}{line.get('to', '')}[]."
        return Surroundings(self.paths, book, self.context, self.fields, self.closed, self.items, called, to, self.depth + 1)


def line_problems(lines: Sequence[Mapping[str, Any]], around: Surroundings, place: str, flat: bool = False) -> Iterator[Problem]:
    """All of the lines at one level, and of those inside of them."""
    for n, line in enumerate(lines):
        here = f"{place}/{n}"
        yield from _shape(line, here, around, flat)
        if "when" in line:
            yield from problems(line["when"], around.book, f"{here}/when")
        yield from _sources(line, here, around)
        if "each" in line:
            inner = line.get("lines", ())
            yield from line_problems(inner, around.inside(line), f"{here}/lines", "columns" in line)
        else:
            yield from _values(line, here, around)
    yield from _collisions(lines, place)


def _shape(line: Mapping[str, Any], here: str, around: Surroundings, flat: bool) -> Iterator[Problem]:
    ways = [way for way in WAYS if way in line]
    if len(ways) != 1:
        yield Problem(here, "一行须有且只有一种取值：来源、固定值、按条件取值或重复组", "请只保留其中一种")
    if "each" in line:
        yield from _rows_shape(line, here, around)
    elif "to" not in line:
        yield Problem(f"{here}/to", "没有写目标", "请填写对方的字段")
    if "to" in line:
        yield from _target(line, here, around, flat)


def _rows_shape(line: Mapping[str, Any], here: str, around: Surroundings) -> Iterator[Problem]:
    if not line.get("lines"):
        yield Problem(f"{here}/lines", "重复组内没有映射行", "请增加行内映射")
    if "columns" in line and "to" in line:
        yield Problem(f"{here}/to", "平铺成列时不写目标，目标写在行内", "请删去这里的目标")
    if "columns" not in line and "to" not in line:
        yield Problem(f"{here}/to", "没有写目标", "请填写对方的数组字段，或改为平铺成列")
    if "transforms" in line:
        yield Problem(f"{here}/transforms", "重复组不能转换，只能转换行内的值", "请把转换移到行内")
    if around.depth >= DEEPEST or ("columns" in line and any("each" in one for one in line.get("lines", ()))):
        yield Problem(here, "重复组嵌套太深，或在平铺的列中又有重复组", "请减少层数")


def _target(line: Mapping[str, Any], here: str, around: Surroundings, flat: bool) -> Iterator[Problem]:
    to = line["to"]
    *above, last = to.split(".")
    if not all(to.split(".")) or any(sign in to for sign in "[]\0"):
        yield Problem(f"{here}/to", f"目标“{to}”的写法不对", "各级名称之间用一个点，例如 legal_rep.name；数组用“重复组”")
    elif flat != ("{n}" in last) or any("{n}" in one for one in above):
        yield Problem(f"{here}/to", "平铺的列须在最后一级写 {n}，其他地方不能写", "例如 holder{n}；请更正")
    elif around.closed and (path := (around.to + to).replace("{n}", "1")) not in around.fields:
        yield Problem(f"{here}/to", f"对方的 JSON Schema 中没有“{path}”", "请更正目标，或在对方的 JSON Schema 中增加")


def _sources(line: Mapping[str, Any], here: str, around: Surroundings) -> Iterator[Problem]:
    given = line.get("from", ())
    for path in [given] if isinstance(given, str) else given:
        yield from _known(path, f"{here}/from", around)
    for n, choice in enumerate(line.get("choose", ())):
        yield from _choice(choice, f"{here}/choose/{n}", around, n == len(line["choose"]) - 1)
    if "each" in line and next(_known(line["each"], "", around), None) is None:
        if kind_of(line["each"], around) not in ("rows", "files"):
            yield Problem(f"{here}/each", f"“{line['each']}”不是重复组", "请选择重复组、材料、文书、补正或文件")
    elif "each" in line:
        yield from _known(line["each"], f"{here}/each", around)


def _choice(choice: Mapping[str, Any], here: str, around: Surroundings, last: bool) -> Iterator[Problem]:
    if ("from" in choice) == ("value" in choice):
        yield Problem(here, "须在来源和固定值中选一种", "请只保留其中一种")
    if ("when" in choice) == (choice.get("otherwise") is True):
        yield Problem(here, "须写条件，或选“其他情况”", "请只保留其中一种")
    if choice.get("otherwise") is True and not last:
        yield Problem(here, "“其他情况”后面的情形永远轮不到", "请把它排到最后")
    if "when" in choice:
        yield from problems(choice["when"], around.book, f"{here}/when")
    if "from" in choice:
        yield from _known(choice["from"], f"{here}/from", around)


def kind_of(path: str, around: Surroundings) -> str:
    """The type of a source path, empty when there is none such. Inside rows: that of the column."""
    where = source(path)
    if where.in_row:
        if not around.called:
            return ""
        if where.keys == ("number",):
            return "number"
        if not where.keys:
            return "object"
        path = f"{rows_in(around.called.removesuffix('[]'))}[].{'.'.join(where.keys)}"
    path = path.removesuffix("[]")
    if path.startswith(FREE) and len(path) > len(FREE[0]):
        return "any"
    return around.paths.get(path, "")


def _known(path: str, place: str, around: Surroundings) -> Iterator[Problem]:
    if kind_of(path, around):
        return
    root = path.partition(".")[0]
    if root == "row" and not around.called:
        yield Problem(place, f"“{path}”只能用在重复组内", "请改选来源，或把这一行移到重复组内")
    elif root in ("form", "situation") and not around.items:
        yield Problem(place, f"映射没有列出事项，不能用“{path}”", "请在映射中列出事项，或改用办件、申请人等通用来源")
    elif root in OBJECTS or root in LISTS or root in ("form", "situation", "row"):
        yield Problem(place, f"没有“{path}”这一来源", "请从列出的来源中选择")
    else:
        yield Problem(place, f"“{path}”不是办件记录中的路径", "请从列出的来源中选择，例如 case.number、form.栏目")


def _values(line: Mapping[str, Any], here: str, around: Surroundings) -> Iterator[Problem]:
    """Transforms, and whether the target can take what comes out."""
    specs = line.get("transforms", ())
    for kind, many in _kinds(line, around):
        found = list(chain_problems(specs, kind, many, around.context, here))
        yield from found
        field = around.fields.get((around.to + line.get("to", "")).replace("{n}", "1"))
        if found or field is None:
            continue
        came = result_kind(specs, kind, many)
        if field.type in AGAINST.get(came, ()):
            told = f"得到{TITLES[came]}，对方的“{field.path}”要{TYPES.get(field.type, field.type)}"
            yield Problem(here, told, "请增加或更正转换，使结果成为对方要的类型")


def _kinds(line: Mapping[str, Any], around: Surroundings) -> Iterator[tuple[str, bool]]:
    """Each kind of value that the line may start with, and whether it is several sources at once."""
    if "choose" in line:
        for choice in line["choose"]:
            yield (_kind(choice["from"], around) if "from" in choice else of_constant(choice.get("value"))), False
    elif isinstance(line.get("from"), list):
        yield "texts", True
    elif "from" in line:
        yield _kind(line["from"], around), False
    elif "value" in line:
        yield of_constant(line["value"]), False


def _kind(path: str, around: Surroundings) -> str:
    return KINDS.get(kind_of(path, around), "any")


def _collisions(lines: Sequence[Mapping[str, Any]], place: str) -> Iterator[Problem]:
    """Two lines of one step for the same target, or one for a part of what another writes as a whole."""
    seen: list[tuple[str, frozenset[str]]] = []
    for n, line in enumerate(lines):
        for to in _written(line):
            steps = frozenset(line.get("steps") or (ANY_STEP,))
            if any(_clash(to, other) and _together(steps, others) for other, others in seen):
                said = f"目标“{to}”与前面的行重复，或一个是另一个的一部分"
                yield Problem(f"{place}/{n}/to", said, "请合并成一行；因条件不同而取值不同时用“按条件取值”")
            seen.append((to, steps))


def _written(line: Mapping[str, Any]) -> Iterator[str]:
    if "columns" in line:
        yield from (one["to"] for one in line.get("lines", ()) if "to" in one)
    elif "to" in line:
        yield line["to"]


def _clash(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _together(steps: frozenset[str], others: frozenset[str]) -> bool:
    return ANY_STEP in steps or ANY_STEP in others or not steps.isdisjoint(others)
