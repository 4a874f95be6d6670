"""Members of staff by the names that people call them."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, current_app

from yichuang.errors import CaseHeld
from yichuang.web.problems import problem

KEPT = 30.0
"""Seconds for which a process remembers a name."""


class _Names:
    """Names as last read: a case page names several people, and they are the same few all day."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, float]] = {}

    def of(self, username: str, read: Callable[[str], str]) -> str:
        name, until = self._known.get(username, ("", 0.0))
        if until < time.monotonic():
            name = read(username)
            self._known[username] = (name, time.monotonic() + KEPT)
        return name


def name_of(username: str) -> str:
    """Surname and given name of the account; the account's name where there is none. A changed name shows within half a minute."""
    names: _Names = current_app.extensions.setdefault("yichuang.names", _Names())
    return names.of(username, _read) if username else username


def _read(username: str) -> str:
    builder: Any = getattr(current_app, "appbuilder", None)
    user = builder.sm.find_user(username=username) if builder is not None else None
    return f"{user.last_name}{user.first_name}".strip() or username if user is not None else username


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
