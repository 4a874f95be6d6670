"""Applications while they are filled in, and the cases they become. What people wrote is sealed; all else is no personal data."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("release", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("clerk", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("visitor", String(64), nullable=False, default=""),
    Column("body", Text, nullable=False),
    Column("prefill", String(64), unique=True),
    Column("prefill_until", Instant),
    Column("number", String(32), unique=True),
    Column("started_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Index("ix_drafts_clerk_updated_at", "clerk", "updated_at"),
    Index("ix_drafts_visitor", "visitor"),
)
"""`visitor` and `prefill` are blind indexes (`Vault.blind`): the cookie token and the 预填码 themselves are nowhere stored."""

# ---------------------------------------------------------------------------- cases

cases = Table(
    "cases",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("item", String(64), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("handling_code", String(64), nullable=False, default=""),
    Column("department", String(64), nullable=False),
    Column("case_type", String(8), nullable=False, default=""),
    Column("release", Integer, nullable=False),
    Column("flow", String(64), nullable=False),
    Column("state", String(32), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("clerk", String(64), nullable=False, default=""),
    Column("approver", String(64), nullable=False, default=""),
    Column("holder", String(64), nullable=False, default=""),
    Column("held_until", Instant),
    Column("revision", Integer, nullable=False),
    Column("agreement", String(64), nullable=False, default=""),
    Column("agreement_release", Integer, nullable=False, default=0),
    Column("committed", Boolean, nullable=False, default=False),
    Column("correction_round", Integer, nullable=False, default=0),
    Column("outcome", String(16), nullable=False, default=""),
    Column("label", String(60), nullable=False, default=""),
    Column("org_words", Text, nullable=False, default=""),
    Column("name_index", String(64), nullable=False, default=""),
    Column("id_index", String(64), nullable=False, default=""),
    Column("agent_index", String(64), nullable=False, default=""),
    Column("account", String(36), nullable=False, default=""),
    Column("situation", Text, nullable=False, default="{}"),
    Column("body", Text, nullable=False),
    Column("clock", Text, nullable=False, default="[]"),
    Column("clock_state", String(16), nullable=False, default="none"),
    Column("answer_due", Date),
    Column("warn_on", Date),
    Column("due_on", Date),
    Column("statutory_due", Date),
    Column("provisional", Boolean, nullable=False, default=False),
    Column("applied_at", Instant, nullable=False),
    Column("received_at", Instant),
    Column("accepted_on", Date),
    Column("accepted_at", Instant),
    Column("decided_at", Instant),
    Column("ended_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Index("ix_cases_hall_updated_at", "hall", "updated_at"),
    Index("ix_cases_department_updated_at", "department", "updated_at"),
    Index("ix_cases_state_updated_at", "state", "updated_at"),
    Index("ix_cases_item_updated_at", "item", "updated_at"),
    Index("ix_cases_window_updated_at", "window", "updated_at"),
    Index("ix_cases_clerk_updated_at", "clerk", "updated_at"),
    Index("ix_cases_name_index", "name_index"),
    Index("ix_cases_id_index", "id_index"),
    Index("ix_cases_agent_index", "agent_index"),
    Index("ix_cases_account", "account"),
    Index("ix_cases_clock_due", "clock_state", "due_on"),
)
"""A case has the id of the draft it came from, so that its files stay where they are. `body` (sealed, context `case/<id>`) holds answers
and parties; `clock` the clock's events, `situation` the situation's codes (both JSON). `label` is the applicant's masked name, `org_words`
an organisation's public name cut into pairs of characters, for searching."""

