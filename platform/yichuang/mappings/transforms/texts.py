"""Texts: cut, joined, divided, in another case, and what a target's character set can't hold (domain 4.4, nos. 8, 10, 14)."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from yichuang.mappings.faults import Refused, empty
from yichuang.mappings.transforms.transform import Context, Spec, Transform, identity, misconfigured, not_text, on_text

_UNSURE = re.compile("[?\ufffd\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd\ud800-\udfff]")
"""A question mark where a character was lost, the replacement character, private use, half a surrogate pair."""
CHARSETS = {"gb2312": "gb2312", "gbk": "gbk", "gb18030": "gb18030"}


def substring(spec: Spec, _context: Context) -> Transform:
    """Characters from `start` (the first is 1), `length` of them or all that follow. A text that is too short is refused."""
    first = int(spec.get("start", 1)) - 1
    last = first + int(spec["length"]) if "length" in spec else None

    def run(text: str) -> str:
        if len(text) < (last or first + 1):
            raise Refused("too_short", f"不足 {last or first + 1} 个字符，截不到所要的部分", "请更正来源，或修改截取的位置")
        return text[first:last]

    apply = on_text(run)
    if last is None:
        return Transform("substring", apply, None, "v[A:] if type(v) is str and len(v) > A else F(v)", {"A": first, "F": apply})
    inline = "v[A:B] if type(v) is str and len(v) >= B else F(v)"
    return Transform("substring", apply, None, inline, {"A": first, "B": last, "F": apply})


def join(spec: Spec, context: Context) -> Transform:
    """Several sources, or the choices of one, as one text."""
    between, skips = str(spec.get("with", "")), bool(spec.get("skip_empty", True))
    strict = bool(between) and not context.many

    def apply(value: Any) -> Any:
        if type(value) is not list:
            return written(value) if not empty(value) else value
        if quick and (text := _joined(value, between)) is not None:
            return text
        parts = [written(part) for part in value if not (skips and empty(part))]
        if strict and any(between in part for part in parts):
            raise Refused("separator", "其中有一项含有分隔符，连接后分不开", "请改用别的分隔符")
        return between.join(parts)

    def back(value: Any) -> Any:
        if type(value) is not str:
            raise not_text()
        return value.split(between) if value else []

    quick = strict and len(between) == 1 and skips
    return Transform("join", apply, back if strict else None)


def _joined(values: list[Any], between: str) -> str | None:
    """The common way: texts, none of them empty, none with the separator in it."""
    try:
        text = between.join(values)
    except TypeError:
        return None
    return text if text.count(between) == len(values) - 1 and "" not in values else None


def written(value: Any) -> str:
    """One part of a joined text."""
    if value is None:
        return ""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    raise not_text()


def first(_spec: Spec, _context: Context) -> Transform:
    """Of several sources the first that has a value."""

    def apply(value: Any) -> Any:
        return next((one for one in value if not empty(one)), "") if type(value) is list else value

    return Transform("first", apply)


def split(spec: Spec, _context: Context) -> Transform:
    """A text divided at `by`; `pick` takes one part (the first is 1)."""
    by, pick = str(spec.get("by", "")), spec.get("pick")
    if not by:
        return misconfigured("split", "没有写分隔符")

    def run(text: str) -> Any:
        parts = text.split(by)
        if pick is None:
            return parts
        if len(parts) < int(pick):
            raise Refused("pick", f"分开后只有 {len(parts)} 段，没有第 {pick} 段", "请更正来源，或修改取第几段")
        return parts[int(pick) - 1]

    def back(value: Any) -> Any:
        return by.join(_all_texts(value)) if type(value) is list else value

    return Transform("split", on_text(run), back if pick is None else None)


def _all_texts(values: Sequence[Any]) -> Sequence[str]:
    if any(type(value) is not str for value in values):
        raise not_text()
    return values


def upper(_spec: Spec, _context: Context) -> Transform:
    apply = on_text(str.upper)
    return Transform("upper", apply, identity, "v.upper() if type(v) is str else F(v)", {"F": apply})


def lower(_spec: Spec, _context: Context) -> Transform:
    apply = on_text(str.lower)
    return Transform("lower", apply, identity, "v.lower() if type(v) is str else F(v)", {"F": apply})


def prefix(spec: Spec, _context: Context) -> Transform:
    return _affix("prefix", str(spec.get("text", "")), removes=bool(spec.get("remove")), front=True)


def suffix(spec: Spec, _context: Context) -> Transform:
    return _affix("suffix", str(spec.get("text", "")), removes=bool(spec.get("remove")), front=False)


def _affix(use: str, affix: str, *, removes: bool, front: bool) -> Transform:
    where = "开头" if front else "结尾"

    def add(text: str) -> str:
        return affix + text if front else text + affix

    def take_off(text: str) -> str:
        if not (text.startswith(affix) if front else text.endswith(affix)):
            raise Refused("affix", f"{where}不是约定的文字", "请更正来源，或修改要去掉的文字")
        return text[len(affix) :] if front else text[: len(text) - len(affix)]

    forward, backward = on_text(take_off if removes else add), on_text(add if removes else take_off)
    return Transform(use, forward, backward)


def width(_spec: Spec, _context: Context) -> Transform:
    """Full-width letters, digits and signs as ordinary ones (NFKC)."""

    def run(text: str) -> str:
        return text if text.isascii() else unicodedata.normalize("NFKC", text)

    return Transform("width", on_text(run), identity)


def pua_check(spec: Spec, _context: Context) -> Transform:
    """Passes a text on only if every character is a real one; with `charset` also only if the target can hold it."""
    charset = CHARSETS.get(str(spec.get("charset", "")), "")

    def run(text: str) -> str:
        if text.isascii() and "?" not in text:
            return text
        if _UNSURE.search(text):
            raise Refused("characters", "含有问号或自造字，可能是生僻字丢失", "请核对证件上的字，按国家标准字符更正")
        if charset and not _fits(text, charset):
            raise Refused("characters", f"含有对方字符集（{charset.upper()}）没有的字", "请与对方商定写法，或请对方改用 UTF-8")
        return text

    return Transform("pua_check", on_text(run), identity)


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
