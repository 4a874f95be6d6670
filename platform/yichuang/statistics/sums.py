"""Writing figures: the cases as they stand, and every sum by what it changes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from yichuang.statistics.cells import Differences, Sums
from yichuang.statistics.facts import CaseFact
from yichuang.statistics.measures import CODES
from yichuang.statistics.model import PLACES, case_counts, case_facts, case_tallies, fact_months, reason_counts
from yichuang.statistics.periods import DAY, MONTH, start


def keep(connection: Connection, facts: Iterable[CaseFact]) -> None:
    rows = [fact.as_row() for fact in facts]
    if not rows:
        return
    _put(connection, case_facts, rows)
    months = [{"month": month, "version": 1, "exported": 0, "rows": 0} for month in sorted({row["month"] for row in rows})]
    statement = insert_or(connection, fact_months)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["month"], set_={"version": fact_months.c.version + 1}), months
    )


def sum_up(connection: Connection, differences: Differences) -> None:
    add_to(connection, case_tallies, _tally_rows(differences), CODES)
    add_to(connection, case_counts, _count_rows(differences), CODES)
    add_to(connection, reason_counts, _reason_rows(differences), ("count",))


def _tally_rows(differences: Differences) -> list[dict[str, Any]]:
    names = tuple(case_tallies.primary_key.columns.keys())
    return [dict(zip(names, key, strict=True)) | _filled(sums) for key, sums in sorted(differences.tallies().items())]


def _count_rows(differences: Differences) -> list[dict[str, Any]]:
    made: dict[tuple[Any, ...], Sums] = {}
    for (day, *place), sums in differences.counts.items():
        for grain in (DAY, MONTH):
            into = made.setdefault((grain, start(day, grain), *place), {})
            for measure, amount in sums.items():
                into[measure] = into.get(measure, 0) + amount
    names = ("grain", "period", *PLACES, "situation")
    return [dict(zip(names, key, strict=True)) | _filled(sums) for key, sums in sorted(made.items())]


def _reason_rows(differences: Differences) -> list[dict[str, Any]]:
    made: dict[tuple[Any, ...], int] = {}
    for (day, *place), amount in differences.reasons.items():
        for grain in (DAY, MONTH):
            key = (grain, start(day, grain), *place)
            made[key] = made.get(key, 0) + amount
    names = ("grain", "period", *PLACES, "kind", "reason")
    return [dict(zip(names, key, strict=True)) | {"count": amount} for key, amount in sorted(made.items()) if amount]


def _filled(sums: Sums) -> dict[str, int]:
    return {code: sums.get(code, 0) for code in CODES}


def insert_or(connection: Connection, table: Table) -> Any:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def _put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    statement = insert_or(connection, table)
    keys = list(table.primary_key.columns)
    others = {column.name: statement.excluded[column.name] for column in table.columns if column not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), rows)


def add_to(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], measures: Sequence[str]) -> None:
    """Add to what stands there; a row that isn't there begins at nothing."""
    if not rows:
        return
    statement = insert_or(connection, table)
    sums = {name: table.c[name] + statement.excluded[name] for name in measures}
    connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=sums), rows)
