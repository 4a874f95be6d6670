"""Intakes in the shapes of those who fetch them, made when the record is put together, so that fetching need not map.

A shape holds for as long as its mark does: a digest of the mapping with everything that it reads, and of this software's version. Whatever has
another mark is mapped when it is fetched, and shaped anew in the background (docs/adr/0015).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Row, delete, insert, select, tuple_

from yichuang.access.vault import Vault
from yichuang.exchange.intakes_model import intake_shapes, intakes
from yichuang.exchange.presenting import ANY, Presenting, Releases
from yichuang.exchange.targets import PULL, compile_targets
from yichuang.mappings import compile_mapping, mapping_for
from yichuang.ports import Body, DefinitionView

_columns = intake_shapes.c


class Shaped(NamedTuple):
    """What is shaped: of a case just put together, or read back."""

    case_id: str
    department: str
    item: str
    record: Mapping[str, Any]


class Shapes:
    """`Intakes` writes them in the transaction of their record."""

    def __init__(self, releases: Releases, presenting: Presenting, vault: Vault) -> None:
        self._releases = releases
        self._presenting = presenting
        self._vault = vault
        self._known: tuple[Any, dict[tuple[str, str], str]] = (None, {})
        self._renewed_for: Any = None

    def mark(self, target: str, item: str) -> str:
        """Of the mapping in force; empty without one."""
        snapshot = self._releases.current()
        made_for, known = self._known
        if made_for is not snapshot:
            self._known = made_for, known = snapshot, {}
        key = (target, item)
        if key not in known:
            code = mapping_for(snapshot, target, item, ANY)
            known[key] = snapshot.compiled(mark_of, code) if code else ""
        return known[key]

    def opened(self, case_id: str, target: str, sealed: bytes) -> bytes:
        """The body, as it goes out."""
        return self._vault.open_bytes(sealed, _context(case_id, target))

    def rows(self, one: Shaped) -> list[dict[str, str]]:
        """One for every target that fetches such cases; what can't be mapped has none, and is told when it is fetched."""
        found = []
        for target in self._releases.current().compiled(compile_targets, "").all.values():
            mark = "" if target.transport != PULL or not target.concerns(one.department, one.item) else self.mark(target.code, one.item)
            shown = self._presenting.show(dict(one.record), target.code, ()) if mark else None
            if shown is not None and not shown.faults:
                body = self._vault.seal(orjson.dumps(shown.body).decode(), _context(one.case_id, target.code))
                found.append({"case_id": one.case_id, "target": target.code, "item": one.item, "mark": mark, "body": body})
        return found

    def keep(self, connection: Connection, made: Sequence[Shaped]) -> None:
        """In the transaction that writes the records."""
        connection.execute(delete(intake_shapes).where(_columns.case_id.in_([one.case_id for one in made])))
        if rows := [row for one in made for row in self.rows(one)]:
            connection.execute(insert(intake_shapes), rows)

    # ------------------------------------------------------------------ after a mapping has changed

    @property
    def settled(self) -> bool:
        """Whether everything is known to be of the release in force."""
        return self._renewed_for is self._releases.current()

    def renew(self, connection: Connection, limit: int, opened: Callable[[Row[Any]], Mapping[str, Any]]) -> int:
        """Shape anew what stands under other marks, a batch; how many. In a transaction that no assembler works beside."""
        snapshot = self._releases.current()
        for target in snapshot.compiled(compile_targets, "").all:
            for item, mark in self._marks(connection, target):
                if mark != self.mark(target, item):
                    return self._again(connection, (target, item, mark), limit, opened)
        self._renewed_for = snapshot
        return 0

    def _marks(self, connection: Connection, target: str) -> list[tuple[str, str]]:
        """(item, mark) of all shapes of a target: one step along the index for each, however many shapes there are."""
        found, last = [], ("", "")
        following = select(_columns.item, _columns.mark).where(_columns.target == target).order_by(_columns.item, _columns.mark).limit(1)
        while (row := connection.execute(following.where(tuple_(_columns.item, _columns.mark) > last)).first()) is not None:
            last = (row.item, row.mark)
            found.append(last)
        return found

    def _again(
        self, connection: Connection, old: tuple[str, str, str], limit: int, opened: Callable[[Row[Any]], Mapping[str, Any]]
    ) -> int:  # fmt: skip
        chosen = select(_columns.case_id).where(tuple_(_columns.target, _columns.item, _columns.mark) == old).limit(limit)
        ids = list(connection.execute(chosen).scalars())
        rows = connection.execute(select(intakes).where(intakes.c.case_id.in_(ids))).all()
        connection.execute(delete(intake_shapes).where(_columns.case_id.in_(ids)))
        self.keep(connection, [Shaped(row.case_id, row.department, row.item, opened(row)) for row in rows])
        return len(ids)


def mark_of(view: DefinitionView, code: str) -> str:
    """A snapshot's maker: the digest of a mapping with all that compiling it reads."""
    seen = _Seen(view)
    compile_mapping(seen, code)
    return hashlib.sha256(orjson.dumps([version("yichuang"), seen.read], option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


class _Seen:
    """A view that remembers what was read of it."""

    def __init__(self, view: DefinitionView) -> None:
        self._view = view
        self.read: dict[str, Any] = {}

    def find(self, kind: str, code: str) -> Body | None:
        found = self.read[f"{kind}/{code}"] = self._view.find(kind, code)
        return found

    def codes(self, kind: str) -> Sequence[str]:
        found = self._view.codes(kind)
        self.read[kind] = list(found)
        return found


def _context(case_id: str, target: str) -> str:
    return f"shape/{target}/{case_id}"
