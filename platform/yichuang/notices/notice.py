"""The frozen values of this room: a notice that was issued, and what its page says today."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from yichuang.notices.content import NoticeContent

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Lower case without 0/o, 1/i/l."""
CODE_LENGTH = 17
"""84 random bits: codes can't be guessed or counted through."""

CHANNELS = {"desk": "窗口", "guide": "网页", "kiosk": "自助机", "apply": "手机填报", "poster": "海报", "api": "接口"}
EVENTS = {"opened": "打开", "printed": "打印", "downloaded": "下载"}

State = Literal["current", "updated", "suspended", "cancelled"]


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def is_code(text: str) -> bool:
    return len(text) == CODE_LENGTH and all(character in ALPHABET for character in text)


def spoken_code(code: str) -> str:
    """In groups of four, for reading aloud."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as issued. It keeps its release; a `standing` one (on posters) follows the current release."""

    code: str
    item: str
    item_title: str
    department: str
    release: int
    situation: Mapping[str, Any]
    situation_words: str
    facts: Mapping[str, Any]
    standing: bool
    channel: str
    window: str
    digest: str
    issued_at: datetime

    @property
    def path(self) -> str:
        return f"/n/{self.code}"


@dataclass(frozen=True, slots=True)
class NoticePage:
    """What a notice says today. `changes`: how the current release differs, in words; `renewable`: `renew` gives a new notice.

    `release` is the one it was compared with, `day` the day (ISO, Shanghai) it holds for: tips come and go by date.
    """

    notice: Notice
    content: NoticeContent
    state: State
    words: str
    changes: Sequence[str]
    renewable: bool
    successor: Mapping[str, str] | None
    release: int
    day: str
