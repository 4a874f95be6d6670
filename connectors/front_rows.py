"""What a message is in a front database (pure): rows by table, their identity, their digest."""

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from yichuang.errors import ConnectorRefused

CONTROL = ("row_guid", "cd_batch", "cd_operation", "cd_time", "is_sync")
"""What the connector adds to every row: identity, batch (the message's key), I or U, when, and whether the other side has taken it."""
WAITING, TAKEN = "0", "1"
_NAMESPACE = uuid.UUID("6f0c6a1e-6a4c-5f53-9f0e-6b1f4d3b2a10")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
Rows = Mapping[str, list[Mapping[str, Any]]]


def rows_of(body: Mapping[str, Any]) -> Rows:
    """`{table: row | [rows]}` as lists. Raises `ConnectorRefused` for what is no table of plain values."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for table, given in body.items():
        rows = given if isinstance(given, list) else [given]
        if not _NAME.fullmatch(table) or not all(isinstance(row, Mapping) for row in rows):
            raise _unfit(table)
        for row in rows:
            bad = next((name for name, value in row.items() if not _plain_pair(name, value)), None)
            if bad is not None:
                raise _unfit(f"{table}.{bad}")
        found[table] = list(rows)
    if not any(found.values()):
        raise ConnectorRefused("映射结果中没有任何行，前置库没有可写的内容", reason="refused/empty")
    return found


def guid(key: str, table: str, index: int) -> str:
    """The same for the same message, table and row, however often it is written."""
    return str(uuid.uuid5(_NAMESPACE, f"{key}/{table}/{index}"))


def digest(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """SHA-256 over (table, row) pairs as texts, without control columns and empty values: the same before writing and after reading."""
    said = sorted(orjson.dumps([table, _said(row)], option=orjson.OPT_SORT_KEYS) for table, row in rows)
    return hashlib.sha256(b"\n".join(said)).hexdigest()


def _said(row: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): _text(value) for name, value in row.items() if name not in CONTROL and value not in (None, "")}


def flat(rows: Rows) -> list[tuple[str, Mapping[str, Any]]]:
    return [(table, row) for table, some in rows.items() for row in some]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain_pair(name: str, value: Any) -> bool:
    known = isinstance(value, str | int | float | bool) or value is None
    return bool(_NAME.fullmatch(name)) and name.lower() not in CONTROL and known


def _unfit(place: str) -> ConnectorRefused:
    return ConnectorRefused(f"{place[:80]} 不能写入交换表：须为“表 → 行 → 列”的简单值，且不含交换控制列", reason=f"refused/{place[:60]}")
