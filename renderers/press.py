"""The printing press: one typst compiler a process, data in as JSON, PDF/A-2a out.

Templates are ours (`renderers/typst/`); texts of staff and applicants are data and never read as typst source. A character that no font
has becomes 〓 and a warning, so that a rare name never stops a print.
"""

import json
import logging
import re
import threading
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).parent / "typst"
GETA = "〓"
"""The printer's mark for a missing character (U+3013)."""
MOST_MISSING = 200
FONTS = {
    "title": ("FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "Noto Serif SC"),
    "serif": ("FangSong_GB2312", "FangSong", "STFangsong", "Noto Serif SC"),
    "sans": ("Noto Sans SC",),
}
"""Best first: licensed ones from `fonts_dir`, where they are, before the free ones."""

log = logging.getLogger(__name__)
_CONTROL = {code: "" for code in (*range(32), 127, 0xFEFF) if chr(code) not in "\t\n"}
_QUOTED = re.compile(r'`"(.*?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class Press:
    """Compiles one sheet at a time; safe to call from any thread."""

    def __init__(self, fonts_dir: str | None = None) -> None:
        folders = [str(path) for path in (Path(fonts_dir) if fonts_dir else None, _free_fonts()) if path]
        known = set(typst.Fonts(include_system_fonts=False, font_paths=folders).families())
        self._compiler = typst.Compiler(root=str(TEMPLATES), font_paths=folders, ignore_system_fonts=True)
        self._fonts = {kind: [name for name in names if name in known] for kind, names in FONTS.items()}
        self._missing: dict[int, str] = dict(_CONTROL)
        self._lock = threading.Lock()

    def print(self, template: str, data: Mapping[str, Any], made_at: datetime | None = None) -> bytes:
        """A PDF/A-2a from `renderers/typst/<template>.typ`. `made_at` is written into the file; without it, now."""
        whole, dropped = {**data, "fonts": self._fonts}, dict[int, str]()
        with self._lock:
            for _ in range(MOST_MISSING):
                text = json.dumps(_printable(whole, self._missing | dropped), ensure_ascii=False)
                try:
                    return self._compile(template, text, made_at)
                except typst.TypstError as error:
                    dropped |= self._learn(error, text)
        raise RuntimeError(f"too many characters cannot be printed in {template}")

    def pictures(self, template: str, data: Mapping[str, Any], dots: float = 110) -> list[bytes]:
        """The pages as PNG, `dots` to the inch. What no font has is left out."""
        with self._lock:
            text = json.dumps(_printable({**data, "fonts": self._fonts}, self._missing), ensure_ascii=False)
            made = self._compiler.compile(
                input=str(TEMPLATES / f"{template}.typ"), format="png", ppi=dots, sys_inputs={"data": text}
            )
        return [made] if isinstance(made, bytes) else list(made or ())

    def _compile(self, template: str, text: str, made_at: datetime | None) -> bytes:
        made = self._compiler.compile(
            input=str(TEMPLATES / f"{template}.typ"),
            format="pdf",
            pdf_standards=["a-2a"],
            sys_inputs={"data": text},
            timestamp=int(made_at.timestamp()) if made_at else None,
        )
        if not isinstance(made, bytes):
            raise TypeError("a single PDF was asked for")
        return made

    def _learn(self, error: typst.TypstError, text: str) -> dict[int, str]:
        """Remember the character that an error complains about; any other error is a fault of ours and goes on.

        Of a character with marks (an accent, a keycap, a shade) the first only is named, though it may well be in the font:
        then the marks are given, to be dropped from this print.
        """
        quoted = _QUOTED.search(str(error))
        named = _ESCAPED.sub(_character, quoted.group(1)) if quoted else ""
        marks = {mark for c in named for run in re.findall(f"{re.escape(c)}({_marks()}+)", text) for mark in run}
        if marks:
            return {ord(mark): "" for mark in marks}
        fresh = sorted({c for c in named if not c.isspace() and ord(c) not in self._missing})
        if not fresh or GETA in fresh:
            raise error
        log.warning("no font has %s; printed as %s", " ".join(f"U+{ord(c):04X}" for c in fresh), GETA)
        self._missing |= {ord(c): GETA for c in fresh}
        return {}


@cache
def _marks() -> str:
    """What only changes how the character before it looks; a third of a second to list, and few ever need it."""
    listed = (chr(code) for code in range(0x300, 0xE01F0))
    return "[" + "".join(re.escape(c) for c in listed if unicodedata.category(c) in ("Mn", "Me", "Mc", "Cf")) + "\U0001f3fb-\U0001f3ff]"


def _printable(value: Any, table: Mapping[int, str]) -> Any:
    """The data with the characters of `table` replaced in every text."""
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, Mapping):
        return {key: _printable(part, table) for key, part in value.items()}
    return [_printable(part, table) for part in value] if isinstance(value, list | tuple) else value


def _character(found: re.Match[str]) -> str:
    return chr(int(found.group(1), 16))


def _free_fonts() -> Path | None:
    spec = find_spec("pylopdf_fonts_zh_cn")
    return Path(spec.origin).parent if spec and spec.origin else None


@lru_cache(maxsize=4)
def press(fonts_dir: str | None = None) -> Press:
    """The process's press for a folder of fonts (about 90 MB with its caches); made at the first print."""
    return Press(fonts_dir)
