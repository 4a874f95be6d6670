"""Who is asking. The one place that turns a signed-in user into an `Actor` and guards routes by role.

Roles are named by the codes of the field (`COUNTER_CLERK`, `ITEM_ADMIN`, …); see `yichuang.access.roles`.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import session
from flask_login import current_user

from yichuang.errors import NotAllowed, SignInNeeded
from yichuang.ports import Actor

P = ParamSpec("P")
R = TypeVar("R")


def actor() -> Actor | None:
    """The signed-in member of staff, or None. `window` is the window they work at today, as chosen on the desk."""
    if not current_user.is_authenticated:
        return None
    return Actor(
        name=current_user.username,
        title=f"{current_user.last_name}{current_user.first_name}",
        roles=frozenset(role.name for role in current_user.roles),
        window=session.get("window"),
    )


def member(*roles: str) -> Actor:
    """The signed-in member of staff; raises `SignInNeeded`, or `NotAllowed` when none of the roles is theirs."""
    who = actor()
    if who is None:
        raise SignInNeeded
    if roles and not who.has(*roles):
        raise NotAllowed
    return who


def requires(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Guard a route: `@requires("COUNTER_CLERK", "COUNTER_LEAD")`."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            member(*roles)
            return view(*args, **kwargs)

        return guarded

    return guard
