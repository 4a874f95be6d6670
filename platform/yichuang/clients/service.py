"""API management (接口管理): give keys to departments' systems, change and take them away, know them when they ask, count."""

import hmac
import json
import secrets
import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.clients.client import ACTIVE, DISABLED, SCOPES, ApiClient
from yichuang.clients.model import api_calls, api_clients
from yichuang.database import Database
from yichuang.errors import ClientMissing, InputRefused, KeyRefused, NotAllowed
from yichuang.ports import Actor, Clock

GRACE = timedelta(hours=24)
"""How long the former key works after a rotation, so that the other side can change it without a gap."""
SEEN_EVERY = timedelta(minutes=1)
MARK = "yck"


class Clients:
    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock

    # ------------------------------------------------------------------ managing

    def create(
        self, title: str, department: str, scopes: Collection[str], actor: Actor, expires_at: datetime | None = None, note: str = ""
    ) -> tuple[ApiClient, str]:
        """A new client and its key, which is shown now and never again. Raises `InputRefused` naming each field at fault."""
        self._refuse(title, department, scopes, expires_at)
        client_id, (prefix, key) = str(uuid.uuid4()), _new_key()
        row = {
            "id": client_id, "title": title.strip(), "department": department, "scopes": json.dumps(sorted(scopes)), "prefix": prefix,
            "key_hash": self._hash(key), "former_hash": "", "state": ACTIVE, "note": note.strip()[:500], "created_at": self._clock.now(),
            "created_by": actor.name, "expires_at": expires_at,
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(insert(api_clients), row)
            self._audit.note(actor, "client.created", "api_client", client_id, detail=f"{department}：{'、'.join(sorted(scopes))}", within=connection)
        return self.find(client_id), key

    def rotate(self, client_id: str, actor: Actor, grace: timedelta = GRACE) -> tuple[ApiClient, str]:
        """A new key; the present one works for `grace` more (zero: no longer). Raises `ClientMissing`."""
        with self._database.writing() as connection:
            row = self._row(connection, client_id)
            _, key = _new_key(row.prefix)
            former: dict[str, Any] = {"former_hash": row.key_hash, "former_until": self._clock.now() + grace}
            if not grace:
                former = {"former_hash": "", "former_until": None}
            connection.execute(update(api_clients).where(api_clients.c.id == client_id).values(key_hash=self._hash(key), **former))
            self._audit.note(actor, "client.rotated", "api_client", client_id, detail=row.title, within=connection)
        return self.find(client_id), key

    def set_active(self, client_id: str, active: bool, actor: Actor) -> ApiClient:
        """Stop or allow a client again, at once everywhere. Raises `ClientMissing`."""
        with self._database.writing() as connection:
            row = self._row(connection, client_id)
            state = ACTIVE if active else DISABLED
            connection.execute(update(api_clients).where(api_clients.c.id == client_id).values(state=state))
            self._audit.note(actor, f"client.{state}", "api_client", client_id, detail=row.title, within=connection)
        return self.find(client_id)

    # ------------------------------------------------------------------ knowing

    def check(self, key: str, scope: str) -> ApiClient:
        """Who asks with this key. Raises `KeyRefused`, `NotAllowed` when the client may not do that."""
        now, parts = self._clock.now(), key.split("_", 2)
        if len(parts) != 3 or parts[0] != MARK:
            raise KeyRefused
        with self._database.reading() as connection:
            row = connection.execute(select(api_clients).where(api_clients.c.prefix == parts[1])).first()
        if row is None or not self._proves(row, key, now):
            raise KeyRefused
        client = _client(row)
        if not client.active or client.expired(now):
            raise KeyRefused("接口密钥已停用或已过期，请联系接口管理员")
        if scope not in client.scopes:
            self.count(client, scope, "refused")
            raise NotAllowed(f"这个密钥没有“{SCOPES.get(scope, scope)}”的权限")
        return client

    def _proves(self, row: Row[Any], key: str, now: datetime) -> bool:
        given = self._hash(key)
        former = row.former_until is not None and now < row.former_until and hmac.compare_digest(given, row.former_hash)
        return hmac.compare_digest(given, row.key_hash) or former

    def count(self, client: ApiClient, operation: str, outcome: str = "ok") -> None:
        """One call more; `outcome`: ok, refused, failed."""
        now = self._clock.now()
        key = {"client_id": client.id, "day": now.date(), "operation": operation, "outcome": outcome}
        mine = [api_calls.c[name] == value for name, value in key.items()]
        more = update(api_calls).where(*mine).values(count=api_calls.c["count"] + 1)
        with self._database.writing() as connection:
            if not connection.execute(more).rowcount:
                try:
                    with connection.begin_nested():
                        connection.execute(insert(api_calls), {**key, "count": 1})
                except IntegrityError:
                    connection.execute(more)
            if client.used_at is None or now - client.used_at > SEEN_EVERY:
                connection.execute(update(api_clients).where(api_clients.c.id == client.id).values(used_at=now))

    # ------------------------------------------------------------------ reading

    def find(self, client_id: str) -> ApiClient:
        """Raises `ClientMissing`."""
        with self._database.reading() as connection:
            return _client(self._row(connection, client_id))

    def all(self) -> Sequence[ApiClient]:
        with self._database.reading() as connection:
            rows = connection.execute(select(api_clients).order_by(api_clients.c.department, api_clients.c.title)).all()
        return [_client(row) for row in rows]

    def calls(self, since: date) -> dict[str, dict[str, int]]:
        """Calls since a day (included) by client and outcome."""
        columns = api_calls.c
        total = func.sum(columns["count"])
        query = select(columns.client_id, columns.outcome, total).where(columns.day >= since).group_by(columns.client_id, columns.outcome)
        found: dict[str, dict[str, int]] = {}
        with self._database.reading() as connection:
            for client, outcome, count in connection.execute(query):
                found.setdefault(client, {})[outcome] = int(count)
        return found

    # ------------------------------------------------------------------ parts

    def _hash(self, key: str) -> str:
        return self._vault.blind(key, "api_key")

    def _refuse(self, title: str, department: str, scopes: Collection[str], expires_at: datetime | None) -> None:
        faults = (
            ("title", not 2 <= len(title.strip()) <= 100, "名称须为 2 至 100 个字"),
            ("department", not department, "请选择部门"),
            ("scopes", not scopes or not set(scopes) <= SCOPES.keys(), "请至少勾选一项权限"),
            ("expires_at", expires_at is not None and expires_at <= self._clock.now(), "到期时间须在以后"),
        )
        problems = [{"field": field, "message": message} for field, wrong, message in faults if wrong]
        if problems:
            raise InputRefused("；".join(problem["message"] for problem in problems), problems=problems)

    def _row(self, connection: Connection, client_id: str) -> Row[Any]:
        row = connection.execute(select(api_clients).where(api_clients.c.id == client_id)).first()
        if row is None:
            raise ClientMissing
        return row


def _new_key(prefix: str = "") -> tuple[str, str]:
    """`yck_<prefix>_<secret>`: 40 bits to find the row, 192 to prove it."""
    prefix = prefix or secrets.token_hex(5)
    return prefix, f"{MARK}_{prefix}_{secrets.token_urlsafe(24).replace('_', '-')}"


def _client(row: Row[Any]) -> ApiClient:
    return ApiClient(
        row.id, row.title, row.department, frozenset(json.loads(row.scopes)), row.prefix, row.state, row.note, row.created_at, row.created_by,
        row.expires_at, row.used_at, row.former_until,
    )  # fmt: skip
