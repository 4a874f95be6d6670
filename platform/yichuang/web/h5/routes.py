"""`/apply` (find), `/apply/<item>` (fill in), and what the page asks for under `/apply/api/`."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_wtf.csrf import generate_csrf

from yichuang.applicants.service import LOG_IN
from yichuang.cases.draft import REVISING, DraftLine, content_of
from yichuang.cases.files import Files
from yichuang.errors import SignInNeeded
from yichuang.services import Services
from yichuang.web.drafting import revision_of, take_file
from yichuang.web.guards import limiter
from yichuang.web.guide.directory import find
from yichuang.web.h5 import cases, commitments, login, uploads
from yichuang.web.h5.filling import may_send, page_data
from yichuang.web.h5.sessions import Sessions
from yichuang.web.h5.visitors import Visitors
from yichuang.web.item_page import page_of
from yichuang.web.json import json_body, json_response

SAVES = "240/minute"


def blueprint(services: Services) -> Blueprint:
    pages = Blueprint("h5", __name__)
    drafts, sessions = services.drafts, Sessions(services)
    visitors = Visitors(services, sessions)
    pages.after_request(sessions.renew)
    pages.context_processor(lambda: {"account": sessions.account(), "login_offered": services.identity is not None})

    @pages.get("/apply")
    def index() -> str:
        q = request.args.get("q", "")[:64]
        items = [item for item in find(services, q) if item["form"]]
        return render_template("apply/index.html", q=q, items=items, mine=_mine(services, visitors))

    @pages.get("/apply/<code>")
    def item(code: str) -> str:
        snapshot = services.catalogue.current()
        if sessions.over:
            raise SignInNeeded(way=LOG_IN)
        begun = _begun(services, visitors, code)
        page = page_of(services.catalogue.at(begun.release) if begun else snapshot, code)
        is_open = snapshot.get("item", code)["state"] == "active" or bool(begun and begun.state == REVISING)
        sending, returned = may_send(page.body, sessions.account()), _returned(services, sessions, begun)
        return render_template("apply/item.html", page=page, open=is_open, sending=sending, returned=returned)

    @pages.get("/apply/api/session")
    def session_state() -> Response:
        return json_response({"csrf": generate_csrf()})

    @pages.get("/apply/api/items/<code>")
    @limiter.limit("120/minute")
    def fill_in(code: str) -> Response:
        """The item with its phone form, and what this browser has begun of it."""
        who, begun = visitors.visitor(), _begun(services, visitors, code)
        draft = drafts.open(begun.id, who) if begun and who else None
        return json_response(page_data(services, code, draft, sessions.account()))

    _drafts(pages, services, visitors)
    commitments.install(pages, services, sessions, visitors)
    login.install(pages, services, sessions, visitors)
    uploads.install(pages, services, sessions, visitors)
    cases.install(pages, services, sessions, visitors)
    return pages


def _drafts(pages: Blueprint, services: Services, visitors: Visitors) -> None:
    drafts, files, known = services.drafts, Files.of(services.settings), visitors.known

    @pages.post("/apply/api/drafts")
    @limiter.limit("20/minute")
    def start() -> Response:
        who, body = visitors.welcome(), json_body()
        draft = drafts.start(str(body.get("item")), who, content_of(body), body.get("id"))
        return visitors.remember(json_response(draft.as_dict(), 201), who)

    @pages.put("/apply/api/drafts/<draft_id>")
    @limiter.limit(SAVES)
    def save(draft_id: str) -> Response:
        body = json_body()
        return json_response(drafts.save(draft_id, revision_of(body), content_of(body), known()).as_dict())

    @pages.get("/apply/api/drafts/<draft_id>")
    def resume(draft_id: str) -> Response:
        return json_response({"draft": drafts.open(draft_id, known()).as_dict()})

    @pages.delete("/apply/api/drafts/<draft_id>")
    def discard(draft_id: str) -> Response:
        drafts.discard(draft_id, known())
        files.drop(draft_id)
        services.uploads.drop(draft_id)
        return json_response({"id": draft_id})

    @pages.post("/apply/api/drafts/<draft_id>/prefill")
    @limiter.limit("10/minute")
    def prefill(draft_id: str) -> Response:
        """Check once more on the server; the code is given in any case, with what is still missing."""
        who = known()
        problems = drafts.problems(draft_id, who)
        code, until = drafts.prefill(draft_id, who)
        return json_response({"code": code, "until": until, "problems": [p.as_dict() for p in problems]})

    @pages.post("/apply/api/drafts/<draft_id>/files")
    @limiter.limit("60/hour")
    def attach(draft_id: str) -> Response:
        return json_response(take_file(services, drafts.open(draft_id, known()).line, files), 201)


def _begun(services: Services, visitors: Visitors, code: str) -> DraftLine | None:
    who = visitors.visitor()
    lines = services.drafts.of_visitor(who, code) if who else ()
    return lines[0] if lines else None


def _returned(services: Services, sessions: Sessions, begun: DraftLine | None) -> list[dict[str, str]]:
    """Why pre-review gave the application back that is being changed here."""
    account = sessions.account()
    if account is None or begun is None or begun.state != REVISING:
        return []
    told: list[dict[str, str]] = services.cases.public_view(begun.id, account.id)["opinion"]
    return told


def _mine(services: Services, visitors: Visitors) -> list[dict[str, Any]]:
    who = visitors.visitor()
    return [draft.as_dict() for draft in services.drafts.of_visitor(who)] if who else []
