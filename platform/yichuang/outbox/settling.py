"""Writing that messages were sent, many in one statement: on PostgreSQL, where a statement for each costs more than the sending saves."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, Update, bindparam, func, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from yichuang.database import Instant
from yichuang.outbox.message import SENT, WAITING
from yichuang.outbox.model import messages
from yichuang.outbox.outcome import Tried


@cache
def sent_at_once() -> Update:
    """As `columns_of` says of what got through, for arrays of ids, attempts, references and digests."""
    arrays = [bindparam(name, type_=ARRAY(TEXT)) for name in ("ids", "references", "digests")]
    given = func.unnest(arrays[0], bindparam("numbers", type_=ARRAY(Integer)), *arrays[1:]).table_valued("id", "attempt", "reference", "digest")
    told, table = given.render_derived("told"), messages
    mine = (table.c.id == told.c.id) & (table.c.state == WAITING) & (table.c.attempts == told.c.attempt)
    now = bindparam("now", type_=Instant())
    plain = {"last_error": "", "cause": "", "problems": "", "answer": ""}
    values = {"state": SENT, "sent_at": now, "next_at": now, "reference": told.c.reference, "digest": told.c.digest, **plain}
    return update(table).where(mine).values(**values)


def sent_values(tried: Sequence[Tried], now: datetime) -> dict[str, Any]:
    receipts = [one.receipt for one in tried if one.receipt is not None]
    return {
        "ids": [one.id for one in tried], "numbers": [one.attempt for one in tried], "now": now,
        "references": [receipt.reference[:100] for receipt in receipts], "digests": [receipt.digest for receipt in receipts],
    }  # fmt: skip
