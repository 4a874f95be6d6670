"""Every route of the application, and to whom it is open. A route that stands in none of these lists fails the tests until somebody decides."""

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.access.roles import DEMO_ACCOUNTS
from yichuang.bootstrap import App
from yichuang.ports import Actor
from yichuang.web.admin.permissions import opened

ITEM = "food_business_new"
ACCOUNTS = {{"sysadmin": "system"}.get(account.username, account.username): account.username for account in DEMO_ACCOUNTS}
"""Short name → demonstration account: every role at least once."""

PUBLIC = {
    "home", "static", "guide.index", "guide.item", "h5.index", "h5.item", "h5.session_state", "h5.fill_in", "h5.start",
    "h5.login", "h5.returned", "h5.logout", "h5.signed_out",
    "api.listItems", "api.getItem", "api.getFormSchema", "api.decideChecklist", "api.validateAnswers", "api.issueNotice",
    "api.getNoticeQr", "api.getTable", "api.openapi", "api.docs", "api.listEntrustments", "watching.healthz", "watching.readyz", "watching.metrics",
    "AuthDBView.login", "AuthDBView.logout", "verify.verify", "review.page", "review.give", "review.answer",
    "open.reviews", "screen.page", "screen.bind", "desk.statistics_slash",
}  # fmt: skip
"""What anybody may ask for. A new public route must be added here on purpose."""

WITH_A_COOKIE = {"h5.save", "h5.resume", "h5.discard", "h5.prefill", "h5.attach", "h5.hand_in", "h5.take_out"}
"""The applicant's own draft: there is nothing without the cookie."""

APPLICANTS = {
    "h5.cases", "h5.case", "h5.receipt", "h5.document", "h5.own_file", "h5.submit", "h5.reopen", "h5.act", "h5.answer", "h5.take_back",
    "h5.supplement",
}  # fmt: skip
"""For applicants who have logged in; a member of staff is nobody there. `test_each_case_is_its_applicants_alone` tries other accounts."""

BY_DRAFT = {"h5.commitments", *(f"h5.commitment_{deed}" for deed in ("snapshot", "offer", "decline", "sign", "withdraw"))}
"""What hangs on an applicant's draft named in the question; without one there is nothing to ask. `test_reach` names other people's."""

MACHINES = {
    "screen.now",
    "api.listDeliveries", "api.getDelivery", "api.giveReceipt", "api.getIntake", "api.listIntakes", "api.batchIntakes", "api.getIntakeFile",
    "api.pushStep", "api.pushResult",
}  # fmt: skip
"""For departments' systems with a key of theirs; a person, signed in or not, is nobody there."""

ANYBODY_INSIDE = {"AuthDBView.account", "Overview.index", "desk.index", "desk.pulse", "desk.signed_in"}
"""Their own account; the way to where they work; the number of the release."""

OPENED_BY: Mapping[tuple[str, ...], set[str]] = {
    ("desk.fill",): {
        "desk.screen", "desk.screen_code", "desk.screen_release",
        "desk.choose_window", "desk.search", "desk.item", "desk.mine", "desk.start", "desk.resume", "desk.save", "desk.take_over",
        "desk.discard", "desk.renew", "desk.submit", "desk.on_paper", "desk.attach", "desk.notice", "desk.commitments",
        "desk.commitment_snapshot", "desk.commitment_offer", "desk.commitment_decline", "desk.commitment_sign", "desk.commitment_withdraw",
    },
    ("desk.fill", "case.read"): {"desk.session_state"},
    ("case.read",): {
        "desk.cases", "desk.waiting", "desk.search_cases", "desk.case", "desk.case_view", "desk.case_pulse", "desk.act", "desk.take",
        "desk.release", "desk.inbox", "desk.check_material", "desk.check_all", "desk.reuse", "desk.attach_material",
        "desk.detach_material", "desk.file", "desk.keep_file", "desk.answer_point", "desk.paper", "desk.void", "desk.form",
    },
    ("personal.reveal",): {"desk.reveal"},
    ("case.hand_over",): {"desk.hand_over", "desk.colleagues"},
    ("commitment.verify", "commitment.decide", "credit.manage"): {"desk.verifications"},
    ("commitment.verify", "commitment.decide"): {"desk.verification", "desk.evidence", "desk.verification_deed"},
    ("credit.manage",): {"desk.credit", "desk.credit_search", "desk.credit_add", "desk.credit_repair"},
    ("export",): {
        "NoticeFigures.spreadsheet", "DocumentRegister.spreadsheet", "DeadlineMoves.spreadsheet", "Changes.impact_spreadsheet",
        "CommitmentNumbers.spreadsheet", "Warnings.spreadsheet", "DoubleEntry.spreadsheet", "Entrusting.spreadsheet", "Deliveries.spreadsheet",
        "Reconciliation.figures", "Reconciliation.lines",
        "desk.statistics_sheet",
        "desk.statistics_ask_sheet", "desk.statistics_particularity_sheet",
    },
    ("document.void",): {"DocumentRegister.skip"},
    ("reviews.triage", "reviews.rectify", "reviews.approve", "reviews.contact"): {
        "desk.bad_reviews", "desk.bad_review", "desk.bad_review_picture", "desk.bad_review_contact", "desk.bad_review_act",
    },
    ("warnings.manage",): {"warned.now", "warned.stream"},
    ("delivery.manage", "exchange.manage"): {"Changes.exchange_trial"},
    ("delivery.manage",): {"Syncing.test"},
    ("handover",): {
        "desk.handovers", "desk.collect", "desk.handover", "desk.handover_paper", "desk.take_off", "desk.send", "desk.cancel",
        "desk.receive_sheet",
    },
    ("statistics.read",): {
        "desk.statistics", "desk.statistics_ask", "desk.statistics_forget", "desk.statistics_items",
        "desk.statistics_particularity", "desk.statistics_questions", "desk.statistics_save", "desk.statistics_saved",
    },
    ("reviews.figures",): {
        "desk.statistics_reviews", "desk.statistics_causes", "desk.statistics_reviews_ask", "desk.statistics_reviews_list",
        "desk.statistics_reviews_sheet", "desk.statistics_causes_sheet", "desk.statistics_reviews_ask_sheet",
    },
}  # fmt: skip
"""Any one of the powers → the desk's routes it opens. Admin pages bring the verb they ask for with them; some also want a power."""

