"""What a sandbox system has received, in a file of its own: a restart forgets nothing. Demonstration data only."""

import sqlite3
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

SHANGHAI = timezone(timedelta(hours=8))
TABLE = """CREATE TABLE IF NOT EXISTS received (
    holder TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, case_no TEXT NOT NULL, step TEXT NOT NULL, digest TEXT NOT NULL,
    body TEXT NOT NULL, reference TEXT NOT NULL, received_at TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (holder, key))"""
CURSORS = "CREATE TABLE IF NOT EXISTS cursors (holder TEXT PRIMARY KEY, position INTEGER NOT NULL)"


@dataclass(frozen=True, slots=True)
class Received:
    """`times`: how often it came; it counts once. `seq`: in which order what is new came."""

    key: str
    seq: int
    case_no: str
    step: str
    digest: str
    body: str
    reference: str
    received_at: str
    times: int


class OtherContent(Exception):
    """The key is there with other content."""


class Store:
    """For one `holder`; several may share a file."""

    def __init__(self, path: str, holder: str) -> None:
        self._holder = holder
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=15)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(TABLE)
        self._connection.execute(CURSORS)
        self._lock = threading.Lock()
        self._seq = int(self._one("SELECT coalesce(max(seq), 0) FROM received WHERE holder = ?", holder)[0])

    def take(self, key: str, case_no: str, step: str, digest: str, body: str, *, replaces: bool = False) -> str:
        """Its reference, the same however often it comes. Raises `OtherContent` for other content that doesn't replace."""
        with self._lock:
            known = self._one("SELECT digest, reference FROM received WHERE holder = ? AND key = ?", self._holder, key)
            if known is None:
                return self._new(key, case_no, step, digest, body)
            if known[0] != digest and not replaces:
                raise OtherContent
            change = "UPDATE received SET times = times + 1, digest = ?, body = ? WHERE holder = ? AND key = ?"
            self._connection.execute(change, (digest, body, self._holder, key))
            return str(known[1])

    def _new(self, key: str, case_no: str, step: str, digest: str, body: str) -> str:
        self._seq += 1
        reference, now = f"{self._holder}-{self._seq:08d}", datetime.now(SHANGHAI).isoformat()
        values = (self._holder, key, self._seq, case_no, step, digest, body, reference, now, 1)
        self._connection.execute("INSERT INTO received VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        return reference

    def all(self, since: str = "", until: str = "9999", limit: int = 1_000_000, *, newest: bool = False) -> list[Received]:
        order = "DESC" if newest else "ASC"
        query = (
            "SELECT key, seq, case_no, step, digest, body, reference, received_at, times FROM received "
            f"WHERE holder = ? AND received_at >= ? AND received_at < ? ORDER BY seq {order} LIMIT ?"
        )
        with self._lock:
            return [Received(*row) for row in self._connection.execute(query, (self._holder, since, until, limit))]

    def cursor(self) -> int:
        """Up to where this holder has come."""
        with self._lock:
            row = self._connection.execute("SELECT position FROM cursors WHERE holder = ?", (self._holder,)).fetchone()
            return int(row[0]) if row else 0

    def move_to(self, position: int) -> None:
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (self._holder, position))

    def count(self) -> int:
        with self._lock:
            return int(self._one("SELECT count(*) FROM received WHERE holder = ?", self._holder)[0])

    def drop(self, key: str) -> None:
        """Forget one, as a careless system does: reconciliation has something to find."""
        with self._lock:
            self._connection.execute("DELETE FROM received WHERE holder = ? AND key = ?", (self._holder, key))

    def _one(self, query: str, *values: object) -> Any:
        return self._connection.execute(query, values).fetchone()
