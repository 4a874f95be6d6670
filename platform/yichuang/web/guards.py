"""What every response carries against attack: a nonce policy for scripts, no framing, no sniffing; CSRF and rate limits."""

import secrets

from flask import Flask, Response, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=True, in_memory_fallback_enabled=True)


def _policy() -> str:
    nonce = g.get("csp_nonce", "")
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'self'; frame-src 'self' blob:"
    )


def _before() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)


def _after(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Permissions-Policy", "geolocation=(), microphone=()")
    if response.mimetype in {"text/html", "application/json", "application/problem+json"}:
        headers.setdefault("Cache-Control", "no-store")
    return response


def install(app: Flask) -> None:
    app.before_request(_before)
    app.after_request(_after)
    csrf.init_app(app)
    limiter.init_app(app)

    @app.context_processor
    def nonce() -> dict[str, object]:
        return {"csp_nonce": lambda: g.get("csp_nonce", "")}
