"""How the notice says times, days and telephone numbers."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

UNITS = {"working_day": "个工作日", "day": "个自然日", "month": "个月", "hour": "小时"}
_PHONE = re.compile(
    r"(?<!\d)(?:0\d{2,3}-\d{7,8}|1[3-9]\d{9}|\d{7,8}|400-\d{3}-\d{4}|12345|12315|110|12333|12328)(?!\d)"
)


def limit(spec: Mapping[str, Any] | None) -> str:
    """A time limit in words: `10 个工作日`, `3 个月`, `当场办结` for none. Units always show (domain, trap 7)."""
    if not spec:
        return ""
    amount = spec.get("amount")
    if amount is None:
        return str(spec.get("note", ""))
    return f"{amount} {UNITS[spec['unit']]}" if amount else "当场办结"


def limit_with_note(spec: Mapping[str, Any] | None) -> str:
    """The limit and its explanation in brackets."""
    said = limit(spec)
    note = str((spec or {}).get("note", "")).rstrip("。")
    return f"{said}（{note}）" if note and said != note else said


def spoken_day(iso: str, today: date) -> str:
    """`12 月 31 日`; with the year unless it is today's."""
    day = date.fromisoformat(iso)
    year = "" if day.year == today.year else f"{day.year} 年 "
    return f"{year}{day.month} 月 {day.day} 日"


def period(tip: Mapping[str, Any], today: date) -> str:
    """From when to when a dated tip holds: `12 月 1 日至 12 月 31 日`, `至 12 月 31 日`; empty without a last day."""
    if not tip.get("to"):
        return ""
    start = spoken_day(tip["from"], today) if tip.get("from") and tip["from"] > today.isoformat() else ""
    return f"{start}至 {spoken_day(tip['to'], today)}"


def telephone(text: str) -> list[dict[str, str]]:
    """A line of text in pieces, numbers that can be dialled marked: `[{"text": "…"}, {"text": "010-…", "tel": "010…"}]`."""
    pieces: list[dict[str, str]] = []
    at = 0
    for found in _PHONE.finditer(text):
        if found.start() > at:
            pieces.append({"text": text[at : found.start()]})
        pieces.append({"text": found.group(), "tel": found.group().replace("-", "")})
        at = found.end()
    if at < len(text):
        pieces.append({"text": text[at:]})
    return pieces
