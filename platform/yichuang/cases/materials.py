"""Materials of a case: checked off one by one, with files, trust grades (domain 1.6), terms for later, and reuse of earlier ones."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from yichuang.access.grants import Grants
from yichuang.cases.case import place_of_row
from yichuang.cases.files import check
from yichuang.cases.intake import Intake
from yichuang.cases.material_change import changed
from yichuang.cases.model import case_materials, cases, correction_points, corrections
from yichuang.errors import Conflict, NotFound
from yichuang.ports import Actor

FILE = {"code": "file", "max_megabytes": 20}


class Materials(Intake):
    def check_material(self, case_id: str, code: str, change: Mapping[str, Any], actor: Actor, grants: Grants) -> None:
        """Check a material off: any of state, originals, copies, pages, verified, points, note, due_on. Kept at once.

        Raises `CaseMissing`, `NotAllowed`, `CaseHeld`, `NotFound`, `InputRefused`, `Conflict` once the case has ended.
        """
        with self._database.writing() as connection:
            row = self._workable(connection, case_id, actor, grants)
            old = self._material(connection, case_id, code)
            values = changed(old, change) | {"by": actor.name, "at": self._clock.now()}
            self._store(connection, case_id, code, values)
            self._note(actor, "case.material", row.id, connection, f"{code} {values.get('state', old.state)}")

    def check_all(self, case_id: str, actor: Actor, grants: Grants) -> int:
        """Everything that is still to come is here, as many as the item asks for: what is needed and pending becomes received. How many."""
        with self._database.writing() as connection:
            row = self._workable(connection, case_id, actor, grants)
            asked = {entry.code: entry.material for entry in self._desk(connection, row).decided.checklist}
            waiting = (case_materials.c.case_id == case_id) & case_materials.c.needed & (case_materials.c.state == "pending")
            found = connection.execute(select(case_materials).where(waiting, case_materials.c.necessity != "optional")).all()
            if found:
                received = (case_materials.c.case_id == case_id) & (case_materials.c.code == bindparam("material"))
                by = {"state": "received", "by": actor.name, "at": self._clock.now()}
                connection.execute(update(case_materials).where(received), [_counted(old, asked) | by for old in found])
            self._note(actor, "case.materials_all", row.id, connection, str(len(found)))
            return len(found)

    def attach(self, case_id: str, code: str, name: str, content: bytes, actor: Actor, grants: Grants | None) -> Mapping[str, Any]:
        """Keep a file for a material; graded C until an original was seen. `grants` None: the applicant's own case was checked before.

        Raises as `check_material`; `InputRefused` for a file that isn't taken.
        """
        check(FILE, name, content)
        with self._database.writing() as connection:
            if grants is not None:
                self._workable(connection, case_id, actor, grants)
            else:
                self._mark(connection, case_id)
            old = self._material(connection, case_id, code)
            file = self._rooms.files.store(case_id, name, content)
            known = json.loads(old.files)
            if file not in known:
                grade = old.grade or ("C" if grants is None else "B" if old.verified else "C")
                self._store(connection, case_id, code, {"files": json.dumps([*known, file], ensure_ascii=False), "grade": grade})
            self._note(actor, "case.attach", case_id, connection, code)
        return file

    def detach(self, case_id: str, code: str, digest: str, actor: Actor, grants: Grants | None) -> None:
        """Take a file off a material again; the file itself stays as long as the case, for the record."""
        with self._database.writing() as connection:
            if grants is not None:
                self._workable(connection, case_id, actor, grants)
            else:
                self._mark(connection, case_id)
            left = [file for file in json.loads(self._material(connection, case_id, code).files) if file["digest"] != digest]
            self._store(connection, case_id, code, {"files": json.dumps(left, ensure_ascii=False)})
            self._note(actor, "case.detach", case_id, connection, code)

    def file(self, case_id: str, digest: str, actor: Actor, grants: Grants) -> tuple[str, bytes]:
        """Name and content of a file of the case; the reading is noted. Raises `CaseMissing`, `NotFound`."""
        with self._database.reading() as connection:
            row = self._row(connection, case_id, grants)
            name = self._file_name(connection, row, digest)
        self._note(actor, "case.file", case_id, detail=digest[:12])
        return name, self._rooms.files.read(case_id, digest)

    def _file_name(self, connection: Connection, row: Any, digest: str) -> str:
        """As whoever handed it in called it: among the materials, the answers to corrections, the form's own attachments."""
        own = select(case_materials.c.files).where(case_materials.c.case_id == row.id)
        rounds = corrections.c.id == correction_points.c.correction_id
        answered = select(correction_points.c.files).join(corrections, rounds).where(corrections.c.case_id == row.id)
        listed = [json.loads(files) for query in (own, answered) for files in connection.execute(query).scalars()]
        found = (name for node in (listed, self._content(row).answers) for name in _names(node, digest))
        return next(found, f"{digest[:12]}.bin")

    # ------------------------------------------------------------------ reuse

    def reuse(self, case_id: str, code: str, number: str, actor: Actor, grants: Grants) -> None:
        """Take a material graded A or B from an earlier case of the same applicant, files and all.

        Raises `NotFound` when that case has none for this applicant, otherwise as `check_material`.
        """
        with self._database.writing() as connection:
            row = self._workable(connection, case_id, actor, grants)
            wanted = self._material(connection, case_id, code)
            found = next((e for e in self._reusable(connection, row, [wanted.share]) if e.number == number), None)
            if found is None:
                raise NotFound("该申请人没有可以复用的这份材料")
            files = [
                self._rooms.files.store(case_id, file["name"], self._rooms.files.read(found.case_id, file["digest"]))
                for file in json.loads(found.files)
            ]
            values = {"state": "reused", "grade": found.grade, "reused_from": number, "files": json.dumps(files, ensure_ascii=False)}
            self._store(connection, case_id, code, values | {"by": actor.name, "at": self._clock.now()})
            self._note(actor, "case.reuse", row.id, connection, f"{code} {number}")

    def _reusable(self, connection: Connection, row: Any, shares: Sequence[str]) -> Sequence[Any]:
        """Earlier materials of the same applicant that may stand in, newest first."""
        if not row.id_index or not shares:
            return []
        held, columns = case_materials.c, case_materials.c
        query = (
            select(columns.case_id, columns.share, columns.grade, columns.files, columns.at, cases.c.number)
            .join(cases, cases.c.id == columns.case_id)
            .where(held.id_index == row.id_index, held.share.in_(shares), held.grade.in_(("A", "B")), held.case_id != row.id)
            .where(held.state.in_(("received", "reused")))
            .order_by(columns.at.desc())
            .limit(40)
        )
        return connection.execute(query).all()

    # ------------------------------------------------------------------ rows

    def _workable(self, connection: Connection, case_id: str, actor: Actor, grants: Grants) -> Any:
        row = self._row(connection, case_id, grants, hold=True)
        grants.require("material.check", place_of_row(row), row.clerk)
        self._refuse_held(row, actor)
        if row.phase == "ended":
            raise Conflict("办件已结束，材料不能再改")
        self._mark(connection, case_id)
        return row

    def _material(self, connection: Connection, case_id: str, code: str) -> Any:
        mine = (case_materials.c.case_id == case_id) & (case_materials.c.code == code)
        row = connection.execute(select(case_materials).where(mine)).first()
        if row is None:
            raise NotFound("办件没有这份材料")
        return row

    def _store(self, connection: Connection, case_id: str, code: str, values: Mapping[str, Any]) -> None:
        mine = (case_materials.c.case_id == case_id) & (case_materials.c.code == code)
        connection.execute(update(case_materials).where(mine).values(**values))


def _counted(old: Any, asked: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """As many as were noted, else as many as the item asks for."""
    return {"material": old.code} | {part: getattr(old, part) or asked.get(old.code, {}).get(part, 0) for part in ("originals", "copies")}


def _names(node: Any, digest: str) -> Iterator[str]:
    """Names of the files with this digest, anywhere in it."""
    if isinstance(node, Mapping):
        if node.get("digest") == digest and isinstance(node.get("name"), str):
            yield node["name"]
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from _names(part, digest)
