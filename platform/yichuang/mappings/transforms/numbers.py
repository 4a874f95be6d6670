"""Numbers and money: exact decimals, never a binary fraction on the way (domain 4.4, no. 7)."""

import re
from decimal import ROUND_HALF_UP, Decimal, Inexact
from decimal import Context as Exact
from typing import Any

from yichuang.mappings.faults import Refused, empty
from yichuang.mappings.transforms.transform import Apply, Context, Spec, Transform, misconfigured
from yichuang.rules.numbers import number as typed
from yichuang.rules.numbers import plain

UNITS = {"fen": -2, "yuan": 0, "wan": 4}
"""Powers of ten against yuan."""
MOST_DIGITS = 15
_PLAIN = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,12}))?")
_EXACT = Exact(prec=120, rounding=ROUND_HALF_UP)
_STRICT = Exact(prec=120, traps=[Inexact])


def number(spec: Spec, _context: Context) -> Transform:
    """`scale`: a power of ten to multiply by. `decimals`: exactly so many; more is refused unless `round`. `as`: text or number."""
    return _scaled("number", spec, int(spec.get("scale", 0)))


def money(spec: Spec, _context: Context) -> Transform:
    """`from` and `to`: fen, yuan or wan (万元)."""
    ours, theirs = UNITS.get(str(spec.get("from", "yuan"))), UNITS.get(str(spec.get("to", "yuan")))
    if ours is None or theirs is None:
        return misconfigured("money", "金额单位不认识")
    return _scaled("money", spec, ours - theirs)


def _scaled(use: str, spec: Spec, shift: int) -> Transform:
    decimals, rounds, numeric = spec.get("decimals"), bool(spec.get("round")), spec.get("as", "text") == "number"
    step = None if decimals is None else Decimal(1).scaleb(-int(decimals))

    def exactly(value: Any) -> Any:
        exact = typed(value)
        if exact is None:
            raise Refused(use, "不是数字" if use == "number" else "不是金额", "请更正来源，数字只用阿拉伯数字和小数点")
        moved = exact.scaleb(shift, context=_EXACT)
        kept = moved if step is None else _quantized(moved, step, rounds)
        return _as_number(kept) if numeric else (plain(kept) if step is None else format(kept, "f"))

    def apply(value: Any) -> Any:
        found = _PLAIN.fullmatch(value) if quick and type(value) is str else None
        if found is not None:
            came = _counted(value, found[2]) if numeric else _moved(found[1], found[2] or "", shift, places)
            if came is not None:
                return came
        return value if empty(value) else exactly(value)

    quick, places = not shift and decimals is None if numeric else decimals is not None, int(decimals or 0)
    return Transform(use, apply, _back(use, -shift), lossy=rounds)


def _counted(text: str, rest: str | None) -> int | float | None:
    """A short text as JSON's number; None for what asks for more care."""
    if len(text) > MOST_DIGITS:
        return None
    if rest is None:
        return int(text)
    return float(text) if rest.strip("0") else None


def _moved(whole: str, rest: str, shift: int, decimals: int) -> str | None:
    """The point moved in the text itself; None where digits would be lost."""
    if shift > 0:
        rest = rest.ljust(shift, "0")
        whole, rest = whole + rest[:shift], rest[shift:]
    elif shift < 0:
        whole = whole.rjust(1 - shift, "0")
        whole, rest = whole[:shift], whole[shift:] + rest
    if len(rest) > decimals:
        if rest[decimals:].strip("0"):
            return None
        rest = rest[:decimals]
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{rest.ljust(decimals, '0')}" if decimals else whole


def _quantized(value: Decimal, step: Decimal, rounds: bool) -> Decimal:
    try:
        kept = value.quantize(step, context=_EXACT if rounds else _STRICT)
    except Inexact:
        raise Refused("precision", "小数位数超过对方允许的位数", "请更正来源，或在转换中允许四舍五入") from None
    return kept if kept else abs(kept)


def _as_number(value: Decimal) -> int | float:
    """JSON's number, only where it is exactly this decimal."""
    whole = value == value.to_integral_value()
    if len(value.normalize().as_tuple().digits) > MOST_DIGITS or value.adjusted() > MOST_DIGITS:
        raise Refused("precision", "位数太多，写成 JSON 数字会失真", "请改为以文字传送")
    return int(value) if whole else float(value)


def _back(use: str, shift: int) -> Apply:
    def back(value: Any) -> Any:
        if empty(value):
            return value
        exact = Decimal(repr(value)) if type(value) is float else typed(value)
        if exact is None or not exact.is_finite():
            raise Refused(use, "不是数字", "请对方核对")
        return plain(exact.scaleb(shift, context=_EXACT))

    return back
