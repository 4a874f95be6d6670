"""What the pages may use: one frozen bundle, made in `yichuang.bootstrap` and passed to every blueprint."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectors.oidc import OidcProvider
    from yichuang.access.service import Authority
    from yichuang.access.vault import Vault
    from yichuang.applicants.service import Applicants
    from yichuang.audit.service import Audit
    from yichuang.cases.casework import Cases
    from yichuang.cases.deadlines import Deadlines
    from yichuang.cases.importing import Importing
    from yichuang.cases.paper import PaperCases
    from yichuang.cases.service import Drafts
    from yichuang.cases.uploads import Uploads
    from yichuang.catalogue.feed import Catalogue
    from yichuang.catalogue.kinds import KindTable
    from yichuang.catalogue.service import Publishing
    from yichuang.causes.service import Causes
    from yichuang.clients.service import Clients
    from yichuang.commitment.service import Commitments
    from yichuang.database import Database
    from yichuang.documents.service import Documents
    from yichuang.entrustment.handovers import Handovers
    from yichuang.entrustment.service import Entrustments
    from yichuang.exchange.intakes import Intakes
    from yichuang.exchange.presenting import Presenting
    from yichuang.exchange.sending import Sending
    from yichuang.exchange.service import Exchange
    from yichuang.indicators.service import Indicators
    from yichuang.notices.service import Notices
    from yichuang.outbox.service import Outbox
    from yichuang.ports import Clock
    from yichuang.rectification.service import Rectifications
    from yichuang.reviews.service import Reviews
    from yichuang.settings import Settings
    from yichuang.statistics.service import Statistics
    from yichuang.warnings.service import Warnings


@dataclass(frozen=True, slots=True)
class Services:
    settings: "Settings"
    database: "Database"
    clock: "Clock"
    vault: "Vault"
    kinds: "KindTable"
    catalogue: "Catalogue"
    publishing: "Publishing"
    drafts: "Drafts"
    notices: "Notices"
    audit: "Audit"
    entrustments: "Entrustments"
    outbox: "Outbox"
    sending: "Sending"
    exchange: "Exchange"
    clients: "Clients"
    handovers: "Handovers"
    paper: "PaperCases"
    documents: "Documents"
    applicants: "Applicants"
    identity: "OidcProvider | None"
    uploads: "Uploads"
    authority: "Authority"
    commitments: "Commitments"
    reviews: "Reviews"
    statistics: "Statistics"
    rectifications: "Rectifications"
    indicators: "Indicators"
    causes: "Causes"
    warnings: "Warnings"
    cases: "Cases"
    importing: "Importing"
    intakes: "Intakes"
    presenting: "Presenting"
    deadlines: "Deadlines"
