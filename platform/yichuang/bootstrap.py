"""The composition root: the one module that knows every room."""

import gc
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from flask import Flask

from connectors.alerts import Mail, Webhook
from connectors.front_database import FrontDatabase
from connectors.http_department import HttpDepartment
from connectors.oidc import OidcProvider
from connectors.reviews import SIGNATURES, ReviewPlatform, TransactionEnvelope
from renderers.pdf import PdfRenderer
from yichuang import settings as settings_module
from yichuang.access.checks import findings as role_findings
from yichuang.access.service import Authority
from yichuang.access.vault import Vault
from yichuang.applicants.service import Applicants
from yichuang.audit.service import Audit
from yichuang.cases.casework import Cases
from yichuang.cases.deadlines import Deadlines
from yichuang.cases.files import Files
from yichuang.cases.importing import Importing
from yichuang.cases.ledger import Rooms
from yichuang.cases.oversight import Oversight
from yichuang.cases.paper import PaperCases, SheetPaper
from yichuang.cases.service import Drafts
from yichuang.cases.uploads import Uploads
from yichuang.catalogue.adoption import adopt
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.kinds import Kind, KindTable
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.search import search_words
from yichuang.catalogue.service import Publishing
from yichuang.causes.service import Causes
from yichuang.clients.client import EVERY_DEPARTMENT, Terms
from yichuang.clients.service import Clients
from yichuang.commitment.checks import findings as commitment_findings
from yichuang.commitment.checks import rules_findings
from yichuang.commitment.service import Commitments
from yichuang.commitment.service import search_words as commitment_words
from yichuang.database import Database
from yichuang.documents.checks import findings as document_findings
from yichuang.documents.papers import Papers
from yichuang.documents.service import DocumentRooms, Documents
from yichuang.entrustment.agreement import agreement_words
from yichuang.entrustment.checks import findings as entrustment_findings
from yichuang.entrustment.checks import item_findings as entrusted_item_findings
from yichuang.entrustment.handovers import Handovers
from yichuang.entrustment.service import Entrustments
from yichuang.errors import ConfigurationRefused
from yichuang.exchange import targets
from yichuang.exchange.checks import findings as target_findings
from yichuang.exchange.intakes import Intakes
from yichuang.exchange.presenting import Presenting
from yichuang.exchange.sending import Line, Sending
from yichuang.exchange.service import Exchange, ExchangeRooms
from yichuang.exchange.shapes import Shapes
from yichuang.flows.checks import findings as flow_findings
from yichuang.flows.checks import item_findings as item_flow_findings
from yichuang.forms.checks import findings as form_findings
from yichuang.indicators.checks import findings as indicator_findings
from yichuang.indicators.service import Indicators
from yichuang.items.checks import findings as item_findings
from yichuang.mappings.checks import findings as mapping_findings
from yichuang.migrations import upgrade
from yichuang.notices.service import Notices
from yichuang.outbox.service import Outbox
from yichuang.ports import SYSTEM, Clock, Connector, Observation, SystemClock
from yichuang.rectification.checks import findings as rectification_findings
from yichuang.rectification.senses import late
from yichuang.rectification.service import RectificationRooms, Rectifications
from yichuang.reviews.checks import findings as review_findings
from yichuang.reviews.ledger import ReviewRooms
from yichuang.reviews.pictures import Pictures
from yichuang.reviews.senses import Senses
from yichuang.reviews.service import Reviews
from yichuang.services import Services
from yichuang.settings import DEMO_BUS_KEY, Settings
from yichuang.statistics.service import Statistics
from yichuang.storage import Storage
from yichuang.warnings.checks import findings as warning_findings
from yichuang.warnings.events import Events
from yichuang.warnings.sensing import senses
from yichuang.warnings.service import Warnings
from yichuang.warnings.watch import WarningRooms
from yichuang.web import admin, fast, watching
from yichuang.web.app import create_app
from yichuang.web.fast.intakes import intakes_front
from yichuang.web.fast.reviews import reviews_front

COLLECTING = (10_000, 20, 20)
"""What is there at the start stays: the collector looks at what came since, less often than usual. A tenth of a request's processor time."""
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


