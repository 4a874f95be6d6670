"""The Flask application: configuration, guards, watching, and one blueprint per surface."""

import hashlib
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, redirect, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from yichuang.services import Services
from yichuang.settings import Settings
from yichuang.web import (
    admin,
    api,
    desk,
    guards,
    guide,
    h5,
    problems,
    review,
    screen,
    session,
    verify,
    warned,
    watching,
    workplaces,
)
from yichuang.web import open as open_
from yichuang.web.templating import Pages

HERE = Path(__file__).parent


class Number(IntegerConverter):
    """Numbers in addresses: none is larger than a database's integer; beyond that there is nothing to be found."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": 2**31 - 1, **options})


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SESSION_COOKIE_NAME="yichuang",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=10),
        MAX_CONTENT_LENGTH=60 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=True,
        RATELIMIT_STORAGE_URI=settings.rate_limit_url,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        TEMPLATES_AUTO_RELOAD=False,
    )


@lru_cache(maxsize=256)
def _digest(path: str, _stamp: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def _asset(name: str) -> str:
    """The address of a static file with its digest, so that it can be kept for a year and is fresh after an update."""
    path = HERE / "static" / name
    version = _digest(str(path), path.stat().st_mtime) if path.is_file() else "0"
    return url_for("static", filename=name, v=version)


def create_app(services: Services) -> Flask:
    """A ready application. The order matters: guards first, then figures, then pages."""
    app = Pages("yichuang.web", root_path=str(HERE), static_folder="static", template_folder="templates")
    app.url_map.converters["int"] = Number
    _configure(app, services.settings)
    if services.settings.forwarded_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=services.settings.forwarded_hops)  # type: ignore[method-assign]
    app.jinja_env.globals.update(asset=_asset, base_url=services.settings.base_url)
    guards.install(app)
    watching.install(app, services)
    problems.install(app)
    session.install(app, services)
    workplaces.install(app)
    warned.install(app)
    for surface in (desk, guide, h5, api, verify, review, screen, open_, warned):
        app.register_blueprint(surface.blueprint(services))
    admin.install(app, services)

    @app.get("/")
    def home() -> Response:
        return redirect("/guide")

    return app
