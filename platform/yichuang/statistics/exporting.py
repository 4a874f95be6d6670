"""Cases as they stand, a file for each month of application, for free questions. No personal data, no case number.

A month is written anew under a new name when one of its cases changed; the list of files is replaced in one move, so a question sees whole
months of one moment. What is no longer listed goes after a while.
"""

import csv
import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, select, update

from yichuang.database import Database
from yichuang.statistics.model import case_facts, fact_months, statistics_progress
from yichuang.statistics.rolling import NAME

LIST = "files.json"
KEPT_SECONDS = 600.0
"""So long a replaced file stays for questions that began before."""
PAGE = 20_000
COLUMNS: Mapping[str, str] = {
    "item": "VARCHAR", "department": "VARCHAR", "hall": "VARCHAR", "street": "VARCHAR", "window": "VARCHAR", "channel": "VARCHAR",
    "case_type": "VARCHAR", "situation": "VARCHAR", "state": "VARCHAR", "outcome": "VARCHAR", "committed": "BOOLEAN", "deemed": "BOOLEAN",
    "on_time": "BOOLEAN", "used_days": "INTEGER", "rounds": "INTEGER", "correction_reason": "VARCHAR", "rejection_reason": "VARCHAR",
    "applied_on": "DATE", "received_on": "DATE", "accepted_on": "DATE", "decided_on": "DATE", "ended_on": "DATE", "extended": "BOOLEAN",
    "special": "BOOLEAN",
}  # fmt: skip
"""What a case's row in the files has. `outcome`: how it ended, empty while it goes on; `correction_reason`: of its first notice."""


class Exporter:
    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def export(self, most: int = 24) -> int:
        """Write up to `most` months that changed, the newest first; how many. 0 while another process writes or a recount is under way."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone() as mine:
            return self._changed(most) if mine else 0

    def _changed(self, most: int) -> int:
        with self._database.reading() as connection:
            progress = connection.execute(select(statistics_progress).where(statistics_progress.c.name == NAME)).first()
            months = connection.execute(select(fact_months).order_by(fact_months.c.month.desc())).all()
        if progress is None or progress.counted_at is None or progress.step < progress.goal:
            return 0
        listed = read_list(self._folder)
        files = {str(month.month): listed["files"][str(month.month)] for month in months if str(month.month) in listed["files"]}
        stale = [month for month in months if month.version != month.exported or str(month.month) not in files]
        for month in stale[:most]:
            files[str(month.month)] = self._month(month)
        if len(stale) <= most:
            self._publish(files, progress.counted_at)
        elif stale:
            self._publish(files, None)
        self._tidy(files)
        return min(len(stale), most)

    def _month(self, month: Any) -> str:
        name = f"{month.month:%Y-%m}-{time.time_ns()}.parquet"
        text, file = self._folder / f"{name}.csv", self._folder / f"{name}.part"
        with self._database.reading() as connection:
            rows = _write_text(connection, month.month, text)
        _to_parquet(text, file)
        text.unlink()
        file.rename(self._folder / name)
        with self._database.writing() as connection:
            changed = fact_months.c.month == month.month
            connection.execute(update(fact_months).where(changed).values(exported=month.version, rows=rows))
        return name

    def _publish(self, files: Mapping[str, str], as_of: datetime | None) -> None:
        known = read_list(self._folder)
        moment = as_of.isoformat() if as_of else known["as_of"]
        part = self._folder / f"{LIST}.part"
        with part.open("w", encoding="utf-8") as out:
            json.dump({"as_of": moment, "files": dict(files)}, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._folder / LIST)
        with self._database.writing() as connection:
            at = datetime.fromisoformat(moment) if moment else None
            connection.execute(update(statistics_progress).where(statistics_progress.c.name == NAME).values(exported_at=at))

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


def read_list(folder: Path) -> dict[str, Any]:
    """`as_of` (ISO, None before the first) and `files`: month → name."""
    try:
        listed: dict[str, Any] = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"as_of": None, "files": {}}
    return listed


def _write_text(connection: Connection, month: date, path: Path) -> int:
    query = select(case_facts).where(case_facts.c.month == month).order_by(case_facts.c.case_id).limit(PAGE)
    rows, last = 0, ""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        while found := connection.execute(query.where(case_facts.c.case_id > last)).all():
            writer.writerows(_line(row) for row in found)
            rows, last = rows + len(found), found[-1].case_id
    return rows


def _line(row: Any) -> list[Any]:
    notices = json.loads(row.corrections)
    return [
        row.item, row.department, row.hall, row.street, row.window, row.channel, row.case_type, row.situation, row.state,
        row.ending or row.decision, row.committed, row.deemed, row.on_time, row.used_days, len(notices), notices[0][1] if notices else "",
        row.rejection_reason, row.applied_on, row.received_on, row.accepted_on, row.decided_on, row.ended_on or row.closed_on,
        row.extended_on is not None, row.special_on is not None,
    ]  # fmt: skip


def _to_parquet(text: Path, file: Path) -> None:
    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "512MB"}) as duck:
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        strings = ", ".join(f"'{name}'" for name, kind in COLUMNS.items() if kind == "VARCHAR")
        read = f"read_csv(?, header=false, columns={{{columns}}}, force_not_null=[{strings}], quote='\"', escape='\"', strict_mode=true)"
        duck.execute(f"COPY (SELECT * FROM {read} ORDER BY item) TO '{file}' (FORMAT parquet, COMPRESSION zstd)", [str(text)])
    with file.open("rb") as written:
        os.fsync(written.fileno())