def kind_table() -> KindTable:
    """Every kind of definition. A new kind is one schema, one line here, and its room."""
    return KindTable(
        Kind("organisation", "组织机构"),
        Kind("item", "事项", checks=(item_findings, entrusted_item_findings, item_flow_findings), words=search_words),
        Kind("form", "表单", checks=(form_findings,)),
        Kind("notice", "告知单版式"),
        Kind("document", "文书", checks=(document_findings,)),
        Kind("entrustment", "委托书", checks=(entrustment_findings,), words=agreement_words),
        Kind("commitment", "告知承诺", checks=(commitment_findings,), words=commitment_words),
        Kind("commitment_rules", "告知承诺通则", checks=(rules_findings,)),
        Kind("code_table", "代码表"),
        Kind("calendar", "工作日历"),
        Kind("flow", "办理流程", checks=(flow_findings,)),
        Kind("role", "角色", checks=(role_findings,)),
        Kind("target", "交换对象", checks=(target_findings,)),
        Kind("mapping", "数据映射", checks=(mapping_findings,)),
        Kind("review", "好差评规则", checks=(review_findings,)),
        Kind("warning", "预警规则", checks=(warning_findings,)),
        Kind("indicator", "评价指标", checks=(indicator_findings,)),
        Kind("rectification", "差评处置流程", checks=(rectification_findings,)),
    )


@dataclass(frozen=True, slots=True)
class App:
    """A built application. `start` begins following releases, `stop` ends all threads and connections."""

    settings: Settings
    services: Services
    flask: Flask
    wsgi: Wsgi

    def start(self) -> "App":
        self.services.catalogue.start()
        self.services.notices.start()
        self.services.clients.log.start()
        return self

    def stop(self) -> None:
        self.services.clients.log.stop()
        self.services.notices.stop()
        self.services.catalogue.stop()
        self.services.database.dispose()


def services_of(settings: Settings, clock: Clock | None = None) -> Services:
    """Every room, wired. Touches no file and no server yet, except that SQLite's folder is made."""
    _refuse_unknown_signatures(settings)
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    clock = clock or SystemClock()
    database = Database(settings.sqlalchemy_url)
    kinds = kind_table()
    catalogue = Catalogue(database, clock, poll_ms=settings.poll_ms, notify=settings.notify)
    audit = Audit(database, clock)
    authority = Authority(database, catalogue, audit, clock)
    publishing = Publishing(database, kinds, clock, catalogue)
    vault, pdf = Vault(settings.data_key), PdfRenderer(settings.fonts_dir or None)
    drafts = Drafts(database, catalogue, vault, audit, clock, Oversight(authority, catalogue))
    notices = Notices(database, catalogue, clock, settings.base_url, pdf)
    documents = Documents(DocumentRooms(database, catalogue, vault, Papers.of(settings, vault), pdf, audit, clock, settings.base_url))
    entrustments = Entrustments(catalogue, clock)
    sending = Sending(catalogue, settings.connected, _connector)
    outbox = Outbox(database, vault, audit, clock, sending.way)
    commitments = Commitments(database, catalogue, vault, audit, clock, documents=documents)
    files = Files.of(settings)
    pictures = Pictures(Storage.of(settings), vault)
    events = Events(database)
    reviews = Reviews(ReviewRooms(database, catalogue, vault, audit, clock, outbox, pictures, sending.receivers, events.row))
    warnings = Warnings(WarningRooms(database, catalogue, clock, senses(_Feels(database), catalogue), outbox.push, settings.base_url), events, audit)
    rectifications = Rectifications(RectificationRooms(database, catalogue, vault, audit, clock, pictures))
    reviews.tell(rectifications.opening.open)
    cases = Cases(Rooms(database, catalogue, vault, audit, clock, drafts, files, documents, entrustments, outbox, commitments, reviews))
    commitments.verifications.tell(cases.decision_revoked)
    presenting = Presenting(catalogue)
    return Services(
        settings=settings,
        database=database,
        clock=clock,
        vault=vault,
        kinds=kinds,
        catalogue=catalogue,
        publishing=publishing,
        drafts=drafts,
        notices=notices,
        audit=audit,
        entrustments=entrustments,
        outbox=outbox,
        sending=sending,
        exchange=Exchange(ExchangeRooms(database, catalogue, outbox, audit, clock, sending, settings.base_url)),
        clients=Clients(database, vault, audit, clock),
        handovers=Handovers(database, audit, clock, SheetPaper(catalogue, documents, clock)),
        paper=PaperCases(database, catalogue),
        documents=documents,
        applicants=Applicants(database, vault, audit, clock),
        identity=_identity(settings),
        uploads=Uploads(database, vault, clock),
        statistics=Statistics(database, clock, Path(settings.data_dir) / "statistics"),
        authority=authority,
        commitments=commitments,
        reviews=reviews,
        rectifications=rectifications,
        indicators=Indicators(database, catalogue, clock, Path(settings.data_dir) / "statistics" / "reviews"),
        causes=Causes(database, catalogue, clock),
        warnings=warnings,
        cases=cases,
        importing=Importing(database, catalogue, vault, audit, clock),
        intakes=Intakes(database, vault, clock, cases.assembled, Shapes(catalogue, presenting, vault)),
        presenting=presenting,
        deadlines=Deadlines(database, catalogue, clock, lambda case: commitments.effective(case).promised),
    )


