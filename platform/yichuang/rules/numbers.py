"""Exact decimals. At rest a number is a plain decimal string, in a calculation a `Decimal`; never a float.

At most 30 digits before and 12 after the point; what would be larger is missing. The twin is `engine/numbers.js`.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

_TYPED = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,12})?")
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP)
_SAFE = 2**53 - 1
ZERO = Decimal(0)
WHOLE_DIGITS = 30
PLACES = 12


def number(value: Any) -> Decimal | None:
    """A decimal string or an int as `Decimal`; anything else is missing."""
    if type(value) is str:
        return Decimal(value) if _TYPED.fullmatch(value) else None
    if type(value) is int and -_SAFE <= value <= _SAFE:
        return Decimal(value)
    return None


def literal(value: Any) -> Decimal | None:
    """A number as it stands in a definition; `0.1` means one tenth, not the nearest binary fraction."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        text = repr(value)
        return bounded(Decimal(text)) if text not in ("inf", "-inf", "nan") else None
    if isinstance(value, int):
        return bounded(Decimal(value))
    return value if isinstance(value, Decimal) else None


def plain(value: Decimal) -> str:
    """The canonical text: no exponent, no superfluous zeros, no negative zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def fixed(value: Decimal, places: int) -> str:
    """With exactly `places` decimals, rounded half away from zero."""
    text = format(rounded(value, places), "f")
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def bounded(value: Decimal) -> Decimal | None:
    """The value within the limits of this module, or None when it is too large."""
    if not value.is_finite() or (value and value.adjusted() >= WHOLE_DIGITS):
        return None
    exponent = value.as_tuple().exponent
    return rounded(value, PLACES) if isinstance(exponent, int) and exponent < -PLACES else value


def add(a: Decimal, b: Decimal) -> Decimal | None:
    return bounded(_EXACT.add(a, b))


def subtract(a: Decimal, b: Decimal) -> Decimal | None:
    return bounded(_EXACT.subtract(a, b))


def multiply(a: Decimal, b: Decimal) -> Decimal | None:
    return bounded(_EXACT.multiply(a, b))


def divide(a: Decimal, b: Decimal, places: int) -> Decimal | None:
    """Rounded half away from zero to `places`; missing when `b` is zero. Exact on integers, so no double rounding."""
    if not b:
        return None
    top, bottom = _whole(a) * 10**places, _whole(b)
    quotient, rest = divmod(abs(top), abs(bottom))
    if 2 * rest >= abs(bottom):
        quotient += 1
    signed = quotient if (top < 0) == (bottom < 0) else -quotient
    return bounded(Decimal(signed).scaleb(-places, context=_EXACT))


def _whole(value: Decimal) -> int:
    return int(value.scaleb(PLACES, context=_EXACT))
