"""What the bus and departments fetch: the record of every case, put together beforehand."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

intakes = Table(
    "intakes",
    metadata,
    Column("case_id", String(36), primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("department", String(64), nullable=False),
    Column("item", String(64), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("position", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("record", Text, nullable=False),
    Index("uq_intakes_position", "position", unique=True),
    Index("ix_intakes_department_position", "department", "position"),
)
"""`record` (sealed, context `intake/<case>`): JSON `{"record": …, "steps": {code: step}}`. `position` grows with every change and is given by
one assembler at a time, so that whoever asks for what came after a position never misses a late commit."""

intake_shapes = Table(
    "intake_shapes",
    metadata,
    Column("case_id", String(36), primary_key=True),
    Column("target", String(64), primary_key=True),
    Column("item", String(64), nullable=False),
    Column("mark", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_intake_shapes_target_item_mark", "target", "item", "mark"),
)
"""`body` (sealed, context `shape/<target>/<case>`): the JSON that a target's client gets of the record, at its last step. `mark`: by what it was
mapped (`shapes.mark_of`)."""
