"""Bringing in finished cases of a former system (历史办件导入): a file of JSON lines, sealed, indexed, written in batches by COPY.

Run again after an interruption it goes on: what is there already is passed over by its number. A line that can't be taken is reported with its
number and the reasons, never with its content, and holds nobody up. Imported cases are found by search and fetched by number like any other;
they don't appear among the changes that others follow.
"""

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.exc import IntegrityError

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.cases.model import case_steps, cases
from yichuang.cases.preparing import Numbered, Preparing, Ready
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database, copy_blocks
from yichuang.ports import Actor, Clock

BATCH, AHEAD, PROCESSES = 5000, 4, 2
"""Lines of a batch; so many batches are prepared beforehand, by so many processes."""
_child: dict[str, Preparing] = {}
"""In the process that prepares: its own."""


@dataclass(slots=True)
class Imported:
    """`refused`: (line, number where readable, reason)."""

    taken: int = 0
    known: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


class Importing:
    def __init__(self, database: Database, catalogue: Catalogue, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._vault = vault
        self._audit = audit
        self._clock = clock

    def run(self, lines: Iterable[bytes], actor: Actor) -> Iterator[Imported]:
        """Bring in the lines, batch after batch, each in a transaction of its own; how far it is after each."""
        done, numbered = Imported(), enumerate(lines, 1)
        with self._preparing() as prepare:
            under_way: deque[tuple[Numbered, Callable[[], Ready]]] = deque()
            while batch := list(islice(numbered, BATCH)):
                under_way.append((batch, prepare(batch)))
                if len(under_way) >= AHEAD:
                    yield self._taken(*under_way.popleft(), done)
            while under_way:
                yield self._taken(*under_way.popleft(), done)
        self._audit.note(actor, "case.imported", "case", "import", detail=f"{done.taken} 件，已有 {done.known} 件，未收 {len(done.refused)} 行")
        yield done

    def _taken(self, batch: Numbered, prepared: Callable[[], Ready], done: Imported) -> Imported:
        ready = prepared()
        try:
            self._write(ready)
        except IntegrityError:
            # A number stands in a batch before, too, which was not written yet when this one was prepared.
            ready = Preparing(self._database, self._catalogue, self._vault).ready(batch)
            self._write(ready)
        done.taken += ready.count
        done.known += ready.known
        done.refused += ready.refused
        return done

    @contextmanager
    def _preparing(self) -> Iterator[Callable[[Numbered], Callable[[], Ready]]]:
        """By processes of their own, so that reading and sealing go on while the database writes; SQLite's are few, here and now."""
        preparing = Preparing(self._database, self._catalogue, self._vault)
        if self._database.sqlite:
            yield lambda batch: lambda: preparing.ready(batch)
            return

        def begin() -> None:
            threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
            self._database.leave_to_parent()
            _child["own"] = preparing

        self._catalogue.current()
        pool = ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("fork"), begin)

        def submit(batch: Numbered) -> Callable[[], Ready]:
            future: Future[Ready] = pool.submit(_prepared, batch)
            return future.result

        try:
            yield submit
        finally:
            pool.shutdown(cancel_futures=True)

    def _write(self, ready: Ready) -> None:
        if ready.count:
            with self._database.writing() as connection:
                if not self._database.sqlite:
                    # What a crash loses the next run brings in again; the entry at the end makes all of it durable.
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                self._put(connection, cases, ready.columns[0], ready.cases)
                self._put(connection, case_steps, ready.columns[1], ready.steps)

    def _put(self, connection: Connection, table: Table, columns: Sequence[str], rows: Any) -> None:
        if self._database.sqlite:
            connection.execute(insert(table), rows)
        else:
            copy_blocks(connection, table.name, columns, [rows])


def _end_with(parent: int) -> None:
    """A process that prepares holds the key of the data: it doesn't outlive whoever asked it to."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _prepared(batch: Numbered) -> Ready:
    return _child["own"].ready(batch)
