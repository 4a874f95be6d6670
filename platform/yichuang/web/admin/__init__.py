"""`/admin/` and `/login/`: Flask-AppBuilder with pages of our own.

`install` puts it on the application and touches no database; `initialise` makes its tables, roles and accounts, once, before serving.
"""

from typing import Any

from flask import Flask

from yichuang.access.roles import DEMO_ACCOUNTS, DEMO_PASSWORD, ROLES
from yichuang.ports import SYSTEM
from yichuang.services import Services

__all__ = ["add_account", "initialise", "install"]


def install(app: Flask, services: Services) -> Any:
    """The `AppBuilder`, with all pages registered."""
    from yichuang.web.admin.builder import build  # noqa: PLC0415 - the framework is loaded when asked for

    return build(app, services)


def initialise(app: Flask) -> None:
    """Tables, roles and, where the settings want them, demonstration accounts. Safe to repeat; not for several at once."""
    from flask_appbuilder import Model  # noqa: PLC0415

    desk = app.extensions["yichuang.admin"]
    Model.metadata.create_all(desk.services.database.engine)
    with app.app_context():
        for code in ROLES:
            app.appbuilder.sm.add_role(code)  # type: ignore[attr-defined]
    if desk.services.settings.demo_accounts:
        for account in DEMO_ACCOUNTS:
            desk.accounts.seed(
                SYSTEM, account.username, account.surname, account.given_name, [account.role], DEMO_PASSWORD
            )


def add_account(app: Flask, username: str, name: str, roles: list[str], password: str) -> None:
    """The first accounts of a new installation, from the command line. Raises `InputRefused`, `Conflict`."""
    app.extensions["yichuang.admin"].accounts.create(SYSTEM, username, name[:1], name[1:], roles, password)
