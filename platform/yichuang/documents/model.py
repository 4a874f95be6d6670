"""Documents as issued, their register, and running numbers."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

counters = Table(
    "counters",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)
"""The last number given out, per name (`case/110107`, `document/scjg/受`) and year."""

documents = Table(
    "documents",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False, default=""),
    Column("case_number", String(40), nullable=False, default=""),
    Column("document", String(64), nullable=False),
    Column("doc_type", String(32), nullable=False),
    Column("title", String(200), nullable=False),
    Column("item_title", String(200), nullable=False, default=""),
    Column("authority", String(64), nullable=False),
    Column("authority_title", String(200), nullable=False),
    Column("word", String(20), nullable=False, default=""),
    Column("year", Integer, nullable=False),
    Column("seq", Integer, nullable=False, default=0),
    Column("number", String(100), unique=True),
    Column("release", Integer, nullable=False),
    Column("department", String(64), nullable=False, default=""),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("state", String(16), nullable=False),
    Column("content", Text, nullable=False),
    Column("verify_code", String(32), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False, default=""),
    Column("size", Integer, nullable=False, default=0),
    Column("key", String(100)),
    Column("dated", Date, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("issued_by", String(64), nullable=False),
    Column("voided_at", Instant),
    Column("voided_by", String(64), nullable=False, default=""),
    Column("void_reason", Text, nullable=False, default=""),
    Index("ix_documents_case_id", "case_id"),
    Index("ix_documents_register", "authority", "year", "word", "seq"),
    Index("ix_documents_issued_at", "issued_at"),
    Index("ix_documents_sha256_issued_at", "sha256", "issued_at"),
    Index("uq_documents_case_id_document_key", "case_id", "document", "key", unique=True),
)
"""`content` (sealed, context `document/<id>`) is all that the paper says; `void_reason` is sealed too (context `void/<id>`). `sha256` and
`size` are those of the PDF, empty until it is pressed, then never changed. `number` is null for a document without one. `state`: issued, voided.
`key` makes a repeated request one document; null when the caller names none."""

document_skips = Table(
    "document_skips",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("authority", String(64), nullable=False),
    Column("word", String(20), nullable=False),
    Column("year", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("reason", String(300), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_document_skips_register", "authority", "year", "word"),
)
"""Numbers that were given out elsewhere (on paper, by a former system): the trace of a gap."""