case_steps = Table(
    "case_steps",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("action", String(64), nullable=False),
    Column("title", String(100), nullable=False),
    Column("from_state", String(32), nullable=False, default=""),
    Column("to_state", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("actor_title", String(100), nullable=False, default=""),
    Column("role", String(64), nullable=False, default=""),
    Column("department", String(64), nullable=False, default=""),
    Column("hall", String(64), nullable=False, default=""),
    Column("street", String(64), nullable=False, default=""),
    Column("window", String(64), nullable=False, default=""),
    Column("item", String(64), nullable=False, default=""),
    Column("release", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", String(200), nullable=False, default=""),
    Column("result", String(300), nullable=False, default=""),
    Column("facts", Text, nullable=False, default="{}"),
    Column("body", Text, nullable=False, default=""),
    Column("key", String(64), nullable=False),
    Index("uq_case_steps_case_id_seq", "case_id", "seq", unique=True),
    Index("uq_case_steps_case_id_key", "case_id", "key", unique=True),
    Index("ix_case_steps_at", "at"),
)
"""Append-only. `facts`: plain JSON without personal data (`{"on_time": true, "light": "green", "document": "…"}`); `body` (sealed,
context `step/<case>/<seq>`) what was typed. `reason`: a short category for figures. `key` makes a repeated request one step."""

case_materials = Table(
    "case_materials",
    metadata,
    Column("case_id", String(36), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("title", String(300), nullable=False),
    Column("share", String(300), nullable=False, default=""),
    Column("seq", Integer, nullable=False),
    Column("needed", Boolean, nullable=False),
    Column("necessity", String(16), nullable=False, default="required"),
    Column("state", String(16), nullable=False, default="pending"),
    Column("originals", Integer, nullable=False, default=0),
    Column("copies", Integer, nullable=False, default=0),
    Column("pages", Integer, nullable=False, default=0),
    Column("verified", Boolean, nullable=False, default=False),
    Column("grade", String(1), nullable=False, default=""),
    Column("points", Text, nullable=False, default="{}"),
    Column("note", String(500), nullable=False, default=""),
    Column("files", Text, nullable=False, default="[]"),
    Column("due_on", Date),
    Column("reused_from", String(40), nullable=False, default=""),
    Column("id_index", String(64), nullable=False, default=""),
    Column("by", String(64), nullable=False, default=""),
    Column("at", Instant),
    Index("ix_case_materials_id_index_share", "id_index", "share"),
)
"""`state`: pending, received, deferred (容缺), committed (承诺替代), reused, licence (电子证照), waived. `grade`: A to D (domain 1.6). `share`:
what makes materials of different items the same, for reuse. `points`: review points checked off. `files`: `[{name, size, digest}]`."""

corrections = Table(
    "corrections",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("round", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("due_on", Date),
    Column("proposed_by", String(64), nullable=False, default=""),
    Column("approved_by", String(64), nullable=False, default=""),
    Column("issued_at", Instant),
    Column("closed_at", Instant),
    Index("uq_corrections_case_id_round", "case_id", "round", unique=True),
)
"""`state`: proposed, open, closed, lapsed, refused. A second round has a `reason` and who approved it."""

correction_points = Table(
    "correction_points",
    metadata,
    Column("correction_id", String(36), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("target", String(16), nullable=False),
    Column("code", String(200), nullable=False, default=""),
    Column("title", String(300), nullable=False),
    Column("problem", Text, nullable=False),
    Column("standard", Text, nullable=False),
    Column("state", String(16), nullable=False, default="open"),
    Column("answer", Text, nullable=False, default=""),
    Column("files", Text, nullable=False, default="[]"),
    Column("answered_by", String(64), nullable=False, default=""),
    Column("answered_at", Instant),
)
"""`target`: material, field, other; `code` the material's code or the field's path. `state`: open, answered. `answer` is sealed (context
`correction/<correction>/<seq>`)."""

deadline_moves = Table(
    "deadline_moves",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("case_id", String(36), nullable=False),
    Column("number", String(40), nullable=False),
    Column("item_title", String(200), nullable=False),
    Column("department", String(64), nullable=False),
    Column("hall", String(64), nullable=False, default=""),
    Column("kind", String(16), nullable=False),
    Column("before", Date),
    Column("after", Date),
    Column("release", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_deadline_moves_release", "release"),
    Index("ix_deadline_moves_case_id", "case_id"),
)
"""Whose deadlines a changed calendar moved. `kind`: answer, promised, statutory."""

# ---------------------------------------------------------------------------- what applicants hand in before there is a case

draft_materials = Table(
    "draft_materials",
    metadata,
    Column("draft_id", String(36), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Files handed in online for a material, one row each. `name` is sealed (context `upload/<draft>/<code>`): people name files after themselves."""
