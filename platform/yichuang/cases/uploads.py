"""Files an applicant hands in for the materials of a draft, one by one, before it is submitted."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from yichuang.access.vault import Vault
from yichuang.cases.model import draft_materials
from yichuang.database import Database
from yichuang.errors import InputRefused
from yichuang.ports import Clock

MOST = 20
"""Files for one material."""

AUTHORITY = "authority_letter"
"""The letter of authority of whoever acts for somebody else, where the item's own list names none."""


class Uploads:
    """Whose draft it is, the caller has checked. The files themselves are kept by `cases.files.Files`."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def of(self, draft: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Material code → `{name, size, digest}` per file, in the order they came."""
        query = select(draft_materials).where(draft_materials.c.draft_id == draft).order_by(draft_materials.c.at, draft_materials.c.digest)
        found: dict[str, list[Mapping[str, Any]]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                name = self._vault.open(row.name, f"upload/{draft}/{row.code}")
                found.setdefault(row.code, []).append({"name": name, "size": row.size, "digest": row.digest})
        return found

    def add(self, draft: str, code: str, file: Mapping[str, Any]) -> None:
        """Note a file that `Files.store` gave back; the same one twice is one. Raises `InputRefused` when there are too many."""
        table = draft_materials
        row = {"draft_id": draft, "code": code, "digest": file["digest"], "size": file["size"], "at": self._clock.now()}
        sealed = self._vault.seal(str(file["name"]), f"upload/{draft}/{code}")
        try:
            with self._database.writing() as connection:
                held = select(func.count()).select_from(table).where(table.c.draft_id == draft, table.c.code == code)
                if (connection.execute(held).scalar() or 0) >= MOST:
                    raise InputRefused(f"一份材料最多 {MOST} 个文件", problems=[{"field": code, "message": f"最多 {MOST} 个文件"}])
                connection.execute(insert(table), row | {"name": sealed})
        except IntegrityError:
            return

    def remove(self, draft: str, code: str, digest: str) -> None:
        """Take a file out again; one that isn't there is no error."""
        table = draft_materials
        with self._database.writing() as connection:
            connection.execute(delete(table).where(table.c.draft_id == draft, table.c.code == code, table.c.digest == digest))

    def drop(self, draft: str) -> None:
        """All of a draft that was put aside."""
        with self._database.writing() as connection:
            connection.execute(delete(draft_materials).where(draft_materials.c.draft_id == draft))
