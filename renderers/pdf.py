"""Printed sheets: the one-time notice, the poster, the application form, official documents. A4, PDF/A-2a, tagged, fonts embedded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from renderers import document_print, qr
from renderers.form_print import sections
from renderers.press import press

TONES = {"info": "提示", "warning": "提醒", "alert": "重要"}
NARROW = frozenset({"number", "originals", "copies", "necessity", "e_licence", "commitment"})
WIDTHS = {
    "number": 0.68,
    "title": 2.6,
    "originals": 0.82,
    "copies": 0.92,
    "necessity": 0.95,
    "source": 1.5,
    "reason": 2.2,
    "substitute": 1.9,
}
PAIRS = frozenset({"summary", "time_limits", "fees", "results", "contact"})
SHORT = 14
"""So many characters of a value fit into half a row."""
_NUMERALS = "一二三四五六七八九十"


class PdfRenderer:
    """Plain data in, PDF bytes out. `fonts_dir`: a folder with licensed fonts (仿宋, 小标宋) to prefer."""

    def __init__(self, fonts_dir: str | None = None) -> None:
        self._fonts_dir = fonts_dir

    def notice(
        self, content: Mapping[str, Any], url: str, lines: Sequence[str] = (), made_at: datetime | None = None
    ) -> bytes:
        """The notice as a sheet. `content`: `NoticeContent.data`. `url` goes into the QR code; `lines` stand beside it (number, day)."""
        blocks = [_block(block) for block in _numbered(content["blocks"])]
        contacts = content["contacts"]
        foot = "　".join(
            f"{label}：{contacts[key]}"
            for key, label in (("consult", "咨询电话"), ("supervise", "监督电话"))
            if contacts.get(key)
        )
        data = {
            "title": content["title"], "author": content["item"]["department"], "facts": content["facts"], "blocks": blocks,
            "footer": content["footer"], "lines": list(lines), "foot": foot, "url": url, "qr": qr.svg(url, border=0),
            "table_size": _table_size(blocks),
        }  # fmt: skip
        return press(self._fonts_dir).print("notice", data, made_at)

    def poster(
        self, title: str, entries: Sequence[Mapping[str, str]], note: str = "", made_at: datetime | None = None
    ) -> bytes:
        """A wall poster: the QR codes of a whole category. Each of `entries` has `title`, `url`, `department`."""
        codes = [{**entry, "qr": qr.svg(entry["url"], border=0)} for entry in entries]
        data = {"title": title, "entries": codes, "note": note}
        return press(self._fonts_dir).print("poster", data, made_at)

    def form(
        self,
        wire: Mapping[str, Any],
        answers: Mapping[str, Any],
        visible: Sequence[str] | frozenset[str] | None = None,
        title: str = "",
        case: Sequence[Mapping[str, str]] = (),
        url: str = "",
        made_at: datetime | None = None,
    ) -> bytes:
        """The application form, filled in, to be signed. `wire`: `CompiledForm.wire()`; `answers`: as submitted, shown as given.

        `visible`: paths as in `Decision.visible` (None: all). `case`: rows of `label` and `value` on top. With a `url` a QR code leads
        there; it must hold no personal data.
        """
        data = {
            "title": title or wire["title"], "case": list(case), "sections": sections(wire, answers, visible),
            "qr": qr.svg(url, border=0) if url else "", "url": url,
        }  # fmt: skip
        return press(self._fonts_dir).print("form", data, made_at)

    def document(self, content: Mapping[str, Any], url: str, made_at: datetime | None = None) -> bytes:
        """An official document. `content`: as `documents.content` gives it. `url`: where anyone verifies it, for the QR code."""
        return press(self._fonts_dir).print("document", document_print.sheet(content, url), made_at)

    def document_pictures(self, content: Mapping[str, Any], url: str) -> list[bytes]:
        """The same as pictures to look at: one PNG a page."""
        return press(self._fonts_dir).pictures("document", document_print.sheet(content, url))


def _numbered(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Headings as in official papers: 一、二、三 …; tips come before them without a number."""
    found, number = [], 0
    for block in blocks:
        number += block["type"] != "tips"
        head = "" if block["type"] == "tips" else f"{numeral(number)}、"
        found.append({**block, "title": head + block["title"]})
    return found


def numeral(number: int) -> str:
    """1 to 99 in Chinese: 一, 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _NUMERALS[tens - 1]) + "十" if tens else ""
    return head + (_NUMERALS[ones - 1] if ones else "")


def _block(block: Mapping[str, Any]) -> dict[str, Any]:
    if block["type"] == "tips":
        return {**block, "content": [{**tip, "label": TONES[tip["tone"]]} for tip in block["content"]]}
    if block["type"] == "materials":
        columns = [{**c, "width": WIDTHS.get(c["key"], 1.3), "narrow": c["key"] in NARROW} for c in block["columns"]]
        return {**block, "columns": columns}
    if block["type"] in PAIRS:
        return {**block, "content": _packed(block["content"])}
    return dict(block)


def _packed(pairs: Sequence[Mapping[str, str]]) -> list[list[Mapping[str, str]]]:
    """Rows of one or two pairs: two short ones stand side by side."""
    rows: list[list[Mapping[str, str]]] = []
    for pair in pairs:
        short = len(pair["value"]) <= SHORT
        if rows and short and len(rows[-1]) == 1 and len(rows[-1][0]["value"]) <= SHORT:
            rows[-1].append(pair)
        else:
            rows.append([pair])
    return rows


def _table_size(blocks: Sequence[Mapping[str, Any]]) -> float:
    """Type size of tables in points: smaller the more columns there are."""
    columns = max((len(block["columns"]) for block in blocks if block["type"] == "materials"), default=0)
    return 9.5 if columns <= 6 else 9 if columns <= 8 else 8 if columns <= 10 else 7
