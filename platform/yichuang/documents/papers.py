"""The PDFs of documents: sealed on disk under the document's id and their own digest, written through before anyone is told of them."""

import base64
import hashlib
import os
import re
import secrets
from pathlib import Path

from yichuang.access.vault import Vault
from yichuang.settings import Settings

_NAME = re.compile(r"^[0-9a-f-]{32,36}$")
_DIGEST = re.compile(r"^[0-9a-f]{64}$")


class Papers:
    @classmethod
    def of(cls, settings: Settings, vault: Vault) -> "Papers":
        return cls(Path(settings.data_dir) / "documents", vault)

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def keep(self, document: str, content: bytes) -> str:
        """Store durably; gives the SHA-256. The same content may be kept twice, by two processes at once."""
        digest = hashlib.sha256(content).hexdigest()
        place = self._place(document, digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(f".{secrets.token_hex(6)}")
        try:
            part.write_text(self._vault.seal(base64.b64encode(content).decode(), f"paper/{document}/{digest}"))
            with part.open("r+b") as written:
                os.fsync(written.fileno())
            part.replace(place)
            _settle(place.parent)
        finally:
            part.unlink(missing_ok=True)
        return digest

    def read(self, document: str, digest: str) -> bytes | None:
        """The bytes, or None when they are not there. Raises `ConfigurationRefused` when they were tampered with."""
        place = self._place(document, digest)
        if not place.is_file():
            return None
        return base64.b64decode(self._vault.open(place.read_text(), f"paper/{document}/{digest}"))

    def drop(self, document: str, digest: str) -> None:
        """A PDF that lost the race to be the one."""
        self._place(document, digest).unlink(missing_ok=True)

    def _place(self, document: str, digest: str) -> Path:
        if not _NAME.match(document) or not _DIGEST.match(digest):
            raise ValueError("no name of a paper")
        return self._folder / document[:2] / document / digest


def _settle(folder: Path) -> None:
    """Names are durable too only when their folder is written through."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
