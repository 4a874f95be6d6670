"""A reach as a condition on a table that says where its rows lie."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from yichuang.access.grants import Reach

PARTS = {"hall": "halls", "street": "streets", "department": "departments", "window": "windows"}
"""Column → the part of the reach."""


def within(reach: Reach, columns: Any, *, own: bool = False) -> ColumnElement[bool]:
    """`columns`: `table.c`, with any of `PARTS`. `own`: what the member handles themself counts too, by the column `clerk`."""
    if reach.everything:
        return true()
    named = [(columns[name], getattr(reach, part)) for name, part in PARTS.items() if name in columns]
    parts = [column.in_(sorted(codes)) for column, codes in named if codes]
    if own and reach.clerk:
        parts.append(columns.clerk == reach.clerk)
    return or_(*parts) if parts else false()
