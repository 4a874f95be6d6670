"""Identity numbers of the national standards. The twin is `engine/national.js`.

GB 11643 resident identity number, GB 32100 unified social credit code, GB 11714 organisation code; vectors in the tests.
"""

import re
from datetime import date
from operator import mul

from yichuang.rules import dates
from yichuang.rules.text import BLANKS, clean, half_width, without

_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_NAUGHT = sum(_ID_WEIGHTS) * ord("0")
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_CREDIT_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_VALUES = bytes(_CREDIT_LETTERS.find(chr(n)) % 256 for n in range(128)) + bytes(128)
_ORG_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})")
_PREFIX = re.compile(r"(?:\+86|0086|86)(?=1[3-9][0-9]{9}$)|(?:\+86|0086)(?=[0-9]{9,12}$)")


def tidy_number(raw: str) -> str:
    """An identity number or code as typed: half-width, upper case, without blanks and dashes."""
    if raw.isascii() and raw.isalnum():
        return raw.upper()
    text = without(half_width(clean(raw)), BLANKS + "-")
    return "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in text)


def id_check_digit(first_seventeen: str) -> str:
    return _ID_CHECKS[(sum(map(mul, first_seventeen.encode(), _ID_WEIGHTS)) - _ID_NAUGHT) % 11]


def id_birth_date(number: str) -> date | None:
    """The date of birth in an 18-digit number, if it is a real date."""
    if not _ID.fullmatch(number):
        return None
    return dates.make(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def id_fault(number: str) -> str | None:
    """`shape`, `date` or `check`; None for a good number (also 港澳台居民居住证, which begin with 81, 82, 83)."""
    if not _ID.fullmatch(number):
        return "shape"
    if dates.make(int(number[6:10]), int(number[10:12]), int(number[12:14])) is None:
        return "date"
    return None if id_check_digit(number) == number[17] else "check"


def id_sex(number: str) -> str | None:
    """GB/T 2261.1: `1` male, `2` female; None for a faulty number."""
    if id_fault(number):
        return None
    return "1" if int(number[16]) % 2 else "2"


def credit_shape(code: str) -> bool:
    """Whether it looks like a unified social credit code at all."""
    return _CREDIT.fullmatch(code) is not None


def credit_fault(code: str) -> str | None:
    """`shape`, or `check` (a warning only: some real old codes break the rule); None for a good code."""
    if not _CREDIT.fullmatch(code):
        return "shape"
    return None if credit_check_digit(code) == code[17] else "check"


def credit_check_digit(code: str) -> str:
    total = sum(map(mul, code.encode().translate(_CREDIT_VALUES), _CREDIT_WEIGHTS))
    return _CREDIT_LETTERS[(31 - total % 31) % 31]


def organisation_check_digit(first_eight: str) -> str:
    """GB 11714, positions 9–17 of a unified social credit code without their last."""
    total = sum(_ORG_LETTERS.index(c) * w for c, w in zip(first_eight, _ORG_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def tidy_phone(raw: str) -> str:
    """A phone number as typed, without 86, dashes and blanks; a landline gets one dash after its area code."""
    if _MOBILE.fullmatch(raw):
        return raw
    text = without(half_width(clean(raw)), BLANKS + "-–—()")
    text = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
    line = _LANDLINE.fullmatch(text)
    return f"{line[1]}-{line[2]}" if line else text


def phone_fault(number: str) -> bool:
    """True unless it is an 11-digit mobile number or a landline with its area code, as `tidy_phone` leaves it."""
    return not (_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number.replace("-", "", 1)))
