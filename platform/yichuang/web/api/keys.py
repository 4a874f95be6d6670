"""Who calls: another system, by key or signature. Checked before, counted and timed after every call, what is refused is logged."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, request

from yichuang.clients.calls import FAILED, OK, Call, Refusal
from yichuang.clients.client import ApiClient
from yichuang.errors import YichuangError
from yichuang.services import Services
from yichuang.web.api import signing
from yichuang.web.api.operations import Operation
from yichuang.web.fast.limits import client_of

View = Callable[..., Response]


def caller() -> str:
    """Whom a limit counts."""
    return signing.caller(request.environ)


def client() -> ApiClient:
    """Who calls, in a `keyed` view."""
    found: ApiClient = g.api_client
    return found


def read(action: str, kind: str, code: str, detail: str) -> None:
    """What this call has read, for the audit."""
    g.api_read.append((action, kind, code, detail))


def keyed(services: Services, operation: Operation, view: View) -> View:
    """The view for clients whose key has the operation's scope. Raises `KeyRefused`, `NotAllowed`, `TooManyRequests`."""
    hops = services.settings.forwarded_hops

    @wraps(view)
    def guarded(**values: Any) -> Response:
        began = time.perf_counter()
        asked = signing.asking(request.environ, operation.name, operation.scope, request.get_data, hops)
        g.api_client, g.api_read = services.clients.door.admit(asked), []
        outcome = FAILED
        try:
            response = view(**values)
            outcome = OK
            return response
        except YichuangError as error:
            outcome = "" if error.status < 500 else FAILED
            if not outcome:
                services.clients.log.refuse(refusal(client(), operation.name, error, client_of(request.environ, hops)))
            raise
        finally:
            if outcome:
                spent = time.perf_counter() - began
                services.clients.log.note(Call(client().id, client().prefix, operation.name, outcome, spent, tuple(g.api_read)))

    return guarded


def refusal(who: ApiClient, operation: str, error: YichuangError, address: str) -> Refusal:
    """What an admitted client was refused."""
    return Refusal(who.id, who.prefix, operation, error.status, error.code, error.detail or error.title, address)
