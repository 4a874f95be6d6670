"""Pages are the same over any database: here SQLite alone, `tests/yichuang/notices` runs on both."""

from collections.abc import Iterator

import pytest

from yichuang.database import Database


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.dispose()
