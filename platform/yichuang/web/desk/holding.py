"""Whose hands a case is in: taken, let go, and given to somebody else by a lead."""

from typing import Any

from flask import Blueprint, Response

from yichuang.errors import InputRefused
from yichuang.services import Services
from yichuang.web.desk.cases import reader, shown
from yichuang.web.desk.people import name_of
from yichuang.web.json import json_body, json_response


def install(pages: Blueprint, services: Services) -> None:
    @pages.post("/desk/api/cases/<case_id>/take")
    def take(case_id: str) -> Response:
        services.cases.take(case_id, *reader())
        return shown(services, case_id)

    @pages.post("/desk/api/cases/<case_id>/release")
    def release(case_id: str) -> Response:
        services.cases.release(case_id, *reader())
        return shown(services, case_id)

    @pages.get("/desk/api/cases/<case_id>/colleagues")
    def colleagues(case_id: str) -> Response:
        """Whom a lead may give the case to: `[{name, title}]`, oneself first."""
        who, given = reader()
        given.require("case.hand_over")
        view = services.cases.view(case_id, who, given)
        others = [{"name": name, "title": name_of(name)} for name in _near(services, view) if name != who.name]
        return json_response({"people": [{"name": who.name, "title": f"{who.title}（本人接手）"}, *others]})

    @pages.post("/desk/api/cases/<case_id>/hand-over")
    def hand_over(case_id: str) -> Response:
        who, given = reader()
        given.require("case.hand_over")
        body = json_body()
        to = str(body.get("to") or who.name)
        if to != who.name and to not in _near(services, services.cases.view(case_id, who, given)):
            raise InputRefused("请从名单中选择", problems=[{"field": "to", "message": "须为本大厅或本部门的工作人员"}])
        services.cases.hand_over(case_id, to, str(body.get("reason") or ""), who, given)
        return shown(services, case_id)


def _near(services: Services, view: dict[str, Any]) -> list[str]:
    """Accounts posted to the case's hall; once it is with the department, to that."""
    posted = services.authority.postings()
    if view["phase"] in ("reviewing", "deciding"):
        return sorted(name for name, place in posted.items() if place.department and place.department == view["department"])
    return sorted(name for name, place in posted.items() if place.hall and place.hall == view["hall"])
