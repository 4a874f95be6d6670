"""Ten million cases of five years, drawn by DuckDB, and their roll-ups: as the background keeps them, at the same number of rows.

A draw of cases has items and windows as unevenly used as they are (a few items make most cases), two event days a case and real margins.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from yichuang.statistics.cells import MARGINS, REASONS, SITUATION
from yichuang.statistics.exporting import COLUMNS, LIST
from yichuang.statistics.measures import CODES
from yichuang.statistics.model import PLACES

CASES, ITEMS, DEPARTMENTS, WINDOWS, HALLS = 10_000_000, 2000, 40, 300, 12
LAST = date(2026, 11, 25)
DAYS, DAILY_FROM, FINE_FROM = 1825, "2024-11-01", "2025-10-01"
"""Sums by day are made from `DAILY_FROM`, undivided ones from `FINE_FROM` on; by month and year for all five years."""
DRAW = f"""
CREATE TABLE facts AS SELECT
  'item_' || lpad(i::VARCHAR, 5, '0') AS item, 'dept_' || lpad((i % {DEPARTMENTS})::VARCHAR, 2, '0') AS department,
  CASE WHEN w < 180 THEN 'hall_00' ELSE 'hall_' || lpad((1 + w % ({HALLS} - 1))::VARCHAR, 2, '0') END AS hall,
  CASE WHEN w < 180 THEN '' ELSE 'street_' || lpad((1 + w % ({HALLS} - 1))::VARCHAR, 2, '0') END AS street,
  'w' || lpad(w::VARCHAR, 3, '0') AS "window", CASE WHEN r1 < 0.3 THEN 'apply' ELSE 'desk' END AS channel,
  CASE WHEN r2 < 0.2 THEN '1' ELSE '2' END AS case_type,
  'handler=' || (CASE WHEN r3 < 0.3 THEN 'agent' ELSE 'self' END) || ';kind=' || (i % 4) AS situation,
  CASE WHEN r4 < 0.03 THEN 'rejected' WHEN r4 < 0.06 THEN 'denied' ELSE 'approved' END AS outcome, r3 < 0.15 AS committed, r2 > 0.98 AS overdue,
  r1 > 0.88 AS corrected,
  (r4 * 12)::INT AS used_days,
  ['材料不齐全', '不符合法定形式', '填写有误', '证照已过期', '其他'][1 + (r3 * 5)::INT % 5] AS reason,
  d AS applied_on, d + (r4 * 15)::INT AS decided_on
FROM (
  SELECT i, CASE WHEN h % 5 < 3 THEN (i * 7 + h % 23) % 180 ELSE 180 + (i * 11 + h % 31) % 120 END AS w, r1, r2, r3, r4, d FROM (
    SELECT floor(exp(ln({ITEMS}) * random()))::INT AS i, (random() * 1e9)::INT AS h, random() AS r1, random() AS r2, random() AS r3, random() AS r4,
      DATE '{LAST}' - (random() * {DAYS})::INT AS d FROM range({CASES})))
