"""Files an applicant hands in for the materials of a draft, one by one, before it is submitted."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from yichuang.access.vault import Vault
from yichuang.cases.model import case_materials, draft_materials
from yichuang.database import Database
from yichuang.errors import InputRefused
from yichuang.items.checklist import ChecklistEntry
from yichuang.ports import Body, Clock

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
        with self._database.reading() as connection:
            return handed_in(connection, self._vault, draft)

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


def handed_in(connection: Connection, vault: Vault, draft: str) -> dict[str, list[Mapping[str, Any]]]:
    """As `Uploads.of`, within an open connection."""
    query = select(draft_materials).where(draft_materials.c.draft_id == draft).order_by(draft_materials.c.at, draft_materials.c.digest)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in connection.execute(query):
        name = vault.open(row.name, f"upload/{draft}/{row.code}")
        found.setdefault(row.code, []).append({"name": name, "size": row.size, "digest": row.digest})
    return found


def laid(connection: Connection, vault: Vault, case_id: str, checklist: Sequence[ChecklistEntry], letter: str) -> None:
    """What was handed in for the draft belongs to the case's materials from here on. `letter`: the code of the letter of authority."""
    made = {entry.code: entry.material for entry in checklist}
    for code, files in handed_in(connection, vault, case_id).items():
        mine = (case_materials.c.case_id == case_id) & (case_materials.c.code == code)
        held = connection.execute(select(case_materials.c.files).where(mine)).scalar()
        if held is None and code == letter:
            connection.execute(insert(case_materials), _letter_row(case_id, len(checklist)))
        elif held is None:
            continue
        known = json.loads(held or "[]")
        both = [*known, *(file for file in files if file not in known)]
        grade = grade_of(made.get(code, {}), both)
        connection.execute(update(case_materials).where(mine).values(files=json.dumps(both, ensure_ascii=False), grade=grade))
    connection.execute(delete(draft_materials).where(draft_materials.c.draft_id == case_id))


def grade_of(material: Body, files: Sequence[Any]) -> str:
    """The trust grade of what applicants upload (domain 1.6): D for what they make themselves, C for all else until an original was seen."""
    return ("D" if material.get("self_made") else "C") if files else ""


def _letter_row(case_id: str, seq: int) -> dict[str, Any]:
    title = "授权委托书"
    return {"case_id": case_id, "code": AUTHORITY, "title": title, "share": "", "seq": seq, "needed": True, "necessity": "required"}
