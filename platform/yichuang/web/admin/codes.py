"""Codes of new definitions and fields, made from their titles."""

from yichuang.catalogue.search import pinyin


def code_from(title: str, taken: set[str]) -> str:
    """A code from a title's pinyin; initials when that gets long."""
    full, short = pinyin(title)
    base = "".join(letter for letter in (full if len(full) <= 24 else short) if letter.isascii() and letter.isalnum())[
        :32
    ]
    base = base if base[:1].isalpha() else f"x{base}"
    return next(code for n in range(1, 10_000) if (code := base if n == 1 else f"{base}_{n}") not in taken)
