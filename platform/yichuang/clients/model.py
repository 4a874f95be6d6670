"""Clients of the API (API 管理): who may ask, what for and how much; how often they called, how fast it was, what was refused."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text

from yichuang.database import Instant, metadata

api_clients = Table(
    "api_clients",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("title", String(100), nullable=False),
    Column("department", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("prefix", String(16), nullable=False, unique=True),
    Column("key_hash", String(64), nullable=False),
    Column("signing", Text, nullable=False, default=""),
    Column("former_hash", String(64), nullable=False, default=""),
    Column("former_signing", Text, nullable=False, default=""),
    Column("former_until", Instant),
    Column("state", String(16), nullable=False),
    Column("target", String(64), nullable=False, default=""),
    Column("items", Text, nullable=False, default="[]"),
    Column("fields", Text, nullable=False, default="[]"),
    Column("signed_only", Boolean, nullable=False, default=False),
    Column("sandbox", Boolean, nullable=False, default=False),
    Column("quota", Integer, nullable=False, default=0),
    Column("rate", Integer, nullable=False, default=0),
    Column("note", String(500), nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Index("ix_api_clients_department", "department"),
)
"""Systems that may ask. The key itself is nowhere stored: `prefix` finds the row, `key_hash` proves it (HMAC-SHA256); `signing` (sealed,
context `signing/<id>`) is derived from it one-way and proves signatures. After a rotation the former ones work until `former_until`.
`department`: `*` sees every department's cases (the city's bus). `target`: in whose shape it gets them. `items`, `fields`: JSON lists; no items
means all, fields are parts of the record that are kept back. `quota` calls a day, `rate` a minute, 0 for no limit. `sandbox`: sees samples only.
`state`: active, disabled. `scopes`: JSON list."""

_BIG = BigInteger().with_variant(Integer, "sqlite")

api_calls = Table(
    "api_calls",
    metadata,
    Column("client_id", String(36), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("count", _BIG, nullable=False),
)
"""How often each client asked for what, by day; `outcome`: ok, refused, failed."""

api_times = Table(
    "api_times",
    metadata,
    Column("client_id", String(36), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("bucket", Integer, primary_key=True),
    Column("count", _BIG, nullable=False),
)
"""How long calls took, by day: a small histogram. `bucket` is a number of `clients.times`."""

api_minutes = Table(
    "api_minutes",
    metadata,
    Column("client_id", String(36), primary_key=True),
    Column("minute", _BIG, primary_key=True),
    Column("count", _BIG, nullable=False),
)
"""Calls of the present minute (Unix minutes), of clients that have a rate: what all processes count together."""

api_nonces = Table(
    "api_nonces",
    metadata,
    Column("client_id", String(36), primary_key=True),
    Column("nonce", String(64), primary_key=True),
    Column("at", Instant, nullable=False),
    Index("ix_api_nonces_at", "at"),
)
"""Signatures seen, for as long as their time window is open: a second one of the same is a replay."""

api_refusals = Table(
    "api_refusals",
    metadata,
    Column("id", _BIG, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("client_id", String(36), nullable=False, default=""),
    Column("prefix", String(16), nullable=False, default=""),
    Column("operation", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("code", String(64), nullable=False),
    Column("detail", String(300), nullable=False, default=""),
    Column("address", String(64), nullable=False, default=""),
    Column("count", Integer, nullable=False, default=1),
    Index("ix_api_refusals_at", "at"),
    Index("ix_api_refusals_client_id_at", "client_id", "at"),
)
"""Requests that were refused: whose key they named (`client_id` empty where none is known), why, from where. Alike ones within a second are one
row with their `count`."""
