"""The documents table: rows in, values out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, select, update

from yichuang.documents.model import documents
from yichuang.documents.order import Issued
from yichuang.ports import Place

_PLAIN = (
    "id", "case_id", "case_number", "document", "doc_type", "title", "item_title", "authority", "authority_title", "word", "year", "seq", "release",
    "state", "verify_code", "sha256", "size", "dated", "issued_at", "issued_by", "voided_at", "voided_by",
)  # fmt: skip
_COLUMNS = [documents.c[name] for name in (*_PLAIN, "number", "department", "hall", "street", "window")]


def issued_of(row: Row[Any]) -> Issued:
    found = row._mapping
    place = Place(found["department"], found["hall"], found["street"], found["window"])
    return Issued(**{name: found[name] for name in _PLAIN}, number=found["number"] or "", place=place)


_IN_ORDER = (documents.c.issued_at, documents.c.seq, documents.c.id)
_OF_CASE = select(*_COLUMNS).where(documents.c.case_id == bindparam("case")).order_by(*_IN_ORDER)


def store(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(documents), dict(row))


def select_one(connection: Connection, *where: ColumnElement[bool]) -> Issued | None:
    row = connection.execute(select(*_COLUMNS).where(*where)).first()
    return issued_of(row) if row is not None else None


def select_all(connection: Connection, *where: ColumnElement[bool], limit: int = 10_000) -> list[Issued]:
    """In order of issue."""
    query = select(*_COLUMNS).where(*where).order_by(*_IN_ORDER).limit(limit)
    return [issued_of(row) for row in connection.execute(query)]


def of_case(connection: Connection, case_id: str) -> list[Issued]:
    return [issued_of(row) for row in connection.execute(_OF_CASE, {"case": case_id})]


def sealed_content(connection: Connection, document: str) -> str | None:
    return connection.execute(select(documents.c.content).where(documents.c.id == document)).scalar_one_or_none()


def settle_paper(connection: Connection, document: str, digest: str, size: int) -> bool:
    """Compare and set: whoever comes first says which PDF is the one. True for the winner."""
    mine = update(documents).where(documents.c.id == document, documents.c.sha256 == "").values(sha256=digest, size=size)
    return bool(connection.execute(mine).rowcount)


def void(connection: Connection, document: str, sealed_reason: str, by: str, at: datetime) -> bool:
    """True when it was valid until now."""
    mine = (documents.c.id == document) & (documents.c.state == "issued")
    values = {"state": "voided", "void_reason": sealed_reason, "voided_by": by, "voided_at": at}
    return bool(connection.execute(update(documents).where(mine).values(**values)).rowcount)


def void_reasons(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Sealed reasons by document."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        query = select(documents.c.id, documents.c.void_reason).where(documents.c.id.in_(ids[start : start + 500]))
        found |= {str(row[0]): str(row[1]) for row in connection.execute(query)}
    return found


def unpressed(connection: Connection, before: datetime, limit: int) -> Sequence[str]:
    query = select(documents.c.id).where(documents.c.sha256 == "", documents.c.issued_at <= before).order_by(documents.c.issued_at).limit(limit)
    return connection.execute(query).scalars().all()
