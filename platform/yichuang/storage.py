"""Files kept outside of the database, behind one interface: a local folder, or whatever fsspec reaches (S3-compatible stores).

`YICHUANG_FILES_URL`: empty for `files` in the data folder; `s3://bucket/prefix` with credentials as its client expects them.
What is put here is sealed by whoever puts it.
"""

import os
from pathlib import Path
from typing import Any

import fsspec

from yichuang.settings import Settings


class Storage:
    """Write once, read, remove; by paths of `[a-z0-9/-]`. A file is there whole or not at all."""

    def __init__(self, url: str, **options: Any) -> None:
        self._fs, root = fsspec.core.url_to_fs(url, **options)
        self._root = root.rstrip("/")
        self._local = "file" in self._fs.protocol

    @classmethod
    def of(cls, settings: Settings) -> "Storage":
        return cls(settings.files_url or (Path(settings.data_dir).resolve() / "files").as_uri())

    def write(self, path: str, content: bytes) -> None:
        """Durable when it returns. The same path again changes nothing that matters: paths name their content."""
        place = f"{self._root}/{path}"
        if not self._local:
            self._fs.pipe_file(place, content)
            return
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        part = f"{place}.{os.getpid()}.part"
        with self._fs.open(part, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, place)

    def read(self, path: str) -> bytes:
        """Raises `FileNotFoundError`."""
        return bytes(self._fs.cat_file(f"{self._root}/{path}"))

    def remove(self, path: str) -> None:
        """Also of what isn't there."""
        place = f"{self._root}/{path}"
        if self._fs.exists(place):
            self._fs.rm_file(place)
