"""Who calls: a department's system, by `Authorization: Bearer <key>`. Checked before, counted after every call."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, request

from yichuang.errors import KeyRefused, YichuangError
from yichuang.services import Services
from yichuang.web.api.operations import Operation

View = Callable[..., Response]


def bearer() -> str:
    """The key as sent; empty without one."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def caller() -> str:
    """Whom a limit counts: the client its key names, else the address."""
    parts = bearer().split("_", 2)
    return f"key:{parts[1][:16]}" if len(parts) == 3 else str(request.remote_addr)


def keyed(services: Services, operation: Operation, view: View) -> View:
    """The view for clients whose key has the operation's scope. Raises `KeyRefused`, `NotAllowed`."""

    @wraps(view)
    def guarded(**values: Any) -> Response:
        key = bearer()
        if not key:
            raise KeyRefused("请在 Authorization 头中以 Bearer 方式带上接口密钥")
        g.api_client = client = services.clients.check(key, operation.scope)
        try:
            response = view(**values)
        except YichuangError:
            services.clients.count(client, operation.name, "refused")
            raise
        services.clients.count(client, operation.name)
        return response

    return guarded
