"""Second displays at windows: bound by a code that the clerk is shown, known again by what they keep."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import InputRefused, NotFound
from yichuang.ports import Actor, Clock, Place
from yichuang.reviews.model import screens

CODE_DIGITS, CODE_MINUTES = 6, 5
SEEN_EVERY = timedelta(minutes=1)
SHOWN_SECONDS = 60
"""For how long a service is offered at the counter; the page closes after as long without a touch (domain 6.2)."""


@dataclass(frozen=True, slots=True)
class Screen:
    id: str
    place: Place
    bound_at: datetime
    seen_at: datetime | None


class Screens:
    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._database, self._vault, self._audit, self._clock = database, vault, audit, clock

    def code(self, place: Place, actor: Actor) -> tuple[str, datetime]:
        """A code for the display at a window, and until when it holds. Raises `InputRefused` without a window."""
        if not place.window:
            raise InputRefused("请先选择您所在的窗口", problems=[{"field": "window", "message": "请点上方“选择窗口”"}])
        code, until = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}", self._clock.now() + timedelta(minutes=CODE_MINUTES)
        columns, values = screens.c, {
            "id": str(uuid.uuid4()), "hall": place.hall, "street": place.street, "window": place.window, "code_hash": self._hash(code),
            "code_until": until, "token_hash": "", "asked_by": actor.name,
        }  # fmt: skip
        with self._database.writing() as connection:
            unused = (columns.window == place.window) & (columns.token_hash == "")
            connection.execute(delete(screens).where(unused))
            connection.execute(insert(screens), values)
            self._audit.note(actor, "screen.code", "window", place.window, within=connection)
        return code, until

    def bind(self, code: str) -> str:
        """What the display keeps from now on; any other at this window is bound no more. Raises `InputRefused`."""
        columns, now, token = screens.c, self._clock.now(), secrets.token_urlsafe(24)
        with self._database.writing() as connection:
            known = (columns.code_hash == self._hash(code)) & (columns.token_hash == "") & (columns.code_until > now)
            row = connection.execute(select(columns.id, columns.window, columns.asked_by).where(known)).first()
            if row is None:
                raise InputRefused("绑定码不对或已过期，请窗口人员重新取码", problems=[{"field": "code", "message": "绑定码不对或已过期"}])
            connection.execute(delete(screens).where((columns.window == row.window) & (columns.id != row.id)))
            bound = {"token_hash": self._hash(token), "code_hash": "", "code_until": None, "bound_at": now, "seen_at": now}
            connection.execute(update(screens).where(columns.id == row.id).values(**bound))
        return token

    def of(self, token: str) -> Screen | None:
        """The display that keeps this; None when it isn't bound (any more)."""
        if not token:
            return None
        columns = screens.c
        with self._database.reading() as connection:
            row = connection.execute(select(screens).where(columns.token_hash == self._hash(token))).first()
        if row is None:
            return None
        now = self._clock.now()
        if row.seen_at is None or abs(now - row.seen_at) >= SEEN_EVERY:
            with self._database.writing() as connection:
                connection.execute(update(screens).where(columns.id == row.id).values(seen_at=now))
        return Screen(row.id, Place("", row.hall, row.street, row.window), row.bound_at, row.seen_at)

    def at(self, window: str) -> Screen | None:
        """The display bound to a window."""
        columns = screens.c
        with self._database.reading() as connection:
            row = connection.execute(select(screens).where((columns.window == window) & (columns.token_hash != ""))).first()
        return Screen(row.id, Place("", row.hall, row.street, row.window), row.bound_at, row.seen_at) if row else None

    def release(self, window: str, actor: Actor) -> None:
        """Unbind the display at a window. Raises `NotFound`."""
        with self._database.writing() as connection:
            if not connection.execute(delete(screens).where(screens.c.window == window)).rowcount:
                raise NotFound("这个窗口没有绑定评价屏")
            self._audit.note(actor, "screen.released", "window", window, within=connection)

    def _hash(self, secret: str) -> str:
        return self._vault.blind(secret, "review-screen")
