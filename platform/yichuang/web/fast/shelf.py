"""Notice pages as ready bytes, made when first asked for and again when release or day change."""

import base64
import hashlib
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from renderers import notice_html, qr
from yichuang.notices.notice import CHANNELS, NoticePage, spoken_code
from yichuang.notices.service import Notices
from yichuang.web.fast.answers import Variants, variants

STATIC = Path(__file__).parent.parent / "static"
MOST_BYTES = 48 * 1024 * 1024
SAFE = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "SAMEORIGIN"),
]


def house_style() -> str:
    """The style sheet, as small as plain text gets."""
    text = (STATIC / "css" / "notice.css").read_text(encoding="utf-8")
    return "".join(line.strip() for line in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).splitlines())


def script_address() -> str:
    """The bundled script with its digest; empty when the client has not been built."""
    path = STATIC / "dist" / "notice.js"
    return f"/static/dist/notice.js?v={hashlib.sha256(path.read_bytes()).hexdigest()[:10]}" if path.is_file() else ""


def policy(style: str) -> str:
    """Only our script, only this very style sheet."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self'; style-src 'sha256-{digest}'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    release: int
    day: str
    made: Variants


class Shelf:
    """Pages by code and mode. Every look-up compares release and day, so nothing stale is ever given."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._style = house_style()
        self._script = script_address()
        html = ("Content-Type", "text/html; charset=utf-8")
        safe = [*SAFE, ("Content-Security-Policy", policy(self._style))]
        self._headers = [html, *safe, ("Cache-Control", "private, no-cache")]
        self.plain_headers = [html, *safe, ("Cache-Control", "no-store")]
        self._kept: OrderedDict[tuple[str, bool], _Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def page(self, code: str, large: bool, release: int, day: str) -> Variants:
        """The page's bytes. Raises `NoticeMissing`."""
        kept = self._kept.get((code, large))
        if kept is not None and kept.release == release and kept.day == day:
            return kept.made
        return self._make(code, large)

    def _make(self, code: str, large: bool) -> Variants:
        page = self._notices.page(code)
        made = variants(notice_html.page(page.content.data, self._view(page, large)), self._headers)
        with self._lock:
            self._forget((code, large))
            self._kept[(code, large)] = _Kept(page.release, page.day, made)
            self._size += made.size
            while self._size > MOST_BYTES:
                self._forget(next(iter(self._kept)))
        return made

    def _forget(self, key: tuple[str, bool]) -> None:
        old = self._kept.pop(key, None)
        self._size -= old.made.size if old else 0

    def clear(self) -> None:
        """Let go of all; a new release makes most of it useless."""
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _view(self, page: NoticePage, large: bool) -> notice_html.NoticeView:
        notice, issued = page.notice, page.notice.issued_at
        successor = (
            {"title": page.successor["title"], "url": f"/guide/{page.successor['code']}"} if page.successor else {}
        )
        return notice_html.NoticeView(
            path=notice.path,
            number=spoken_code(notice.code),
            issued=f"{issued.year} 年 {issued.month} 月 {issued.day} 日出具（{CHANNELS.get(notice.channel, '')}，第 {notice.release} 版）",
            state=page.state,
            state_words=page.words,
            changes=page.changes,
            renewable=page.renewable,
            again=f"/guide/{notice.item}" if page.state == "updated" and not page.renewable else "",
            successor=successor,
            large=large,
            style=self._style,
            script=self._script,
        )

    def message(self, title: str, words: str, status: str, more: list[tuple[str, str]] | None = None) -> Variants:
        """A friendly page instead of a notice."""
        text = notice_html.message(title, words, self._style, [("/guide", "查找事项，重新获取")])
        return variants(text, [*self.plain_headers, *(more or [])], status, cached=False)

    def code_image(self, code: str) -> Variants:
        """The QR code. Raises `NoticeMissing`."""
        notice = self._notices.find(code)
        headers = [("Content-Type", "image/svg+xml"), *SAFE, ("Cache-Control", "public, max-age=86400")]
        return variants(qr.svg(self._notices.url(notice), title=f"{notice.item_title}一次性告知单二维码"), headers)
