"""What of the admin is open to the signed-in member, under the release in force; worked out once a request, without a query."""

from flask import current_app, g

from yichuang.web.admin.permissions import opened
from yichuang.web.session import actor, grants


def openings() -> frozenset[tuple[str, str]]:
    """(verb, view) pairs; none for who isn't signed in."""
    who = actor()
    if who is None:
        return frozenset()
    if g.get("opened_for") != who.name:
        roles = current_app.extensions["yichuang.authority"].roles()
        g.opened, g.opened_for = opened(who.roles, roles, grants().withheld), who.name
    found: frozenset[tuple[str, str]] = g.opened
    return found
