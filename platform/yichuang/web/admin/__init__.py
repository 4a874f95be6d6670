"""`/admin/` and `/login/`: Flask-AppBuilder with pages of our own.

`install` puts it on the application and touches no database; `initialise` makes its tables and accounts, once, before serving.
"""

from typing import Any

from flask import Flask

from yichuang.access.roles import DEMO_ACCOUNTS, DEMO_PASSWORD
from yichuang.ports import SYSTEM
from yichuang.services import Services

__all__ = ["add_account", "initialise", "install"]


def install(app: Flask, services: Services) -> Any:
    """The `AppBuilder`, with all pages registered."""
    from yichuang.web.admin.builder import build  # noqa: PLC0415 - the framework is loaded when asked for

    return build(app, services)


def initialise(app: Flask) -> None:
    """Tables and, where the settings want them, demonstration accounts. Safe to repeat; not for several at once."""
    from flask_appbuilder import Model  # noqa: PLC0415

    desk = app.extensions["yichuang.admin"]
    Model.metadata.create_all(desk.services.database.engine)
    if desk.services.settings.demo_accounts:
        _demonstrate(desk)


def _demonstrate(desk: Any) -> None:
    """The accounts that aren't there yet, each posted where it belongs."""
    kept = {user.username for user in desk.accounts.all()}
    for account in DEMO_ACCOUNTS:
        if account.username not in kept:
            desk.accounts.seed(
                SYSTEM, account.username, account.surname, account.given_name, [account.role], DEMO_PASSWORD
            )
            desk.services.authority.post(SYSTEM, account.username, account.post)


def add_account(app: Flask, username: str, name: str, roles: list[str], password: str) -> None:
    """The first accounts of a new installation, from the command line. Raises `InputRefused`, `Conflict`."""
    app.extensions["yichuang.admin"].accounts.create(SYSTEM, username, name[:1], name[1:], roles, password)
