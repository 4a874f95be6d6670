"""The table of messages (待发消息): one mechanism for everything that leaves the platform."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from yichuang.database import Instant, metadata

_WAITING, _STUCK = text("state = 'waiting'"), text("state IN ('failed', 'refused', 'unmapped')")

messages = Table(
    "messages",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("topic", String(16), nullable=False, default="case"),
    Column("target", String(64), nullable=False, default="inbox"),
    Column("stream", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("case_number", String(40), nullable=False),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("department", String(64), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("step", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("operation", String(1), nullable=False, default="I"),
    Column("key", String(200), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_at", Instant, nullable=False),
    Column("last_error", String(500), nullable=False, default=""),
    Column("cause", String(120), nullable=False, default=""),
    Column("problems", Text, nullable=False, default=""),
    Column("answer", Text, nullable=False, default=""),
    Column("payload", Text, nullable=False),
    Column("amended", Text, nullable=False, default=""),
    Column("digest", String(64), nullable=False, default=""),
    Column("reference", String(100), nullable=False, default=""),
    Column("owner", String(64), nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("received_at", Instant),
    Column("received_by", String(64), nullable=False, default=""),
    Column("closed_at", Instant),
    Column("closed_by", String(64), nullable=False, default=""),
    Column("close_reason", String(300), nullable=False, default=""),
    Column("due_at", Instant),
    Index("uq_messages_target_stream_seq", "target", "stream", "seq", unique=True),
    Index("ix_messages_due", "target", "next_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    Index("ix_messages_stuck", "target", "cause", sqlite_where=_STUCK, postgresql_where=_STUCK),
    Index("ix_messages_case_id", "case_id"),
    Index("ix_messages_target_sent_at", "target", "sent_at"),
    Index("ix_messages_target_created_at", "target", "created_at"),
    Index("ix_messages_department_state_created_at", "department", "state", "created_at"),
    Index("ix_messages_created_at", "created_at"),
)
"""`topic`: what it is about (`case`). `target`: to whom, a code of the kind `target`, or `inbox`, the department's list inside the platform.
`stream`, `seq`: messages of one stream to one target arrive in this order; of a case the stream is its id. `step`: APPLY, PRE_REVIEW, ACCEPT, …
`operation`: I what is new, U what replaces what the receiver may have under the same key. `key`: by which a receiver knows what came before.

`state`: waiting, sent, received; failed (attempts used up), refused (by the receiver), unmapped (could not be put into its form): people look
at these; abandoned (given up with a reason). `next_at`: when to try next; while a relay has it in hand, when its lease ends.

`payload`: JSON as it was when it happened, sealed, context `delivery/<id>`; `amended`: corrected values by source path, `problems`: what could
not be mapped, `answer`: what the other side said, sealed too, context `message/<id>/<column>`. `digest`: SHA-256 of what was sent, as the
connector counts it. `cause`: a short word by which the stuck ones are grouped. `owner`: who looks after it."""
