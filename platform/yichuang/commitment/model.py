"""Commitments and what follows from them. Names, identity numbers, letters and strokes are sealed; all else is no personal data."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

commitments = Table(
    "commitments",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("case_number", String(40), nullable=False, default=""),
    Column("definition", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("department", String(64), nullable=False, default=""),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("channel", String(16), nullable=False, default="desk"),
    Column("release", Integer, nullable=False),
    Column("state", String(24), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("subject", String(64), nullable=False, default=""),
    Column("label", String(60), nullable=False, default=""),
    Column("saved", Integer, nullable=False, default=0),
    Column("terms", Text, nullable=False),
    Column("notice", Text, nullable=False),
    Column("notice_hash", String(64), nullable=False),
    Column("letter", Text),
    Column("letter_hash", String(64), nullable=False, default=""),
    Column("strokes", Text),
    Column("binding", String(64), nullable=False, default=""),
    Column("signer", String(16), nullable=False, default=""),
    Column("draw", Text, nullable=False, default="{}"),
    Column("rectify_due", Date),
    Column("revoke_by", String(64), nullable=False, default=""),
    Column("revoke_reason", Text, nullable=False, default=""),
    Column("offered_at", Instant, nullable=False),
    Column("signed_at", Instant),
    Column("accepted_at", Instant),
    Column("decided_at", Instant),
    Column("ended_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Index("ix_commitments_case_id", "case_id"),
    Index("ix_commitments_state_updated_at", "state", "updated_at"),
    Index("ix_commitments_item", "item"),
    Index("ix_commitments_subject", "subject"),
)
"""`case_id` is the id of case and draft. `subject`: blind index of the applicant's identity number; `label` their masked name. `saved`: how
many materials it spares. `terms`: what was offered (replaced and deferred materials, effect, verification), `notice` the notice as shown
(JSON). `letter` and `strokes` are sealed (contexts `commitment/<id>/letter`, `…/strokes`); `binding` ties the strokes to the letter's hash
by the house's key."""

commitment_steps = Table(
    "commitment_steps",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("commitment_id", String(36), nullable=False),
    Column("event", String(32), nullable=False),
    Column("from_state", String(24), nullable=False, default=""),
    Column("to_state", String(24), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("actor_title", String(100), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Index("ix_commitment_steps_commitment_id", "commitment_id"),
)
"""Every step: who, when, from which state to which, with what reason."""

verifications = Table(
    "verifications",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("commitment_id", String(36), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("item", String(64), nullable=False),
    Column("department", String(64), nullable=False, default=""),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("mode", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("least_inspectors", Integer, nullable=False),
    Column("inspectors", Text, nullable=False, default="[]"),
    Column("warn_on", Date),
    Column("due_on", Date),
    Column("result", String(16), nullable=False, default=""),
    Column("findings", Text, nullable=False, default=""),
    Column("evidence", Text, nullable=False, default="[]"),
    Column("again", Boolean, nullable=False, default=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("done_by", String(64), nullable=False, default=""),
    Index("ix_verifications_commitment_id", "commitment_id"),
    Index("ix_verifications_state_due_on", "state", "due_on"),
)
"""Tasks after the decision. `state`: open, assigned, done, dropped. `result`: true, partly, untrue. `findings` is sealed (context
`verification/<id>`); `evidence`: ids of files and notes. `again`: the second look after an order to put right."""

dishonest_records = Table(
    "dishonest_records",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("person", Text, nullable=False),
    Column("label", String(60), nullable=False, default=""),
    Column("item", String(64), nullable=False, default=""),
    Column("item_title", String(200), nullable=False, default=""),
    Column("fact", Text, nullable=False),
    Column("source", String(16), nullable=False),
    Column("evidence", Text, nullable=False, default=""),
    Column("commitment_id", String(36), nullable=False, default=""),
    Column("begin", Date, nullable=False),
    Column("recorded_by", String(64), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("repaired_at", Instant),
    Column("repaired_by", String(64), nullable=False, default=""),
    Column("repair_basis", Text, nullable=False, default=""),
    Index("ix_dishonest_records_subject", "subject"),
    Index("ix_dishonest_records_recorded_at", "recorded_at"),
)
"""Credit records. `subject`: blind index of the identity number; `person` (sealed, context `dishonest/<id>`): name and number; `fact` and
`evidence` are sealed too. `source`: commitment, manual, shared. Not repaired while `repaired_at` is null."""
