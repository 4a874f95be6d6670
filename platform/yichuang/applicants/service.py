"""Accounts: made and refreshed when somebody logs in, opened by the number a session holds."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from yichuang.access.vault import Vault
from yichuang.applicants.account import Account, Identity, identity_from, identity_of
from yichuang.applicants.model import applicants
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import SignInNeeded
from yichuang.ports import Clock

LOG_IN = "/apply/login"


class Applicants:
    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock

    def sign_in(self, claims: Mapping[str, Any]) -> Account:
        """The account of `iss` and `sub`, made at the first log-in, with what the provider says today.

        Raises `ConnectorRefused` for claims without a name or with an impossible number.
        """
        identity = identity_of(claims)
        issuer, subject = str(claims["iss"]), self._vault.blind(f"{claims['iss']}\0{claims['sub']}", "applicant")
        try:
            with self._database.writing() as connection:
                return self._refreshed(connection, issuer, subject, identity)
        except IntegrityError:
            with self._database.writing() as connection:
                return self._refreshed(connection, issuer, subject, identity)

    def open(self, key: str, epoch: int | None = None) -> Account:
        """The account; with `epoch` only while no log-out has come in between. Raises `SignInNeeded`."""
        with self._database.reading() as connection:
            row = connection.execute(select(applicants).where(applicants.c.id == key)).first()
        if row is None or (epoch is not None and row.epoch != epoch):
            raise SignInNeeded(way=LOG_IN)
        return self._account(row)

    def sign_out(self, account: Account) -> None:
        """End every session of the account, on whatever device."""
        with self._database.writing() as connection:
            connection.execute(update(applicants).where(applicants.c.id == account.id).values(epoch=applicants.c.epoch + 1))
            self._audit.note(account.actor, "applicant.sign_out", "applicant", account.id, within=connection)

    def secret_of(self, account: Account) -> str:
        """A token nobody can guess that stands for the account wherever a browser's own token would stand (drafts)."""
        return self._vault.blind(account.id, "applicant-drafts")

    def _refreshed(self, connection: Connection, issuer: str, subject: str, identity: Identity) -> Account:
        known = select(applicants).where(applicants.c.issuer == issuer, applicants.c.subject == subject).with_for_update()
        row, now = connection.execute(known).first(), self._clock.now()
        account = Account(row.id if row else str(uuid.uuid4()), row.epoch if row else 1, identity)
        values = {"kind": identity.party.kind, "body": self._seal(account), "seen_at": now}
        if row is None:
            fresh = {"id": account.id, "issuer": issuer, "subject": subject, "epoch": 1, "created_at": now}
            connection.execute(insert(applicants), fresh | values)
        else:
            connection.execute(update(applicants).where(applicants.c.id == account.id).values(values))
        self._audit.note(account.actor, "applicant.sign_in", "applicant", account.id, within=connection)
        return account

    def _seal(self, account: Account) -> str:
        return self._vault.seal(json.dumps(account.identity.as_dict(), ensure_ascii=False), f"applicant/{account.id}")

    def _account(self, row: Row[Any]) -> Account:
        return Account(row.id, row.epoch, identity_from(json.loads(self._vault.open(row.body, f"applicant/{row.id}"))))
