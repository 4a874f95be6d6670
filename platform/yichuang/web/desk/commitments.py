"""The desk's side of notification-and-commitment: a clerk's draft, or a case within their reach."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint

from yichuang.cases.applications import application_of
from yichuang.commitment.service import SIGNERS
from yichuang.errors import InputRefused
from yichuang.flows.compiled import compile_item_flow
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.web import commitments
from yichuang.web.session import grants, holder

POWER = "commitment.offer"
EARLY = ("applying", "receiving", "correcting")
"""Phases of a flow before the case is accepted."""
CLOSED = "由办理窗口的受理员办理告知承诺"


def install(pages: Blueprint, services: Services, clerk: Callable[[], Actor]) -> None:
    def find(told: Mapping[str, Any], writing: bool) -> commitments.Asked:
        if told.get("case"):
            return _case(services, str(told["case"]), writing)
        who = clerk()
        if writing:
            grants().require(POWER)
        if told.get("draft"):
            return commitments.Asked(_draft(services, str(told["draft"]), who), who, SIGNERS)
        raise InputRefused("缺少填报编号", problems=[{"field": "draft", "message": "请刷新页面"}])

    commitments.install(pages, services, "/desk/api/commitments", find)


def _case(services: Services, key: str, writing: bool) -> commitments.Asked:
    who = holder("case.read")
    application = services.cases.application(key, grants())
    if writing:
        grants().require(POWER, application.place)
    may = grants().may(POWER) and grants().reach(POWER).covers(application.place)
    flow = services.catalogue.at(application.release).compiled(compile_item_flow, application.item)
    late = flow.states[application.state].phase not in EARLY
    return commitments.Asked(application, who, SIGNERS, "" if may else CLOSED, late, not may)


def _draft(services: Services, key: str, who: Actor) -> Any:
    draft = services.drafts.glance(key, who)
    return application_of(services.catalogue.at(draft.line.release), draft, services.clock.now().date(), who.window or "")
