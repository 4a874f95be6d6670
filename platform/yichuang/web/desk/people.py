"""Members of staff by the names that people call them."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, g

from yichuang.errors import CaseHeld
from yichuang.web.problems import problem


def name_of(username: str) -> str:
    """Surname and given name of the account, read once a request; the account's name where there is none."""
    known: dict[str, str] = g.setdefault("people", {})
    if username not in known:
        builder: Any = getattr(current_app, "appbuilder", None)
        user = builder.sm.find_user(username=username) if builder is not None and username else None
        known[username] = f"{user.last_name}{user.first_name}".strip() if user is not None else username
    return known[username] or username


def named(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a list, with whose hands the case is in by name."""
    return dict(line) | {"holder": name_of(line["holder"]) if line["holder"] else ""}


def install(pages: Blueprint) -> None:
    @pages.errorhandler(CaseHeld)
    def held(error: CaseHeld) -> Response:
        """The refusal with a name instead of an account."""
        account = str(error.extra.get("holder") or "")
        words = error.detail.replace(account, name_of(account)) if account else error.detail
        return problem(error.status, error.code, error.title, words, **{**error.extra, "holder": name_of(account)})
