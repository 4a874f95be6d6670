"""A signed-in session: begun afresh, bound to the password."""

import hashlib
import hmac
import time
from typing import Any

from flask import current_app, session


def begin(user: Any) -> None:
    """A fresh session for a log-in: nothing of what was there before stays."""
    session.clear()
    session.permanent = True
    session["since"] = session["seen"] = int(time.time())
    session["mark"] = mark(user)


def mark(user: Any) -> str:
    """Changes with the password, so that a new one ends all other sessions."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, str(user.password).encode(), hashlib.sha256).hexdigest()[:24]
