"""A bounded reader of the month files: little memory, few threads, only this folder, nothing written, an end after some seconds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from yichuang.errors import InputRefused, TooManyRequests

MEMORY, THREADS = "512MB", 2
SECONDS = 15.0
AT_ONCE, WAIT = 2, 5.0


class Duck:
    """One instance a process, opened at the first question; a cursor for each question."""

    def __init__(self, folder: Path, seconds: float = SECONDS) -> None:
        self._folder = folder
        self._seconds = seconds
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._opened: Any = None

    def rows(self, sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
        """Raises `TooManyRequests` when others are asking, `InputRefused` when it would take too long or too much memory."""
        with self._turn(), self._opened_once().cursor() as cursor:
            timer = threading.Timer(self._seconds, cursor.interrupt)
            timer.start()
            try:
                return list(cursor.execute(sql, values).fetchall())
            except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
                raise InputRefused("范围太大，请缩小日期范围或减少行和列") from error
            finally:
                timer.cancel()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._free.acquire(timeout=WAIT):
            raise TooManyRequests("同时查询的人较多，请稍候再试")
        try:
            yield
        finally:
            self._free.release()

    def _opened_once(self) -> Any:
        with self._lock:
            if self._opened is None:
                self._opened = _open(self._folder)
            return self._opened


def _open(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": THREADS, "memory_limit": MEMORY, "temp_directory": "", "autoinstall_known_extensions": False,
        "autoload_known_extensions": False, "allow_community_extensions": False,
    }  # fmt: skip
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET allowed_directories = [?]", [str(folder.resolve())])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
