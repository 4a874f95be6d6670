"""Reads a pattern into positions and their followers. See `patterns`."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_LENGTH = 200
MAX_POSITIONS = 400
_DIGITS = ((48, 57),)
_WORDS = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACES = ((9, 13), (32, 32), (160, 160), (0x3000, 0x3000))
_NAMED = {"d": _DIGITS, "w": _WORDS, "s": _SPACES, "t": ((9, 9),), "n": ((10, 10),)}
_SPECIAL = "\\^$.|?*+()[]{}"
_MARKS = _SPECIAL + "-/ "
Ranges = tuple[tuple[int, int], ...]


class PatternRefused(ValueError):
    """The pattern is outside of the subset; the message says in Chinese what is wrong."""


@dataclass(frozen=True, slots=True)
class Position:
    """One character of the pattern: code point ranges, or all but these."""

    ranges: Ranges
    inverse: bool = False

    def has(self, code: int) -> bool:
        return any(low <= code <= high for low, high in self.ranges) is not self.inverse


@dataclass(slots=True)
class Tree:
    """What has been read so far: may it be empty, where it begins and ends, who follows whom."""

    ecma: str
    empty: bool
    first: list[int]
    last: list[int]
    positions: list[Position] = field(default_factory=list)
    follow: list[list[int]] = field(default_factory=list)


def read(source: str) -> Tree:
    """The whole pattern. Raises `PatternRefused`."""
    if len(source) > MAX_LENGTH:
        raise PatternRefused(f"格式不能超过 {MAX_LENGTH} 个字符")
    reader = _Reader(source)
    tree = reader.alternatives(0)
    if reader.at < len(source):
        raise PatternRefused("右括号多余")
    return tree


def _escaped(code: int) -> str:
    character = chr(code)
    if code < 32 or code in (127, 160, 0x3000) or 0xD800 <= code <= 0xDFFF:
        return f"\\u{code:04x}"
    return "\\" + character if character in _SPECIAL + "-/" else character


def _ecma(position: Position) -> str:
    if len(position.ranges) == 1 and position.ranges[0][0] == position.ranges[0][1] and not position.inverse:
        code = position.ranges[0][0]
        return chr(code) if chr(code) in "-/" else _escaped(code)
    inside = "".join(_escaped(a) if a == b else f"{_escaped(a)}-{_escaped(b)}" for a, b in position.ranges)
    return f"[{'^' if position.inverse else ''}{inside}]"


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.made = 0

    def peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise PatternRefused("格式没有写完")
        self.at += 1
        return character

    def alternatives(self, depth: int) -> Tree:
        if depth > 10:
            raise PatternRefused("括号不能超过 10 层")
        branches = [self.sequence(depth)]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence(depth))
        return branches[0] if len(branches) == 1 else _either(branches)

    def sequence(self, depth: int) -> Tree:
        tree = Tree("", True, [], [])
        while self.peek() and self.peek() not in "|)":
            tree = _joined(tree, self.repeated(depth))
        return tree

    def repeated(self, depth: int) -> Tree:
        start = self.at
        atom = self.atom(depth)
        bounds = self.bounds()
        if bounds is None:
            return atom
        if self.peek() and self.peek() in "?*+{":
            raise PatternRefused("重复次数后不能再写重复次数")
        return self.times(start, bounds, depth)

    def bounds(self) -> tuple[int, int | None, str] | None:
        mark = self.peek()
        if mark and mark in "?*+":
            self.at += 1
            return {"?": (0, 1, "?"), "*": (0, None, "*"), "+": (1, None, "+")}[mark]
        if mark != "{":
            return None
        close = self.source.find("}", self.at)
        low, comma, high = self.source[self.at + 1 : max(close, self.at + 1)].partition(",")
        if close < 0 or not _count(low) or not (_count(high) or (comma and not high) or not comma):
            raise PatternRefused("花括号里写次数，例如 {2} 或 {2,4}")
        self.at = close + 1
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if most is not None and (most < least or most == 0):
            raise PatternRefused("重复次数的上限须大于 0 且不小于下限")
        return least, most, f"{{{least}{',' if comma else ''}{'' if most is None or not comma else most}}}"

    def times(self, start: int, bounds: tuple[int, int | None, str], depth: int) -> Tree:
        """The atom written out: `low` times, then optional ones, or a loop."""
        after = self.at
        low, high, mark = bounds
        whole = Tree("", True, [], [])
        shown = ""
        for n in range(max(low, 1) if high is None else high):
            self.at = start
            copy = self.atom(depth)
            shown = copy.ecma
            if high is None and n >= low - 1:
                _loop(copy)
            if n >= low:
                copy.empty = True
            whole = _joined(whole, copy)
        self.at = after
        whole.ecma = shown + mark
        return whole

    def atom(self, depth: int) -> Tree:
        character = self.take()
        if character == "(":
            return self.group(depth)
        if character == "[":
            return self.single(self.bracket())
        if character == ".":
            return self.single(Position(((10, 10), (13, 13)), True))
        if character == "\\":
            return self.single(Position(self.escape(_MARKS)))
        if character in _SPECIAL:
            raise PatternRefused(f"“{character}”不能这样使用，若要匹配它本身请写 \\{character}")
        return self.single(Position(((ord(character), ord(character)),)))

    def group(self, depth: int) -> Tree:
        if self.peek() == "?":
            if self.source[self.at : self.at + 2] != "?:":
                raise PatternRefused("不支持 (?…) 的写法")
            self.at += 2
        tree = self.alternatives(depth + 1)
        if self.take() != ")":
            raise PatternRefused("缺少右括号")
        tree.ecma = f"(?:{tree.ecma})"
        return tree

    def single(self, position: Position) -> Tree:
        self.made += 1
        if self.made > MAX_POSITIONS:
            raise PatternRefused("格式太复杂，请减少重复次数")
        return Tree(_ecma(position), False, [0], [0], [position], [[]])

    def escape(self, marks: str) -> Ranges:
        character = self.take()
        if character in _NAMED:
            return _NAMED[character]
        if character in marks:
            return ((ord(character), ord(character)),)
        raise PatternRefused(f"不支持 \\{character}")

    def bracket(self) -> Position:
        inverse = self.peek() == "^"
        self.at += inverse
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]":
            ranges += self.member()
        self.at += 1
        if not ranges:
            raise PatternRefused("方括号里没有字符")
        return Position(tuple(sorted(set(ranges))), inverse)

    def member(self) -> Iterable[tuple[int, int]]:
        low = self.end()
        if self.peek() != "-" or self.source[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        self.at += 1
        high = self.end()
        if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] != high[0][1]:
            raise PatternRefused("范围两端须是单个字符")
        if low[0][0] > high[0][0]:
            raise PatternRefused("范围的起点不能在终点之后")
        return [(low[0][0], high[0][0])]

    def end(self) -> Ranges:
        character = self.take()
        if character == "\\":
            return self.escape(_MARKS)
        if character == "[":
            raise PatternRefused("方括号里的“[”请写成 \\[")
        return ((ord(character), ord(character)),)


def _count(text: str) -> bool:
    return 0 < len(text) <= 3 and text.isascii() and text.isdigit()


def _shifted(tree: Tree, by: int) -> Tree:
    moved = [[p + by for p in after] for after in tree.follow]
    return Tree(tree.ecma, tree.empty, [p + by for p in tree.first], [p + by for p in tree.last], tree.positions, moved)


def _joined(a: Tree, b: Tree) -> Tree:
    b = _shifted(b, len(a.positions))
    follow = a.follow + b.follow
    for p in a.last:
        follow[p] = _merged(follow[p], b.first)
    first = _merged(a.first, b.first) if a.empty else a.first
    last = _merged(a.last, b.last) if b.empty else b.last
    return Tree(a.ecma + b.ecma, a.empty and b.empty, first, last, a.positions + b.positions, follow)


def _either(branches: list[Tree]) -> Tree:
    whole = Tree("|".join(b.ecma for b in branches), any(b.empty for b in branches), [], [])
    for branch in branches:
        moved = _shifted(branch, len(whole.positions))
        whole.first += moved.first
        whole.last += moved.last
        whole.positions = whole.positions + moved.positions
        whole.follow += moved.follow
    return whole


def _loop(tree: Tree) -> None:
    for p in tree.last:
        tree.follow[p] = _merged(tree.follow[p], tree.first)


def _merged(a: list[int], b: list[int]) -> list[int]:
    return a + [p for p in b if p not in a]
