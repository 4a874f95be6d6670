"""What operators watch: request ids, structured logs without personal data, Prometheus figures, health."""

import hmac
import logging
import os
import re
import sys
import time
import uuid

import structlog
from flask import Blueprint, Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from yichuang.errors import NotAllowed
from yichuang.services import Services
from yichuang.web.exchange_figures import exchange_figures
from yichuang.web.json import json_response

log = structlog.get_logger()
REQUESTS = Counter("yichuang_requests_total", "Requests by endpoint and status", ["endpoint", "method", "status"])
SECONDS = Histogram(
    "yichuang_request_seconds", "Time per request", ["endpoint"], buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10)
)
RELEASE = Gauge("yichuang_release", "The oldest release any web worker serves", multiprocess_mode="livemin")
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Set by `serving` when there are several workers: the folder in which they add up their figures."""
_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


def configure_logs(form: str) -> None:
    """`form` is `json` (one object a line) or `text`. Only what is named is logged: never a body, a query or a header."""
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.format_exc_info,
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def seen(endpoint: str, method: str, status: int, seconds: float) -> None:
    """A request that was answered, counted and logged."""
    REQUESTS.labels(endpoint, method, status).inc()
    SECONDS.labels(endpoint).observe(seconds)
    if endpoint not in QUIET:
        log.info("request", endpoint=endpoint, method=method, status=status, ms=round(seconds * 1000, 1))


def _end(response: Response) -> Response:
    seen(request.endpoint or "none", request.method, response.status_code, time.perf_counter() - g.get("began", time.perf_counter()))
    response.headers.setdefault("X-Request-ID", g.get("request_id", ""))
    return response


QUIET = {"static", "watching.healthz", "watching.readyz", "watching.metrics", "desk.pulse", "warned.now", "warned.stream"}


def _watches(token: str) -> bool:
    """By the token, or on this machine itself, not through a proxy."""
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"))
    return not forwarded and request.remote_addr in ("127.0.0.1", "::1")


def _registry() -> CollectorRegistry:
    if SHARED not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def install(app: Flask, services: Services) -> None:
    pages = Blueprint("watching", __name__)

    @pages.get("/healthz")
    def healthz() -> Response:
        """Alive, and which release is served."""
        snapshot = services.catalogue.current()
        return json_response({"status": "ok", "release": snapshot.release, "effective_at": snapshot.effective_at.isoformat()})

    @pages.get("/readyz")
    def readyz() -> Response:
        """Ready for traffic: the database answers."""
        try:
            with services.database.reading() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return json_response({"status": "unavailable", "database": "down"}, 503)
        return json_response({"status": "ready", "database": "up", "release": services.catalogue.current().release})

    @pages.get("/metrics")
    def metrics() -> Response:
        """For operators: whoever could watch them count would know when somebody gives a review. Raises `NotAllowed`."""
        if not _watches(services.settings.metrics_token):
            raise NotAllowed("运行指标只对本机和持有监控令牌的系统开放")
        return Response(generate_latest(_registry()) + generate_latest(exchange_figures(services)), mimetype=CONTENT_TYPE_LATEST)

    RELEASE.set(services.catalogue.current().release)
    services.catalogue.subscribe(lambda snapshot: RELEASE.set(snapshot.release))
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _error: structlog.contextvars.clear_contextvars())
    app.register_blueprint(pages)
