"""Texts with field tokens (`{applicant.name}`), and how values are said on paper."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.documents.fields import FIELDS
from yichuang.ports import SHANGHAI

TOKEN = re.compile(r"\{([^{}\n]{0,80})\}")
BLANK = "＿＿＿＿"
BLANK_DAY = "　　　　年　　月　　日"
"""What stands for a value that is filled in by hand."""

_UNSOUND = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MOST_TEXT = 8_000
"""Characters of one value on paper; more is no value but an accident."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in pieces: literal words, and `(path,)` for a field."""

    pieces: Sequence[str | tuple[str]]

    @classmethod
    def read(cls, text: str) -> "Text":
        """Never raises: what names no field stays as it is written."""
        pieces: list[str | tuple[str]] = []
        at = 0
        for found in TOKEN.finditer(text):
            path = found.group(1).strip()
            if path in FIELDS:
                pieces += [text[at : found.start()], (path,)]
                at = found.end()
        return cls([*pieces, text[at:]])

    @property
    def fields(self) -> list[str]:
        return [piece[0] for piece in self.pieces if isinstance(piece, tuple)]

    def say(self, values: Mapping[str, Any]) -> str:
        """The text with its values; a missing one is a line to write on."""
        return "".join(said(piece[0], values.get(piece[0])) or blank(piece[0]) if isinstance(piece, tuple) else piece for piece in self.pieces)

    def empty(self, values: Mapping[str, Any]) -> bool:
        """Whether it has fields and all of them are missing."""
        return bool(self.fields) and not any(said(path, values.get(path)) for path in self.fields)


def tokens(text: str) -> Iterator[str]:
    """What stands in braces, whether it is a field or not."""
    yield from (found.group(1).strip() for found in TOKEN.finditer(text))


def blank(path: str) -> str:
    return BLANK_DAY if FIELDS[path].type in ("date", "moment") else BLANK


def said(path: str, raw: Any) -> str:
    """A value as words; empty for a missing one or one of another type."""
    if raw is None or raw == "":
        return ""
    kind = FIELDS[path].type
    if kind == "date":
        return spoken_day(raw)
    if kind == "moment":
        return spoken_moment(raw)
    if kind == "lines":
        return "；".join(words.rstrip("。；") for words in listed(raw))
    return plain(raw) if kind in ("text", "number") else ""


def plain(raw: Any) -> str:
    """A scalar as text, control characters and lone surrogates left out."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return ""
    return _UNSOUND.sub("", str(raw)[:_MOST_TEXT]).strip()


def listed(raw: Any) -> list[str]:
    lines = [raw] if isinstance(raw, str) else raw if isinstance(raw, Sequence) else ()
    return [words for line in lines if (words := plain(line))]


def spoken_day(raw: Any) -> str:
    """`2026年11月25日`; empty for what is no day."""
    day = _moment(raw)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def spoken_moment(raw: Any) -> str:
    """`2026年11月25日 9时30分`, Shanghai time; the day alone when no time is given."""
    moment = _moment(raw)
    if not isinstance(moment, datetime):
        return spoken_day(raw)
    return f"{spoken_day(moment)} {moment.hour}时{moment.minute:02}分"


def _moment(raw: Any) -> date | datetime | None:
    if isinstance(raw, str):
        try:
            raw = date.fromisoformat(raw) if len(raw) == 10 else datetime.fromisoformat(raw)
        except ValueError:
            return None
    if isinstance(raw, datetime):
        return raw.astimezone(SHANGHAI) if raw.tzinfo else raw
    return raw if isinstance(raw, date) else None
