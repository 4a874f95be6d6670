"""Services with their reviews, a file for each month, for free questions. Nobody who reviewed, no case.

As `statistics.exporting`: a month whose services changed is written anew under a new name, the list of files is replaced in one move.
"""

import csv
import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, select, update

from yichuang.database import Database
from yichuang.indicators.counting import DIMENSIONS
from yichuang.indicators.measures import CODES
from yichuang.indicators.model import review_counted, review_months
from yichuang.ports import Clock
from yichuang.statistics.exporting import KEPT_SECONDS, LIST, PAGE, read_list

COLUMNS: Mapping[str, str] = {"day": "DATE", **dict.fromkeys(DIMENSIONS, "VARCHAR"), "tags": "VARCHAR", **dict.fromkeys(CODES, "INTEGER")}
"""What a service's row in the files has. `tags`: codes with a bar between."""


class Exporter:
    def __init__(self, database: Database, clock: Clock, folder: Path) -> None:
        self._database, self._clock, self._folder = database, clock, folder

    def export(self, most: int = 12) -> int:
        """Write up to `most` months that changed, the newest first; how many. 0 while another process writes."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone() as mine:
            return self._changed(most) if mine else 0

    def _changed(self, most: int) -> int:
        now = self._clock.now()
        with self._database.reading() as connection:
            months = connection.execute(select(review_months).order_by(review_months.c.month.desc())).all()
        listed = read_list(self._folder)
        files = {str(one.month): listed["files"][str(one.month)] for one in months if str(one.month) in listed["files"]}
        stale = [one for one in months if one.version != one.exported or str(one.month) not in files]
        for one in stale[:most]:
            files[str(one.month)] = self._month(one)
        if stale:
            self._publish({"as_of": now.isoformat() if len(stale) <= most else listed["as_of"], "files": files})
        self._tidy(files)
        return min(len(stale), most)

    def _month(self, one: Any) -> str:
        name = f"{one.month:%Y-%m}-{time.time_ns()}.parquet"
        text, part = self._folder / f"{name}.csv", self._folder / f"{name}.part"
        with self._database.reading() as connection:
            _write_text(connection, one.month, text)
        to_parquet(text, part)
        text.unlink()
        part.rename(self._folder / name)
        with self._database.writing() as connection:
            connection.execute(update(review_months).where(review_months.c.month == one.month).values(exported=one.version))
        return name

    def _publish(self, listed: Mapping[str, Any]) -> None:
        part = self._folder / f"{LIST}.part"
        with part.open("w", encoding="utf-8") as out:
            json.dump(listed, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._folder / LIST)

    def _tidy(self, files: Mapping[str, str]) -> None:
        kept, old = {*files.values(), LIST, ".lock"}, time.time() - KEPT_SECONDS
        for path in self._folder.iterdir():
            if path.name not in kept and path.stat().st_mtime < old:
                path.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        with (self._folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True


def _write_text(connection: Connection, month: date, path: Path) -> None:
    columns, after = review_counted.c, (month + timedelta(days=32)).replace(day=1)
    query = select(review_counted).where(columns.day >= month, columns.day < after).order_by(columns.service_id).limit(PAGE)
    last = ""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        while found := connection.execute(query.where(columns.service_id > last)).all():
            writer.writerows(_line(row) for row in found)
            last = found[-1].service_id


def _line(row: Any) -> list[Any]:
    places, measures = json.loads(row.places), json.loads(row.measures)
    return [row.day, *(places.get(name, "") for name in DIMENSIONS), "|".join(json.loads(row.tags)), *(measures.get(code, 0) for code in CODES)]


def to_parquet(text: Path, file: Path) -> None:
    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "512MB"}) as duck:
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        strings = ", ".join(f"'{name}'" for name, kind in COLUMNS.items() if kind == "VARCHAR")
        read = f"read_csv(?, header=false, columns={{{columns}}}, force_not_null=[{strings}], quote='\"', escape='\"', strict_mode=true)"
        duck.execute(f"COPY (SELECT * FROM {read} ORDER BY item) TO '{file}' (FORMAT parquet, COMPRESSION zstd)", [str(text)])
    with file.open("rb") as written:
        os.fsync(written.fileno())
