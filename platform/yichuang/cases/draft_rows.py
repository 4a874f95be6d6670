"""Drafts' rows as values, and the names drafts go by."""

import secrets
import uuid
from typing import Any

from sqlalchemy.engine import Row

from yichuang.cases.draft import DraftLine
from yichuang.errors import InputRefused

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""What is read aloud and typed by hand: no 0/O, 1/I."""


def spoken(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def uuid_of(given: object) -> str:
    if given is None:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(str(given)))
    except ValueError as error:
        raise InputRefused("填报编号不对", problems=[{"field": "id", "message": "须为 UUID"}]) from error


def line_of(row: Row[Any]) -> DraftLine:
    return DraftLine(
        row.id, row.item, row.item_title, row.release, row.channel, row.state, row.revision, row.number, row.started_at, row.updated_at
    )
