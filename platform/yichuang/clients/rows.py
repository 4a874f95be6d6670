"""Rows of clients, and their keys."""

import json
import secrets
from typing import Any

from sqlalchemy.engine import Row

from yichuang.access.vault import Vault
from yichuang.clients.client import ApiClient, Terms

MARK = "yck"


def new_key(prefix: str = "") -> tuple[str, str]:
    """`yck_<prefix>_<secret>`: 40 bits to find the row, 192 to prove it."""
    prefix = prefix or secrets.token_hex(5)
    return prefix, f"{MARK}_{prefix}_{secrets.token_urlsafe(24).replace('_', '-')}"


def hashed(vault: Vault, key: str) -> str:
    return vault.blind(key, "api_key")


def columns_of(terms: Terms) -> dict[str, Any]:
    return {
        "department": terms.department, "scopes": json.dumps(sorted(terms.scopes)), "target": terms.target, "items": json.dumps(sorted(terms.items)),
        "fields": json.dumps(sorted(terms.fields)), "quota": terms.quota, "rate": terms.rate, "signed_only": terms.signed_only,
        "sandbox": terms.sandbox, "expires_at": terms.expires_at,
    }  # fmt: skip


def client_of(row: Row[Any]) -> ApiClient:
    listed = (frozenset(json.loads(text)) for text in (row.scopes, row.items, row.fields))
    scopes, items, fields = listed
    terms = Terms(
        row.department, scopes, row.target, items, fields, row.quota, row.rate, bool(row.signed_only), bool(row.sandbox), row.expires_at
    )
    return ApiClient(
        row.id, row.title, row.prefix, row.state, terms, row.note, row.created_at, row.created_by, row.used_at, row.former_until, bool(row.signing)
    )