VALUES = {
    "number": "1", "release": "1", "kind": "item", "code": ITEM, "username": ACCOUNTS["clerk"], "key": str(uuid.UUID(int=9)), "deed": "assign",
    "draft_id": str(uuid.UUID(int=7)), "case_id": str(uuid.UUID(int=7)), "document_id": str(uuid.UUID(int=8)), "correction_id": "c", "seq": "1",
    "digest": "0" * 64, "action": "accept", "notice": "ABCDEFGH", "filename": "css/base.css", "part": "counter", "correction": "c",
    "document": str(uuid.UUID(int=8)), "delivery": str(uuid.UUID(int=8)),
    "delivery_id": str(uuid.UUID(int=8)), "sheet_id": str(uuid.UUID(int=8)), "sheet": str(uuid.UUID(int=8)),
    "question_id": "1", "client": "nobody", "target": "nowhere", "run": str(uuid.UUID(int=8)),
    "intake": "110107-2026-9999999", "token": "x" * 22, "anomaly": str(uuid.UUID(int=8)), "review": str(uuid.UUID(int=8)),
    "warning": str(uuid.UUID(int=8)),
}  # fmt: skip
"""A value for every argument of an address; of nothing that exists."""


def addresses(app: App, values: Mapping[str, str] = VALUES) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, an address) of every route. Raises `KeyError` for an argument without a value: decide what it names."""
    for rule in app.flask.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, path


def verb_of(app: App, endpoint: str) -> str:
    """What an admin page's route asks for (`read`, `edit`, …); empty for other routes."""
    return str(getattr(app.flask.view_functions[endpoint], "_permission_name", ""))


def powers_of(endpoint: str) -> tuple[str, ...]:
    return next((powers for powers, endpoints in OPENED_BY.items() if endpoint in endpoints), ())


def undecided(app: App) -> set[str]:
    """Routes that nobody has put into a list and that ask for no verb."""
    listed = PUBLIC | WITH_A_COOKIE | APPLICANTS | BY_DRAFT | MACHINES | ANYBODY_INSIDE | set().union(*OPENED_BY.values())
    return {endpoint for endpoint in app.flask.view_functions if endpoint not in listed and not verb_of(app, endpoint)}


def inside(app: App, endpoint: str) -> set[str]:
    """Short names of the accounts for which a guarded route opens."""
    return {name for name, username in ACCOUNTS.items() if _opens(app, endpoint, username)}


def _opens(app: App, endpoint: str, username: str) -> bool:
    role = next(account.role for account in DEMO_ACCOUNTS if account.username == username)
    authority: Any = app.services.authority
    verb, powers = verb_of(app, endpoint), powers_of(endpoint)
    if verb and (verb, endpoint.split(".", maxsplit=1)[0]) not in opened([role], authority.roles()):
        return False
    grants = authority.grants(Actor(username, roles=frozenset({role})))
    return not powers or any(grants.may(power) for power in powers)
