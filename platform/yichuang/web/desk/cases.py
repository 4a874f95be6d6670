"""`/desk/cases`: the work list, the search, one case and everything that is done to it. Thin: parse, call the service, render."""

from flask import Blueprint, Response, render_template
from flask_limiter.util import get_remote_address

from yichuang.access.grants import Grants
from yichuang.errors import InputRefused
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.web.desk.case_page import CasePage
from yichuang.web.desk.people import named
from yichuang.web.desk.queries import choices, query_of
from yichuang.web.desk.queue import queue
from yichuang.web.drafting import revision_of
from yichuang.web.guards import limiter
from yichuang.web.json import json_body, json_response
from yichuang.web.session import actor, grants, member

LONGEST_KEY = 64


def reader() -> tuple[Actor, Grants]:
    """Who may look at cases at all; raises `NotAllowed` otherwise. How far is the service's to say."""
    who, given = member(), grants()
    given.require("case.read")
    return who, given


def by_member() -> str:
    """Limits are counted for each member: a whole hall may share one address."""
    who = actor()
    return who.name if who else get_remote_address()


def install(pages: Blueprint, services: Services) -> None:
    _lists(pages, services)
    _one(pages, services)
    _deeds(pages, services)


def _lists(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/cases")
    def cases() -> str:
        who, given = reader()
        groups = queue(services, services.cases.worklist(who, given)["groups"], given, "counter")
        return render_template("desk/cases.html", groups=groups, choices=choices(services), title="办件", where="cases")

    @pages.get("/desk/api/cases/queue/<part>")
    def waiting(part: str) -> Response:
        """The work list again, as HTML to be put in place of the old one."""
        who, given = reader()
        groups = queue(services, services.cases.worklist(who, given)["groups"], given, part)
        return json_response({"html": render_template("desk/queue.html", groups=groups)})

    @pages.post("/desk/api/cases/search")
    @limiter.limit("120/minute", key_func=by_member)
    def search_cases() -> Response:
        """By POST, so that names and ID numbers stand in no address and no log."""
        who, given = reader()
        found = services.cases.search(query_of(json_body()), who, given)
        lines = render_template("desk/lines.html", cases=[named(line) for line in found["cases"]])
        return json_response({"html": lines, "count": len(found["cases"]), "more": found["more"], "note": found.get("note", "")})


def _one(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/cases/<case_id>")
    def case(case_id: str) -> str:
        who, given = reader()
        page = CasePage(services, services.cases.view(case_id, who, given), given)
        return render_template("desk/case.html", **page.context())

    @pages.get("/desk/api/cases/<case_id>")
    def case_view(case_id: str) -> Response:
        return shown(services, case_id)

    @pages.get("/desk/api/cases/<case_id>/pulse")
    def case_pulse(case_id: str) -> Response:
        """Asked every few seconds: whether somebody else acted on the case or has it in hand."""
        return json_response(services.cases.pulse(case_id, reader()[1]))

    @pages.post("/desk/api/cases/<case_id>/reveal")
    @limiter.limit("60/minute", key_func=by_member)
    def reveal(case_id: str) -> Response:
        who, given = reader()
        given.require("personal.reveal")
        return CasePage(services, services.cases.view(case_id, who, given, reveal=True), given, revealed=True).response()


def _deeds(pages: Blueprint, services: Services) -> None:
    @pages.post("/desk/api/cases/<case_id>/act")
    def act(case_id: str) -> Response:
        (who, given), body = reader(), json_body()
        action, inputs, key = body.get("action"), body.get("inputs") or {}, body.get("key")
        if not isinstance(action, str) or not isinstance(inputs, dict):
            raise InputRefused("操作不完整，请刷新页面后再试", problems=[{"field": "action", "message": "须写明操作和内容"}])
        if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
            raise InputRefused("缺少操作编号，请刷新页面后再试", problems=[{"field": "key", "message": "须为 1–64 个字符"}])
        services.cases.act(case_id, action, inputs, who, given, revision_of(body), key)
        return shown(services, case_id)


def shown(services: Services, case_id: str, status: int = 200) -> Response:
    """The case as it stands now, for the page's script."""
    who, given = reader()
    return CasePage(services, services.cases.view(case_id, who, given), given).response(status)
