"""Answers as they come, brought to their canonical form: the same value always has the same bytes.

Returns None for a missing answer and `Wrong` for one of another type. The twin is `engine/normalising.js`.
"""

import re
from collections.abc import Mapping
from typing import Any

from yichuang.forms.fields import PARTS, Normalise, Wrong
from yichuang.rules import numbers
from yichuang.rules.national import tidy_number, tidy_phone
from yichuang.rules.text import BLANKS, clean, half_width, without

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,12})?")
_WRITTEN_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_BARE_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
MAX_BYTES = 2**40


def _texts(tidy: Any) -> Normalise:
    def normalise(raw: Any) -> Any:
        if raw is None:
            return None
        return (tidy(raw) or None) if type(raw) is str else Wrong(raw)

    return normalise


def number(raw: str) -> str:
    text = without(half_width(clean(raw)), BLANKS + ",")
    return numbers.plain(numbers.number(text.removeprefix("+")) or numbers.ZERO) if _NUMBER.fullmatch(text) else text


def money(raw: str) -> str:
    text = number(without(raw, "¥￥元"))
    exact = numbers.number(text)
    return text if exact is None or len(text.partition(".")[2]) > 2 else numbers.fixed(exact, 2)


def day(raw: str) -> str:
    text = without(half_width(clean(raw)), BLANKS)
    found = _WRITTEN_DATE.fullmatch(text) or _BARE_DATE.fullmatch(text)
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else text


def time(raw: str) -> str:
    text = without(half_width(clean(raw)), BLANKS)
    found = _TIME.fullmatch(text)
    return f"{found[1]:0>2}:{found[2]}" if found else text


def email(raw: str) -> str:
    return without(half_width(clean(raw)), BLANKS)


def boolean(raw: Any) -> Any:
    return raw if raw is None or type(raw) is bool else Wrong(raw)


def choices(raw: Any) -> Any:
    if raw is None:
        return None
    if type(raw) is not list or any(type(entry) is not str for entry in raw):
        return Wrong(raw)
    return list(dict.fromkeys(code for entry in raw if (code := clean(entry)))) or None


def attachment(raw: Any) -> Any:
    if raw is None or raw == []:
        return None
    if type(raw) is not list or len(raw) > 200 or not all(_file(entry) for entry in raw):
        return Wrong(raw)
    return [{"name": clean(f["name"]), "size": int(f["size"]), "digest": clean(f["digest"])} for f in raw]


def _file(entry: Any) -> bool:
    if not isinstance(entry, Mapping):
        return False
    name, size, digest = entry.get("name"), entry.get("size"), entry.get("digest")
    whole = type(size) is int or (type(size) is float and size.is_integer())
    texts = type(name) is str and type(digest) is str and bool(clean(name)) and bool(clean(digest))
    return texts and whole and 0 <= size <= MAX_BYTES  # type: ignore[operator]


def rows(raw: Any) -> Any:
    if raw is None or raw == []:
        return None
    return raw if type(raw) is list and all(isinstance(row, dict) for row in raw) else Wrong(raw)


_PART_KINDS: Mapping[tuple[str, str], str] = {
    ("date_range", "from"): "date", ("date_range", "to"): "date", ("person", "id_no"): "id_number",
    ("person", "phone"): "phone", ("organisation", "credit_code"): "credit_code", ("organisation", "phone"): "phone",
}  # fmt: skip


def _composite(kind: str) -> Normalise:
    normalisers = {part.code: normaliser(_PART_KINDS.get((kind, part.code), "text")) for part in PARTS[kind]}

    def normalise(raw: Any) -> Any:
        if raw is None:
            return None
        if not isinstance(raw, Mapping):
            return Wrong(raw)
        given = {code: take(raw.get(code)) for code, take in normalisers.items()}
        return {code: value for code, value in given.items() if value is not None} or None

    return normalise


_TEXTS: Mapping[str, Any] = {
    "text": clean, "textarea": lambda raw: clean(raw, multiline=True), "number": number, "money": money, "date": day,
    "time": time, "choice": clean, "id_number": tidy_number, "credit_code": tidy_number, "phone": tidy_phone, "email": email,
}  # fmt: skip
_OTHERS: Mapping[str, Normalise] = {
    "boolean": boolean, "choices": choices, "attachment": attachment, "group": rows, "static": lambda raw: None,
}  # fmt: skip


def normaliser(kind: str) -> Normalise:
    """The function for a field type."""
    if kind in _TEXTS:
        return _texts(_TEXTS[kind])
    return _composite(kind) if kind in PARTS else _OTHERS.get(kind, lambda raw: None)
