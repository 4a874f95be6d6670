"""Who asks: by key or by signature, with what right, how often. The same for every entrance of the API."""

import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from yichuang.access.vault import Vault
from yichuang.clients.calls import CallLog, Refusal
from yichuang.clients.client import SCOPES, ApiClient
from yichuang.clients.model import api_clients, api_nonces
from yichuang.clients.rows import MARK, client_of, hashed
from yichuang.clients.signing import WINDOW_SECONDS, Signed
from yichuang.database import Database
from yichuang.errors import KeyRefused, NotAllowed, YichuangError
from yichuang.ports import SHANGHAI, Clock

KNOWN_SECONDS = 1.0
"""For so long a client is known without asking again: a stopped key stops everywhere within a second."""
MOST_KNOWN = 1000


class Asking(NamedTuple):
    """One request as it stands at the door. `signed` builds the signed form (it reads the body), None where no signature was sent."""

    operation: str
    scope: str
    key: str
    signed: Callable[[], Signed] | None
    address: str


@dataclass(frozen=True, slots=True)
class _Card:
    """What is known of a client: hashes and signing keys that prove it, the former ones until `former_until`."""

    client: ApiClient
    hashes: tuple[str, str]
    signing: tuple[str, str]
    former_until: datetime | None
    until: float

    def proofs(self, kind: tuple[str, str], now: datetime) -> tuple[str, ...]:
        former = self.former_until is not None and now < self.former_until
        return tuple(proof for proof in (kind[0], kind[1] if former else "") if proof)


class Door:
    def __init__(self, database: Database, vault: Vault, clock: Clock, log: CallLog) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._log = log
        self._cards: dict[str, _Card | None] = {}
        self._lock = threading.Lock()

    def admit(self, asking: Asking) -> ApiClient:
        """The client, entitled and within its limits. Raises `KeyRefused`, `NotAllowed`, `TooManyRequests`; what is refused is logged."""
        card: _Card | None = None
        prefix = ""
        try:
            signed = asking.signed() if asking.signed is not None else None
            prefix = signed.prefix if signed is not None else _prefix(asking.key)
            card = self._card(prefix)
            proved = self._proved(card, asking, signed)
            self._entitled(proved, asking)
            self._log.limits.take(proved)
        except YichuangError as error:
            client_id = card.client.id if card is not None else ""
            self._log.refuse(Refusal(client_id, prefix, asking.operation, error.status, error.code, error.detail or error.title, asking.address))
            raise
        return proved

    # ------------------------------------------------------------------ proving

    def _proved(self, card: _Card | None, asking: Asking, signed: Signed | None) -> ApiClient:
        now = self._clock.now()
        if signed is None and not asking.key:
            raise KeyRefused("请在 Authorization 头中以 Bearer 方式带上接口密钥，或者签名")
        if signed is not None:
            self._prove_signature(card, signed, now)
        elif card is None or not self._opens(card, asking.key, now):
            raise KeyRefused
        if card is None:
            raise KeyRefused
        client = card.client
        if not client.active or client.expired(now):
            raise KeyRefused("接口密钥已停用或已过期，请联系接口管理员")
        if client.terms.signed_only and signed is None:
            raise KeyRefused("这个接口客户端只接受签名的请求")
        return client

    def _opens(self, card: _Card, key: str, now: datetime) -> bool:
        given = hashed(self._vault, key)
        return any(hmac.compare_digest(given, proof) for proof in card.proofs(card.hashes, now))

    def _prove_signature(self, card: _Card | None, signed: Signed, now: datetime) -> None:
        if fault := signed.fault(now.timestamp()):
            raise KeyRefused(fault)
        if card is None or not any(signed.proved_by(proof) for proof in card.proofs(card.signing, now)):
            raise KeyRefused("签名不对")
        if not self._first_time(card.client, signed):
            raise KeyRefused("这个请求已经收到过，请换一个 X-Yichuang-Nonce 重新签名")

    def _first_time(self, client: ApiClient, signed: Signed) -> bool:
        row = {"client_id": client.id, "nonce": signed.nonce, "at": datetime.fromtimestamp(int(signed.time), SHANGHAI)}
        insertion = (sqlite if self._database.sqlite else postgresql).insert(api_nonces).values(row).on_conflict_do_nothing()
        with self._database.writing() as connection:
            return connection.execute(insertion.returning(api_nonces.c.nonce)).first() is not None

    def forget_nonces(self) -> int:
        """Those whose time window is over. For the worker."""
        over = self._clock.now() - timedelta(seconds=WINDOW_SECONDS + 60)
        with self._database.writing() as connection:
            return int(connection.execute(delete(api_nonces).where(api_nonces.c.at < over)).rowcount)

    def _entitled(self, client: ApiClient, asking: Asking) -> None:
        if asking.scope not in client.scopes:
            raise NotAllowed(f"这个密钥没有“{SCOPES.get(asking.scope, asking.scope)}”的权限")

    # ------------------------------------------------------------------ knowing

    def forget(self) -> None:
        """Ask anew about everybody: something was changed here."""
        self._cards = {}

    def _card(self, prefix: str) -> _Card | None:
        if not prefix:
            return None
        known, now = self._cards.get(prefix), time.monotonic()
        if known is not None and now < known.until:
            return known
        with self._database.reading() as connection:
            row = connection.execute(select(api_clients).where(api_clients.c.prefix == prefix[:16])).first()
        card = self._made(row, now) if row is not None else None
        with self._lock:
            if len(self._cards) > MOST_KNOWN:
                self._cards = {}
            if card is not None:
                self._cards[prefix] = card
        return card

    def _made(self, row: Any, now: float) -> _Card:
        signing, former = (self._vault.open(sealed, f"signing/{row.id}") if sealed else "" for sealed in (row.signing, row.former_signing))
        return _Card(client_of(row), (row.key_hash, row.former_hash), (signing, former), row.former_until, now + KNOWN_SECONDS)


def _prefix(key: str) -> str:
    parts = key.split("_", 2)
    return parts[1] if len(parts) == 3 and parts[0] == MARK else ""
