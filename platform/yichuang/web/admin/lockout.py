"""Lock-out after failed log-ins: per account name, known or not alike, for all workers, in the database."""

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from yichuang.database import Database
from yichuang.ports import Clock
from yichuang.web.admin.model import SignInFailure, utc

MOST = 5
LOCKED_FOR = timedelta(minutes=15)
WORDS = f"连续 {MOST} 次登录失败，账号已锁定 {LOCKED_FOR.seconds // 60} 分钟。请稍后再试，或请安全管理员解锁。"


class Lockout:
    """Counts failures in a row; a success or the time clears them."""

    def __init__(self, database: Database, clock: Clock, secret: str) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret.encode()
        self._table = SignInFailure.__table__

    def locked(self, username: str) -> bool:
        columns = self._table.c
        since = utc(self._clock.now() - LOCKED_FOR)
        query = select(columns.count).where(columns.name == self._key(username), columns.last_at > since)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar() or 0) >= MOST

    def failed(self, username: str) -> None:
        columns, key, now = self._table.c, self._key(username), self._clock.now()
        stale = delete(self._table).where(columns.name == key, columns.last_at <= utc(now - LOCKED_FOR))
        more = update(self._table).where(columns.name == key).values(count=columns.count + 1, last_at=utc(now))
        with self._database.writing() as connection:
            connection.execute(stale)
            if connection.execute(more).rowcount == 0:
                connection.execute(insert(self._table), {"name": key, "count": 1, "last_at": utc(now)})

    def clear(self, username: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(self._table).where(self._table.c.name == self._key(username)))

    def _key(self, username: str) -> str:
        return hmac.new(self._secret, username.strip().lower().encode(), hashlib.sha256).hexdigest()
