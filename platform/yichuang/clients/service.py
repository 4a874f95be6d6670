"""API management (API 管理): give keys to other systems, set what they may do, change and take keys away, see how they call."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.clients.calls import CallLog
from yichuang.clients.client import ACTIVE, DISABLED, FIELDS, MOST_QUOTA, MOST_RATE, SCOPES, ApiClient, Terms
from yichuang.clients.door import Door
from yichuang.clients.model import api_calls, api_clients, api_refusals, api_times
from yichuang.clients.rows import client_of, columns_of, hashed, new_key
from yichuang.clients.signing import signing_key
from yichuang.clients.times import percentile
from yichuang.database import Database
from yichuang.errors import ClientMissing, InputRefused
from yichuang.ports import Actor, Clock

GRACE = timedelta(hours=24)
"""How long the former key works after a rotation, so that the other side can change it without a gap."""
KEPT = timedelta(days=180)
"""For so long refused requests stay on record."""


@dataclass(frozen=True, slots=True)
class Figures:
    """An operation of a client over some days; times in milliseconds, upper bounds, None without calls."""

    operation: str
    ok: int
    refused: int
    failed: int
    p50: float | None
    p95: float | None
    p99: float | None


class Clients:
    """`door` lets in, `log` counts."""

    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self.log = CallLog(database, audit, clock)
        self.door = Door(database, vault, clock, self.log)

    # ------------------------------------------------------------------ managing

    def create(self, title: str, terms: Terms, actor: Actor, note: str = "") -> tuple[ApiClient, str]:
        """A new client and its key, which is shown now and never again. Raises `InputRefused` naming each field at fault."""
        self._refuse(title, terms)
        prefix, key = new_key()
        with self._database.writing() as connection:
            client_id = self._insert(connection, title, terms, prefix, key, actor, note)
        return self.find(client_id), key

    def _insert(self, connection: Connection, title: str, terms: Terms, prefix: str, key: str, actor: Actor, note: str) -> str:
        client_id = str(uuid.uuid4())
        row = {
            "id": client_id, "title": title.strip(), "prefix": prefix, **self._proofs(client_id, key), "former_hash": "", "former_signing": "",
            "state": ACTIVE, "note": note.strip()[:500], "created_at": self._clock.now(), "created_by": actor.name, **columns_of(terms),
        }  # fmt: skip
        connection.execute(insert(api_clients), row)
        self._audit.note(actor, "client.created", "api_client", client_id, detail=_told(terms), within=connection)
        return client_id

    def provide(self, title: str, terms: Terms, key: str, actor: Actor, note: str = "") -> None:
        """A client whose key is known beforehand, unless it is there: for the demonstration's own systems."""
        prefix = key.split("_")[1]
        with self._database.writing() as connection:
            if connection.execute(select(api_clients.c.id).where(api_clients.c.prefix == prefix)).first() is None:
                self._insert(connection, title, terms, prefix, key, actor, note)

    def change(self, client_id: str, title: str, terms: Terms, actor: Actor, note: str = "") -> ApiClient:
        """Other terms; the key stays. Raises `ClientMissing`, `InputRefused`."""
        self._refuse(title, terms)
        values = {"title": title.strip(), "note": note.strip()[:500], **columns_of(terms)}
        return self._written(client_id, values, actor, "client.changed", _told(terms))

    def rotate(self, client_id: str, actor: Actor, grace: timedelta = GRACE) -> tuple[ApiClient, str]:
        """A new key; the present one works for `grace` more (zero: no longer). Raises `ClientMissing`."""
        with self._database.reading() as connection:
            row = self._row(connection, client_id)
        _, key = new_key(row.prefix)
        former: dict[str, Any] = {"former_hash": "", "former_signing": "", "former_until": None}
        if grace:
            former = {"former_hash": row.key_hash, "former_signing": row.signing, "former_until": self._clock.now() + grace}
        return self._written(client_id, self._proofs(client_id, key) | former, actor, "client.rotated"), key

    def set_active(self, client_id: str, active: bool, actor: Actor) -> ApiClient:
        """Stop or allow a client again, within a second everywhere. Raises `ClientMissing`."""
        state = ACTIVE if active else DISABLED
        return self._written(client_id, {"state": state}, actor, f"client.{state}")

    def _written(self, client_id: str, values: dict[str, Any], actor: Actor, action: str, detail: str = "") -> ApiClient:
        with self._database.writing() as connection:
            row = self._row(connection, client_id)
            connection.execute(update(api_clients).where(api_clients.c.id == client_id).values(**values))
            self._audit.note(actor, action, "api_client", client_id, detail=detail or row.title, within=connection)
        self.door.forget()
        return self.find(client_id)

    def _proofs(self, client_id: str, key: str) -> dict[str, str]:
        return {"key_hash": hashed(self._vault, key), "signing": self._vault.seal(signing_key(key), f"signing/{client_id}")}

    def tidy(self) -> int:
        """Forget what is no longer needed: nonces, minutes, old refusals. For the worker."""
        self.log.tidy(self._clock.now() - KEPT)
        return self.door.forget_nonces()

    # ------------------------------------------------------------------ reading

    def find(self, client_id: str) -> ApiClient:
        """Raises `ClientMissing`."""
        with self._database.reading() as connection:
            return client_of(self._row(connection, client_id))

    def all(self) -> Sequence[ApiClient]:
        with self._database.reading() as connection:
            rows = connection.execute(select(api_clients).order_by(api_clients.c.department, api_clients.c.title)).all()
        return [client_of(row) for row in rows]

    def calls(self, since: date) -> dict[str, dict[str, int]]:
        """Calls since a day (included) by client and outcome."""
        self.log.flush()
        columns = api_calls.c
        query = select(columns.client_id, columns.outcome, func.sum(columns["count"])).where(columns.day >= since)
        found: dict[str, dict[str, int]] = {}
        with self._database.reading() as connection:
            for client, outcome, count in connection.execute(query.group_by(columns.client_id, columns.outcome)):
                found.setdefault(client, {})[outcome] = int(count)
        return found

    def figures(self, client_id: str, since: date) -> list[Figures]:
        """By operation: how often, and how long it took."""
        self.log.flush()
        counts: dict[str, dict[str, int]] = {}
        times: dict[str, dict[int, int]] = {}
        calls, took = api_calls.c, api_times.c
        with self._database.reading() as connection:
            mine = select(calls.operation, calls.outcome, func.sum(calls["count"])).where(calls.client_id == client_id, calls.day >= since)
            for operation, outcome, count in connection.execute(mine.group_by(calls.operation, calls.outcome)):
                counts.setdefault(operation, {})[outcome] = int(count)
            spent = select(took.operation, took.bucket, func.sum(took["count"])).where(took.client_id == client_id, took.day >= since)
            for operation, number, count in connection.execute(spent.group_by(took.operation, took.bucket)):
                times.setdefault(operation, {})[number] = int(count)
        return [
            Figures(
                operation, *(found.get(outcome, 0) for outcome in ("ok", "refused", "failed")),
                *(percentile(times.get(operation, {}), share) for share in (0.5, 0.95, 0.99)),
            )
            for operation, found in sorted(counts.items())
        ]  # fmt: skip

    def refusals(self, client_id: str | None = None, limit: int = 100) -> Sequence[Any]:
        """Refused requests, the newest first; `client_id` "" for those whose key named nobody."""
        self.log.flush()
        query = select(api_refusals).order_by(api_refusals.c.id.desc()).limit(limit)
        query = query.where(api_refusals.c.client_id == client_id) if client_id is not None else query
        with self._database.reading() as connection:
            return connection.execute(query).all()

    # ------------------------------------------------------------------ parts

    def _refuse(self, title: str, terms: Terms) -> None:
        faults = (
            ("title", not 2 <= len(title.strip()) <= 100, "名称须为 2 至 100 个字"),
            ("department", not terms.department, "请选择部门"),
            ("scopes", not terms.scopes or not terms.scopes <= SCOPES.keys(), "请至少勾选一项权限"),
            ("fields", not terms.fields <= FIELDS.keys(), "没有这样的字段"),
            ("quota", not 0 <= terms.quota <= MOST_QUOTA, f"每日次数须为 0 至 {MOST_QUOTA}"),
            ("rate", not 0 <= terms.rate <= MOST_RATE, f"每分钟次数须为 0 至 {MOST_RATE}"),
            ("expires_at", terms.expires_at is not None and terms.expires_at <= self._clock.now(), "到期时间须在以后"),
        )
        problems = [{"field": field, "message": message} for field, wrong, message in faults if wrong]
        if problems:
            raise InputRefused("；".join(problem["message"] for problem in problems), problems=problems)

    def _row(self, connection: Connection, client_id: str) -> Row[Any]:
        row = connection.execute(select(api_clients).where(api_clients.c.id == client_id)).first()
        if row is None:
            raise ClientMissing
        return row


def _told(terms: Terms) -> str:
    """For the audit: what was given, no secrets."""
    more = [f"事项 {'、'.join(sorted(terms.items))}"] if terms.items else []
    more += [f"不含 {'、'.join(sorted(terms.fields))}"] if terms.fields else []
    more += [word for word, on in (("只收签名", terms.signed_only), ("沙箱", terms.sandbox), (f"形状 {terms.target}", bool(terms.target))) if on]
    return "；".join([f"{terms.department}：{'、'.join(sorted(terms.scopes))}", *more])
