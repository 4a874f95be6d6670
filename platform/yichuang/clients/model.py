"""Clients of the API (接口管理): departments' systems, their keys, and how often they called."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table, Text

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
    Column("former_hash", String(64), nullable=False, default=""),
    Column("former_until", Instant),
    Column("state", String(16), nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Index("ix_api_clients_department", "department"),
)
"""Systems that may ask. The key itself is nowhere stored: `prefix` finds the row, `key_hash` proves it (HMAC-SHA256). After a rotation the
former key works until `former_until`. `state`: active, disabled. `scopes`: JSON list."""

api_calls = Table(
    "api_calls",
    metadata,
    Column("client_id", String(36), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("operation", String(64), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("count", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
)
"""How often each client asked for what, by day; `outcome`: ok, refused, failed."""