"""
SUMS = {
    "applied": "first", "received": "first", "accepted": "first AND outcome <> 'rejected'", "committed": "first AND committed",
    "corrections": "first AND corrected", "corrected": "first AND corrected", "rejected": "first AND outcome = 'rejected'",
    "decided": "NOT first", "approved": "NOT first AND outcome = 'approved'", "denied": "NOT first AND outcome = 'denied'",
    "closed": "NOT first", "on_time": "NOT first AND NOT overdue", "overdue": "NOT first AND overdue", "timed": "NOT first",
}  # fmt: skip
EVENTS = (
    f"CREATE TABLE events AS SELECT *, true AS first, applied_on AS day FROM facts UNION ALL "
    f"SELECT *, false, decided_on FROM facts WHERE outcome <> 'rejected' AND decided_on <= DATE '{LAST}'"
)


def _measures() -> str:
    return ", ".join(_sums())


def _sums() -> list[str]:
    parts = [f"(count(*) FILTER (WHERE {SUMS[code]}))::INT" if code in SUMS else "0" for code in CODES]
    parts[CODES.index("used_days")] = "coalesce(sum(used_days) FILTER (WHERE NOT first), 0)::INT"
    return parts


def _period(grain: str) -> str:
    third = "date_trunc('month', day)::DATE + 10 * least((extract(day FROM day)::INT - 1) // 10, 2)"
    return {"d": "day", "t": third, "m": "date_trunc('month', day)::DATE", "y": "date_trunc('year', day)::DATE"}[grain]


def _scope(columns: tuple[str, ...]) -> str:
    mark = {("department",): "d", ("hall",): "h", ("street",): "s", ("department", "hall"): "dh"}.get(columns)
    between = " || '|' || "
    return f"'{mark}:' || {between.join(columns)}" if mark else "''"


def _margins() -> Iterator[tuple[str, str, str, str]]:
    """Scope, dimension, member and condition of each kind of cells."""
    for _, columns, kinds in MARGINS:
        known = " AND ".join([*(f"{column} <> ''" for column in columns), "true"])
        for dimension, number in kinds:
            yield _scope(columns), dimension, f'"{PLACES[number]}"' if number >= 0 else "''", known
        yield _scope(columns), REASONS["correction"][0], "reason", f"{known} AND first AND corrected"
        yield _scope(columns), REASONS["rejection"][0], "reason", f"{known} AND first AND outcome = 'rejected'"
    yield "'i:' || item", SITUATION, "situation", "true"


class District:
    """`facts` in a DuckDB file of its own; each table's rows go through one CSV file into PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._duck = duckdb.connect(str(folder / "draw.duckdb"), config={"threads": 2, "memory_limit": "4GB"})
        self._duck.execute("SELECT setseed(0.42)")
        self._duck.execute(DRAW)
        self._duck.execute(EVENTS)

    def load(self, connection: psycopg.Connection[Any]) -> dict[str, int]:
        """Fill the roll-ups and the peer's table; the number of rows of each."""
        counted = {"peer": self._peer(connection), "case_tallies": 0}
        self._bare(connection, "case_tallies", "scope, dimension, grain, period, member", self._tallies())
        places = ", ".join(f'"{place}"' for place in PLACES)
        fine = [
            f"SELECT item, '{grain}', {_period(grain)}, \"window\", channel, hall, street, department, situation, {_measures()} FROM events "
            f"WHERE day >= DATE '{FINE_FROM}' GROUP BY ALL"
            for grain in "dm"
        ]
        self._bare(connection, "case_counts", 'item, grain, period, "window", channel, hall, street, department, situation', fine)
        told = [
            f"SELECT '{kind}', item, '{grain}', {_period(grain)}, \"window\", channel, hall, street, department, reason, count(*) FROM events "
            f"WHERE day >= DATE '{FINE_FROM}' AND {condition} GROUP BY ALL"
            for grain in "dm"
            for kind, condition in (("correction", "first AND corrected"), ("rejection", "first AND outcome = 'rejected'"))
        ]
        self._bare(connection, "reason_counts", 'kind, item, grain, period, "window", channel, hall, street, department, reason', told)
        light = "CASE WHEN overdue THEN 'red' ELSE 'green' END"
        under_way = f"SELECT {places}, 'in_review', {light}, count(*) FROM facts WHERE decided_on > DATE '{LAST}' GROUP BY ALL"
        self._bare(connection, "open_cases", f"{places}, state, light", [under_way])
        for table in ("case_tallies", "case_counts", "reason_counts", "open_cases"):
            connection.execute(f"VACUUM ANALYZE {table}")
            counted[table] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]
        return counted

    def _tallies(self) -> Iterator[str]:
        for scope, dimension, member, condition in _margins():
            named = ", ".join(f"{sums} AS {code}" for code, sums in zip(CODES, _sums(), strict=True))
            self._duck.execute(
                f"CREATE OR REPLACE TEMP TABLE cells AS SELECT {scope} AS scope, day, {member} AS member, {named} FROM events "
                f"WHERE {condition} GROUP BY 1, 2, 3"
            )
            added = ", ".join(f"sum({code})::INT" for code in CODES)
            for grain in "dtmy":
                since = f"WHERE day >= DATE '{DAILY_FROM}'" if grain in "dt" else ""
                yield f"SELECT scope, '{dimension}', '{grain}', {_period(grain)}, member, {added} FROM cells {since} GROUP BY 1, 4, 5 ORDER BY 4"

    def _peer(self, connection: psycopg.Connection[Any]) -> int:
        connection.execute(
            "CREATE UNLOGGED TABLE peer (item text, department text, hall text, street text, \"window\" text, channel text, situation text, "
            "outcome text, committed boolean, overdue boolean, corrected boolean, used_days smallint, reason text, applied_on date, decided_on date)"
        )
        names = 'item, department, hall, street, "window", channel, situation, outcome, committed, overdue, corrected, used_days, reason, '
        names += "applied_on, decided_on"
        self._copy(connection, "peer", names, f"SELECT {names} FROM facts WHERE applied_on > DATE '2000-01-01'", ("street",))
        connection.execute("VACUUM ANALYZE peer")
        return CASES

    def _bare(self, connection: psycopg.Connection[Any], table: str, keys: str, queries: Any) -> None:
        """Loaded without its indexes, which are made afterwards: what stands there is the same, sooner."""
        indexes = connection.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = %s AND indexname NOT LIKE 'pk_%%'",
            [table],
        ).fetchall()
        connection.execute(f"ALTER TABLE {table} SET UNLOGGED")
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT pk_{table}")
        for (made,) in indexes:
            connection.execute(f"DROP INDEX {made.split()[2]}")
        columns = f"{keys}, count" if table in ("reason_counts", "open_cases") else f"{keys}, {', '.join(CODES)}"
        text = tuple(name for name in keys.replace('"', "").split(", ") if name not in ("grain", "period"))
        for query in queries:
            self._copy(connection, table, columns, query, text)
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({keys})")
        for (made,) in indexes:
            connection.execute(made)

    def _copy(self, connection: psycopg.Connection[Any], table: str, columns: str, query: str, text: tuple[str, ...]) -> None:
        file = self._folder / "rows.csv"
        self._duck.execute(f"COPY ({query}) TO '{file}' (FORMAT csv, HEADER false)")
        quoted = ", ".join(f'"{name}"' for name in text)
        into = f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({quoted}))"
        with file.open("rb") as lines, connection.cursor() as cursor, cursor.copy(into) as copy:
            while block := lines.read(1 << 20):
                copy.write(block)
        file.unlink()

    def export(self, folder: Path) -> float:
        """The month files as the background writes them; MB."""
        folder.mkdir(parents=True)
        months = [row[0] for row in self._duck.execute("SELECT DISTINCT date_trunc('month', applied_on)::DATE FROM facts ORDER BY 1").fetchall()]
        for month in months:
            self._duck.execute(
                f"COPY (SELECT {_exported()} FROM facts WHERE date_trunc('month', applied_on) = DATE '{month}' ORDER BY item) "
                f"TO '{folder}/{month}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )
        named = ", ".join(f'"{month}": "{month}.parquet"' for month in months)
        (folder / LIST).write_text(f'{{"as_of": "{LAST}T00:00:00+08:00", "files": {{{named}}}}}', encoding="utf-8")
        return sum(path.stat().st_size for path in folder.glob("*.parquet")) / 1e6

    def close(self) -> None:
        self._duck.close()


def _exported() -> str:
    made = {
        "state": "'closed'", "deemed": "false", "on_time": "CASE WHEN outcome = 'rejected' THEN NULL ELSE NOT overdue END",
        "rounds": "corrected::INT", "correction_reason": "CASE WHEN corrected THEN reason ELSE '' END",
        "rejection_reason": "CASE WHEN outcome = 'rejected' THEN reason ELSE '' END", "received_on": "applied_on", "accepted_on": "applied_on",
        "decided_on": "CASE WHEN outcome = 'rejected' THEN NULL ELSE decided_on END", "ended_on": "decided_on", "extended": "false",
        "special": "false",
        "used_days": "CASE WHEN outcome = 'rejected' THEN NULL ELSE used_days END",
    }  # fmt: skip
    return ", ".join(f'{made.get(name, chr(34) + name + chr(34))}::{kind} AS "{name}"' for name, kind in COLUMNS.items())


@contextmanager
def drawn() -> Iterator[tuple[District, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        district = District(Path(folder))
        yield district, Path(folder)
        district.close()
