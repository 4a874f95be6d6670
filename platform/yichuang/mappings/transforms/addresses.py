"""Addresses and divisions, by the tree of the code table `division` (domain 4.4, nos. 5 and 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from yichuang.mappings.faults import Refused, empty
from yichuang.mappings.transforms.texts import written
from yichuang.mappings.transforms.transform import Context, Joint, Spec, Transform, misconfigured, not_text, on_text
from yichuang.ports import Body

LEVELS = ("province", "city", "district", "street")
SKIPPED = "市辖区"
NEEDED = frozenset({"province", "district", "street", "detail"})


@dataclass(frozen=True, slots=True)
class Node:
    code: str
    title: str
    level: int
    parent: str


class Tree:
    """Divisions by code and by name. A municipality's districts hang on it directly: its city level is skipped."""

    def __init__(self, body: Body) -> None:
        entries = {str(entry["code"]): entry for entry in body["entries"]}
        self.nodes = {code: Node(code, entry["title"], _level(code), str(entry.get("parent", ""))) for code, entry in entries.items()}
        self.below: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            self.below.setdefault(node.parent, []).append(node)
        for nodes in self.below.values():
            nodes.sort(key=lambda node: -len(node.title))
        self.paths = {code: tuple(self._above(node)) for code, node in self.nodes.items()}
        self.titles = {code: {LEVELS[node.level]: node.title for node in path} for code, path in self.paths.items()}

    def find(self, code: str) -> Node | None:
        """By 6 or 12 digits; a code of 12 whose last six are naught means that of 6."""
        return self.nodes.get(code) or (self.nodes.get(code[:6]) if len(code) == 12 and code.endswith("000000") else None)

    def path(self, node: Node) -> tuple[Node, ...]:
        """From the province down to it."""
        return self.paths[node.code]

    def _above(self, node: Node) -> list[Node]:
        found = [node]
        while (above := self.nodes.get(found[-1].parent)) is not None and len(found) < len(LEVELS):
            found.append(above)
        return found[::-1]

    def parse(self, text: str) -> tuple[tuple[Node, ...], str]:
        """The divisions that a whole address begins with, and the rest."""
        path: list[Node] = []
        rest = text.strip()
        while (node := self._next(path[-1].code if path else "", rest)) is not None:
            path.append(node)
            rest = rest[len(node.title) :]
            if node.level == 0 and rest.startswith(SKIPPED):
                rest = rest[len(SKIPPED) :]
        return (self.path(path[-1]) if path else ()), rest

    def _next(self, code: str, text: str) -> Node | None:
        return next((node for node in self.below.get(code, ()) if text.startswith(node.title)), None)


def _level(code: str) -> int:
    if len(code) > 6 and not code.endswith("000000"):
        return 3
    return 0 if code[2:6] == "0000" else 1 if code[4:6] == "00" else 2


class Address(NamedTuple):
    path: tuple[Node, ...]
    titles: Mapping[str, str]
    detail: str

    def part(self, name: str, skipped: str) -> str:
        if name == "detail":
            return self.detail
        titles = self.titles
        return titles.get(name, skipped if name == "city" and "district" in titles else "")

    @property
    def whole(self) -> str:
        return "".join(node.title for node in self.path) + self.detail


def address(spec: Spec, context: Context) -> Transform:
    """`part`: province, city, district, street, detail, `whole` (one text), `division` (code) or `object` (all five by name).

    The source is an address of a form, a whole text, or several fields: codes become names, texts are put one after another.
    `skipped`: what stands for the city of a municipality.
    """
    table = context.table(str(spec.get("table", "division")))
    part, skipped = str(spec.get("part", "whole")), str(spec.get("skipped", ""))
    if table is None or part not in (*LEVELS, "detail", "whole", "division", "object"):
        return misconfigured("address", "没有区划代码表，或没有这一部分")
    tree = Tree(table)

    def apply(value: Any) -> Any:
        if empty(value) or (type(value) is list and all(empty(one) for one in value)):
            return ""
        if part == "whole" and type(value) is list:
            return "".join(_piece(tree, one) for one in value)
        found = _read(tree, value)
        if part == "object":
            return {name: found.part(name, skipped) for name in (*LEVELS, "detail")}
        if part == "division":
            return found.path[-1].code
        return found.whole if part == "whole" else found.part(part, skipped)

    joint = Joint(part, lambda parts: restored(tree, parts, skipped), NEEDED) if part in (*LEVELS, "detail") else None
    return Transform("address", apply, _back(tree, part, skipped), joint=joint)


