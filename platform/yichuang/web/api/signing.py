"""A request's credentials as they stand in its headers: a key, or a signature over all of it. For every entrance of the API, Flask or not."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from yichuang.clients.door import Asking
from yichuang.clients.signing import Signed
from yichuang.web.fast.limits import client_of

CLIENT, TIME, NONCE, SIGNATURE = "X-Yichuang-Client", "X-Yichuang-Time", "X-Yichuang-Nonce", "X-Yichuang-Signature"


def asking(environ: Mapping[str, Any], operation: str, scope: str, body: Callable[[], bytes], hops: int = 0) -> Asking:
    """What the door decides on. The body is read only where a signature covers it."""
    signature = environ.get("HTTP_X_YICHUANG_SIGNATURE", "")
    return Asking(operation, scope, bearer(environ), (lambda: _signed(environ, signature, body())) if signature else None, client_of(environ, hops))


def bearer(environ: Mapping[str, Any]) -> str:
    """The key as sent; empty without one."""
    kind, _, key = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def caller(environ: Mapping[str, Any]) -> str:
    """Whom a limit counts: the client its key or signature names, else the address."""
    prefix = str(environ.get("HTTP_X_YICHUANG_CLIENT", "")) if "HTTP_X_YICHUANG_SIGNATURE" in environ else ""
    parts = bearer(environ).split("_", 2)
    prefix = prefix or (parts[1] if len(parts) == 3 else "")
    return f"key:{prefix[:16]}" if prefix else str(environ.get("REMOTE_ADDR", ""))


def target_of(environ: Mapping[str, Any]) -> str:
    """Path with query, as the caller signed it."""
    path, query = quote(str(environ.get("SCRIPT_NAME", "")) + str(environ["PATH_INFO"]), safe="/~:"), environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _signed(environ: Mapping[str, Any], signature: str, body: bytes) -> Signed:
    prefix, time, nonce = (str(environ.get(f"HTTP_X_YICHUANG_{name}", "")) for name in ("CLIENT", "TIME", "NONCE"))
    return Signed(prefix, time, nonce, signature, str(environ["REQUEST_METHOD"]), target_of(environ), body)
