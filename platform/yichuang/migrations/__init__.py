"""Alembic migrations, run from code: `upgrade(database)`. Safe when several processes call it at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from yichuang.database import Database

LOCK = 7_210_001
"""The advisory lock's number on PostgreSQL; any fixed number does."""


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the schema to `to`. One transaction; a second caller waits and then finds nothing to do."""
    config = configuration()
    with database.writing() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, to)
