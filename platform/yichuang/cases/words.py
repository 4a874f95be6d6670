"""Words to search for: what a query means, and an organisation's public name cut into pairs of characters."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

_KEPT = re.compile(r"[0-9a-z\u3400-\u9fff\U00020000-\U0003ffff]+")
_NUMBER = re.compile(r"^(\d{6})-(\d{4})-(\d{1,7})$")
_ID = re.compile(r"^[0-9A-Z]{15}$|^[0-9A-Z]{17}[0-9A-Z]$")


def folded(text: str) -> str:
    """As names are compared: half width, lower case, without blanks and the dots within foreign names."""
    return re.sub(r"[\s·•．.]", "", unicodedata.normalize("NFKC", text)).lower()


def pairs(name: str) -> list[str]:
    """Every two neighbouring characters, once each, in order."""
    runs = _KEPT.findall(folded(name))
    found = [run[n : n + 2] for run in runs for n in range(max(1, len(run) - 1))]
    return list(dict.fromkeys(found))


def numbers_meant(text: str, division: str, today: date) -> Sequence[str]:
    """The case numbers that a typed number can mean: the whole, or its last digits this year and the last."""
    typed = unicodedata.normalize("NFKC", text).strip()
    whole = _NUMBER.match(typed)
    if whole:
        return [f"{whole[1]}-{whole[2]}-{int(whole[3]):07d}"]
    if typed.isdigit() and len(typed) <= 7:
        return [f"{division}-{year}-{int(typed):07d}" for year in (today.year, today.year - 1)]
    return []


def identity_meant(text: str) -> str:
    """The ID number or credit code in its compared form, empty when the text is none."""
    typed = unicodedata.normalize("NFKC", text).upper().replace(" ", "")
    return typed if _ID.match(typed) and any(letter.isdigit() for letter in typed) else ""