class _Feels(Senses):
    """What reviews and their handling feel."""

    def late(self, now: datetime, for_: timedelta) -> Sequence[Observation]:
        return late(self._database, now, for_)


def _connector(line: Line) -> Connector:
    if line.transport == targets.FRONT:
        return FrontDatabase(line.connection.url, budget=line.budget, connections=line.connections)
    if line.transport == targets.WEBHOOK:
        return Webhook(line.connection.url, line.connection.secret, budget=line.budget)
    if line.transport == targets.MAIL:
        return Mail(line.connection.url, line.connection.secret, line.recipients, budget=line.budget)
    if line.transport == targets.REVIEWS:
        given = line.connection
        envelope = TransactionEnvelope(given.mark, given.secret, SIGNATURES[given.signature])
        return ReviewPlatform(given.url, envelope, line.target, budget=line.budget)
    return HttpDepartment(line.connection.url, line.connection.secret, budget=line.budget)


def _refuse_unknown_signatures(settings: Settings) -> None:
    for name, connection in settings.connected.items():
        if connection.signature not in SIGNATURES:
            raise ConfigurationRefused(f"YICHUANG_CONNECTIONS 中 {name} 的签名方法不认识，可用：{'、'.join(SIGNATURES)}")


def _identity(settings: Settings) -> OidcProvider | None:
    """Who says who an applicant is; None where nobody is set."""
    if not settings.issuer:
        return None
    return OidcProvider(settings.issuer, settings.oidc_client_id, settings.oidc_client_secret, demonstration=not settings.production)


def initialise(settings: Settings) -> None:
    """Once before serving: tables, packaged definitions (all as release 1, later those of new kinds), demonstration accounts. Safe to repeat."""
    settings.refuse_unsafe()
    services = services_of(settings)
    try:
        upgrade(services.database)
        services.publishing.ensure_first_release(packaged())
        adopt(services.publishing, services.catalogue, services.kinds, packaged())
        admin.initialise(create_app(services))
        if settings.with_sandbox and settings.demo_accounts:
            terms = Terms(EVERY_DEPARTMENT, frozenset({"intakes.read"}), target="city_bus")
            services.clients.provide("市总线（沙盒）", terms, DEMO_BUS_KEY, SYSTEM, "演示：由沙盒城市使用")
    finally:
        services.database.dispose()


def build(settings: Settings, clock: Clock | None = None) -> App:
    """An application on an initialised database. Raises `ConfigurationRefused` for an unsafe production profile."""
    settings.refuse_unsafe()
    watching.configure_logs(settings.log_format)
    services = services_of(settings, clock)
    services.catalogue.refresh()
    flask = create_app(services)
    return App(settings, services, flask, fast.front(reviews_front(intakes_front(flask.wsgi_app, services), services), services))


class Preloaded:
    """Loaded once, then forked: every process begins following releases at its own first request."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._began_in = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if self._began_in != os.getpid():
            self._begin()
        return self._app.wsgi(environ, start_response)

    def _begin(self) -> None:
        with self._lock:
            if self._began_in == os.getpid():
                return
            self._app.services.database.leave_to_parent()
            self._app.services.catalogue.leave_to_parent()
            self._app.services.catalogue.refresh()
            self._app.start()
            self._began_in = os.getpid()


def preloaded() -> Preloaded:
    """For servers that load the application before they fork (gunicorn --preload)."""
    return Preloaded(build(settings_module.from_environment()))


def application() -> Wsgi:
    """What a WSGI server's worker process calls once, after fork or spawn; when it is asked to end, what was noted is written first."""
    app = build(settings_module.from_environment()).start()
    Finalize(None, app.stop, exitpriority=10)
    settle()
    return app.wsgi


def settle() -> None:
    """What stands now stands for good: the collector of garbage leaves it alone, and comes by less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTING)