def _piece(tree: Tree, value: Any) -> str:
    if type(value) is dict:
        return _read(tree, value).whole
    text = written(value)
    node = tree.find(text)
    return "".join(one.title for one in tree.path(node)) if node else text


def _read(tree: Tree, value: Any) -> Address:
    if type(value) is dict:
        return _of_form(tree, value)
    text = "".join(_piece(tree, one) for one in value) if type(value) is list else value
    if type(text) is not str:
        raise not_text()
    path, rest = tree.parse(text)
    if not path:
        raise Refused("address", "开头不是省级行政区划的全称，切不开", "请写全省、市、区，例如“北京市石景山区……”")
    return Address(path, tree.titles[path[-1].code], rest)


def _of_form(tree: Tree, value: Mapping[str, Any]) -> Address:
    code, detail = value.get("division"), value.get("detail")
    node = tree.find(code) if type(code) is str else None
    if node is None:
        raise Refused("address", "中的区划代码不在行政区划表中", "请重新选择区划，或在行政区划表中增加")
    text = detail if type(detail) is str else ""
    while (children := tree.below.get(node.code)) is not None:
        below = next((child for child in children if text.startswith(child.title)), None)
        if below is None:
            break
        node, text = below, text[len(below.title) :]
    return Address(tree.path(node), tree.titles[node.code], text)


def _back(tree: Tree, part: str, skipped: str) -> Any:
    def back(value: Any) -> Any:
        if empty(value):
            return ""
        if part == "object":
            return restored(tree, value, skipped)
        found = _read(tree, value)
        return {"division": found.path[-1].code, "detail": found.detail}

    return back if part in ("whole", "object") else None


def restored(tree: Tree, parts: Any, skipped: str) -> Any:
    """An address of a form, from the parts' names."""
    if not isinstance(parts, Mapping):
        raise Refused("type", "不是分段的地址", "请对方核对")
    if all(empty(parts.get(level)) for level in (*LEVELS, "detail")):
        return ""
    code = ""
    for level in LEVELS:
        title = parts.get(level, "")
        found = next((node for node in tree.below.get(code, ()) if node.title == title), None)
        if found is None and title not in ("", skipped):
            raise Refused("address", "中有不认得的行政区划", "请对方核对")
        code = found.code if found else code
    if not code:
        raise Refused("address", "中没有行政区划", "请对方核对")
    return {"division": code, "detail": str(parts.get("detail", ""))}


def division(spec: Spec, context: Context) -> Transform:
    """`digits`: 6 or 12; `as: title` its name, `as: path` with those above it."""
    shape, digits = str(spec.get("as", "code")), spec.get("digits")
    if shape == "code":
        return _digits(int(digits or 12)) if digits in (6, 12, None) else misconfigured("division", "只能是 6 位或 12 位")
    table = context.table(str(spec.get("table", "division")))
    if table is None or shape not in ("title", "path"):
        return misconfigured("division", "没有区划代码表")
    tree = Tree(table)

    def run(text: str) -> str:
        node = tree.find(text)
        if node is None:
            raise Refused("division", "不在行政区划表中", "请重新选择区划，或在行政区划表中增加")
        return node.title if shape == "title" else "".join(one.title for one in tree.path(node))

    return Transform("division", on_text(run), _named(tree, shape))


def _digits(wanted: int) -> Transform:
    def run(text: str) -> str:
        if len(text) not in (6, 12) or not (text.isascii() and text.isdigit()):
            raise Refused("division", "不是 6 位或 12 位区划代码", "请更正来源")
        return text[:6] if wanted == 6 else text.ljust(12, "0")

    apply = on_text(run)
    return Transform("division", apply, apply, lossy=wanted == 6)


def _named(tree: Tree, shape: str) -> Any:
    ways: dict[str, list[str]] = {}
    for node in tree.nodes.values():
        name = node.title if shape == "title" else "".join(one.title for one in tree.path(node))
        ways.setdefault(name, []).append(node.code)

    def back(name: str) -> str:
        found = ways.get(name, [])
        if len(found) != 1:
            raise Refused("division", "不是唯一的区划名称", "请对方改传代码，或传全称")
        return found[0]

    return on_text(back)
