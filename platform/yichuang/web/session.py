"""Who is asking. The one place that turns a signed-in user into an `Actor` and guards routes by role or power.

Roles are named by the codes of the field (`COUNTER_CLERK`, `ITEM_ADMIN`, …); see `yichuang.access`.
"""

from flask import Flask, current_app, g, session
from flask_login import current_user

from yichuang.access.grants import NONE, Grants
from yichuang.access.service import Authority
from yichuang.errors import NotAllowed, SignInNeeded
from yichuang.ports import Actor, Place
from yichuang.services import Services


def install(app: Flask, services: Services) -> None:
    app.extensions["yichuang.authority"] = services.authority


def _authority() -> Authority:
    authority: Authority = current_app.extensions["yichuang.authority"]
    return authority


def actor() -> Actor | None:
    """The signed-in member of staff, or None; read once a request.

    `window` is the window they work at today, as chosen on the desk while posted where they still are; `post` where they belong.
    """
    if not current_user.is_authenticated:
        return None
    kept = g.get("actor")
    if kept is None or kept.name != current_user.username:
        g.actor, g.grants = _read(), None
    found: Actor = g.actor
    return found


def _read() -> Actor:
    post = _authority().posting(current_user.username)
    return Actor(
        name=current_user.username,
        title=f"{current_user.last_name}{current_user.first_name}",
        roles=frozenset(role.name for role in current_user.roles),
        window=session.get("window") if session.get("window_post", "") == _words(post) else None,
        post=post,
    )


def work_at(window: str) -> None:
    """Remember today's window. It is forgotten with the session, and when the member is posted elsewhere."""
    session["window"], session["window_post"] = window, _words(member().post)
    g.pop("actor", None)


def _words(post: Place) -> str:
    return "/".join((post.department, post.hall, post.street))


def grants() -> Grants:
    """What the signed-in member may do, and how far; nothing for who isn't signed in."""
    who = actor()
    if who is None:
        return NONE
    if g.get("grants") is None:
        g.grants = _authority().grants(who)
    found: Grants = g.grants
    return found


def member(*roles: str) -> Actor:
    """The signed-in member of staff; raises `SignInNeeded`, or `NotAllowed` when none of the roles is theirs."""
    who = actor()
    if who is None:
        raise SignInNeeded
    if roles and not who.has(*roles):
        raise NotAllowed
    return who


def holder(*powers: str) -> Actor:
    """The signed-in member of staff with at least one of the powers, however far it reaches. Raises `SignInNeeded`, `NotAllowed`."""
    who = member()
    if not any(grants().may(power) for power in powers):
        grants().require(powers[0])
    return who
