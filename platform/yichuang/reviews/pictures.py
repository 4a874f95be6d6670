"""Pictures of a review: checked, freed of what cameras write into them, sealed, kept outside of the database."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.access.vault import Vault
from yichuang.errors import NotFound
from yichuang.reviews.compiled import ReviewRules
from yichuang.reviews.review import Picture
from yichuang.storage import Storage

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
TYPES: Mapping[str, str] = {"jpg": "image/jpeg", "png": "image/png"}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEPT_CHUNKS = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs")


def type_of(content: bytes) -> str:
    """`jpg`, `png`, or empty for anything else, by what it begins with."""
    return "jpg" if content.startswith(JPEG) else "png" if content.startswith(PNG) else ""


def fault_of(pictures: Sequence[Picture], rules: ReviewRules) -> str:
    """Why they can't be taken, in words; empty when they can."""
    if len(pictures) > rules.most_pictures:
        return f"最多 {rules.most_pictures} 张图片"
    for number, picture in enumerate(pictures, 1):
        if not type_of(picture.content):
            return f"第 {number} 张不是 JPG 或 PNG 图片"
        if len(picture.content) > rules.picture_bytes:
            return f"第 {number} 张超过 {rules.picture_bytes // 1024 // 1024} MB"
    return ""


def cleaned(content: bytes) -> bytes:
    """Without place, time and device of the camera (EXIF, XMP, comments). What can't be read through is left as it is."""
    try:
        return _jpeg(content) if type_of(content) == "jpg" else _png(content)
    except (IndexError, ValueError):
        return content


def _jpeg(content: bytes) -> bytes:
    out, at = [content[:2]], 2
    while content[at] == 0xFF and content[at + 1] != 0xDA:
        size = 2 + int.from_bytes(content[at + 2 : at + 4])
        marker = content[at + 1]
        if not (0xE1 <= marker <= 0xEF or marker == 0xFE):
            out.append(content[at : at + size])
        at += size
    return b"".join([*out, content[at:]])


def _png(content: bytes) -> bytes:
    out, at = [content[:8]], 8
    while at < len(content):
        size = 12 + int.from_bytes(content[at : at + 4])
        if content[at + 4 : at + 8] in _KEPT_CHUNKS:
            out.append(content[at : at + size])
        at += size
    return b"".join(out)


class Pictures:
    def __init__(self, storage: Storage, vault: Vault) -> None:
        self._storage, self._vault = storage, vault

    def keep(self, service_id: str, pictures: Sequence[Picture]) -> list[dict[str, Any]]:
        """`[{digest, size, type}]` of what is now kept."""
        return [self._keep(service_id, cleaned(picture.content)) for picture in pictures]

    def _keep(self, service_id: str, content: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(content).hexdigest()
        sealed = self._vault.seal(base64.b64encode(content).decode(), f"review-picture/{service_id}/{digest}")
        self._storage.write(f"reviews/{service_id}/{digest}", sealed.encode())
        return {"digest": digest, "size": len(content), "type": type_of(content)}

    def read(self, service_id: str, digest: str) -> bytes:
        """Raises `NotFound`. Checked against its digest."""
        if not _DIGEST.fullmatch(digest):
            raise NotFound("没有找到这张图片")
        try:
            sealed = self._storage.read(f"reviews/{service_id}/{digest}")
        except FileNotFoundError:
            raise NotFound("没有找到这张图片") from None
        return base64.b64decode(self._vault.open(sealed.decode(), f"review-picture/{service_id}/{digest}"))
