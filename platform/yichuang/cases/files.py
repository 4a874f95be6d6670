"""Attachments of drafts: sealed on disk outside every web root, under the draft's id and their own digest."""

import base64
import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yichuang.access.vault import Vault
from yichuang.errors import InputRefused, NotFound
from yichuang.settings import Settings

_ZIP = b"PK\x03\x04"
BEGINNINGS = {
    "pdf": (b"%PDF-",),
    "jpg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "ofd": (_ZIP,),
    "docx": (_ZIP,),
    "xlsx": (_ZIP,),
}
"""What a file of each kind begins with; the name alone proves nothing."""

_DIGEST = re.compile(r"^[0-9a-f]{64}$")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff/\\:*?\"<>|]")
"""What file systems refuse, and what makes a name look like another (direction marks, characters without width)."""

MOST_FILES, MOST_BYTES = 100, 300 * 1024 * 1024
"""What one draft may hold, on disk."""


def kind_of(name: str, content: bytes) -> str | None:
    """The kind by name, if the content begins like one."""
    kind = {"jpeg": "jpg"}.get(suffix := name.rsplit(".", 1)[-1].lower(), suffix)
    return kind if content.startswith(BEGINNINGS.get(kind, ())) and kind in BEGINNINGS else None


def check(field: Mapping[str, Any], name: str, content: bytes) -> None:
    """Raises `InputRefused` with words for a file that this field doesn't take."""
    allowed = field.get("accept") or list(BEGINNINGS)
    megabytes = field.get("max_megabytes", 20)
    fault = ""
    if not content:
        fault = "文件是空的"
    elif len(content) > megabytes * 1024 * 1024:
        fault = f"文件超过 {megabytes} MB"
    elif kind_of(name, content) not in allowed:
        fault = f"只接受 {'、'.join(str(kind).upper() for kind in allowed)} 文件，且内容须与扩展名一致"
    if fault:
        raise InputRefused(f"{fault}：{name}", problems=[{"field": str(field.get("code", "")), "message": fault}])


class Files:
    @classmethod
    def of(cls, settings: Settings) -> "Files":
        return cls(Path(settings.data_dir) / "uploads", Vault(settings.data_key))

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def store(self, draft: str, name: str, content: bytes) -> dict[str, Any]:
        """Keep the file durably; gives `{name, size, digest}` as it stands in the answers. Raises `InputRefused` when a draft is full."""
        self._refuse_heap(draft, len(content))
        digest = hashlib.sha256(content).hexdigest()
        place = self._folder / draft / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        try:
            part.write_text(self._vault.seal(base64.b64encode(content).decode(), f"file/{draft}/{digest}"))
            with part.open("r+b") as written:
                os.fsync(written.fileno())
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
        return {"name": _FORBIDDEN.sub("_", name)[-120:], "size": len(content), "digest": digest}

    def _refuse_heap(self, draft: str, more: int) -> None:
        held = [place.stat().st_size for place in (self._folder / draft).glob("*")]
        if len(held) >= MOST_FILES or sum(held) + more > MOST_BYTES:
            fault = f"一份填报最多 {MOST_FILES} 个附件、{MOST_BYTES // 1024 // 1024} MB"
            raise InputRefused(fault, problems=[{"field": "file", "message": fault}])

    def read(self, draft: str, digest: str) -> bytes:
        """Raises `NotFound`."""
        place = self._folder / draft / digest
        if not _DIGEST.match(digest) or not place.is_file():
            raise NotFound("没有找到这个附件")
        return base64.b64decode(self._vault.open(place.read_text(), f"file/{draft}/{digest}"))

    def drop(self, draft: str) -> None:
        """All files of a draft that was put aside."""
        shutil.rmtree(self._folder / draft, ignore_errors=True)

    def carry(self, old: str, new: str) -> None:
        """The files of a draft that was begun again, sealed for the new one."""
        for place in (self._folder / old).glob("*") if (self._folder / old).is_dir() else ():
            if _DIGEST.match(place.name):
                self.store(new, place.name, self.read(old, place.name))
        self.drop(old)
