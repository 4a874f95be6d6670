"""Versions, change sets, releases. Nothing here is ever changed but states, and the drafts in `change_entries`."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from yichuang.database import Instant, metadata

definition_versions = Table(
    "definition_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("code", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("title", String(200), nullable=False),
    Column("search", Text, nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    UniqueConstraint("kind", "code", "number"),
    UniqueConstraint("kind", "code", "sha256", name="uq_definition_versions_sha256"),
)

change_sets = Table(
    "change_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("author", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("base_release", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_change_sets_state", "state", "author"),
)
"""`state`: open, published, discarded."""

change_entries = Table(
    "change_entries",
    metadata,
    Column("change_set", Integer, ForeignKey("change_sets.id"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("code", String(64), primary_key=True),
    Column("action", String(8), nullable=False),
    Column("body", Text, nullable=False),
    Column("base_sha", String(64), nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("updated_by", String(64), nullable=False),
)
"""`action`: put or remove. `base_sha`: the content it was edited from, empty for a new one."""

releases = Table(
    "releases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("change_set", Integer, ForeignKey("change_sets.id"), nullable=True),
    Column("reason", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("approver", String(64), nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("manifest", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("rollback_of", Integer, nullable=True),
    Column("supersedes", Integer, nullable=True),
    Index("ix_releases_state", "state", "effective_at"),
)
"""`state`: scheduled, effective, superseded, withdrawn. `manifest`: {kind: {code: [version id, number, sha]}}, complete.
`changes`: {kind/code: sha or null}, what this release changes over its base, so that a scheduled one can be issued again."""
