"""The applicant's side of notification-and-commitment: their own draft. Whoever signs is logged in: a signature needs a known hand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint

from yichuang.applicants.account import Account
from yichuang.cases.applications import application_of
from yichuang.cases.representation import parties_online
from yichuang.commitment.service import SIGNERS
from yichuang.errors import InputRefused
from yichuang.ports import Actor, Application
from yichuang.services import Services
from yichuang.web import commitments
from yichuang.web.h5.sessions import Sessions
from yichuang.web.h5.visitors import Visitors

NOBODY = Actor("visitor", "申请人")
LOG_IN_FIRST = "登录后可以在网上签署承诺书；也可以取预填码，到窗口签署"


def install(pages: Blueprint, services: Services, sessions: Sessions, visitors: Visitors) -> None:
    def find(told: Mapping[str, Any], writing: bool) -> commitments.Asked:
        if not told.get("draft"):
            raise InputRefused("缺少填报编号", problems=[{"field": "draft", "message": "请刷新页面"}])
        account = sessions.required() if writing else sessions.account()
        draft = services.drafts.glance(str(told["draft"]), visitors.known())
        application = application_of(services.catalogue.at(draft.line.release), draft, services.clock.now().date())
        if account is None:
            return commitments.Asked(application, NOBODY, {}, LOG_IN_FIRST)
        application = represented(account, application, draft.content.applicant)
        return commitments.Asked(application, account.actor, hands(account, application))

    commitments.install(pages, services, "/apply/api/commitments", find)


def represented(account: Account, application: Application, told: Mapping[str, Any]) -> Application:
    """With the parties as the log-in knows them, once it is said for whom. An organisation's own operator is nobody's agent."""
    if told.get("as"):
        try:
            party, agent = parties_online(account, told)
        except InputRefused:
            return application
        application = replace(application, applicant=party, agent=agent)
    own = account.party.organisation and account.party.key == application.applicant.key
    return replace(application, agent=None) if own else application


def hands(account: Account, application: Application) -> dict[str, str]:
    """As whom the logged-in may sign: the applicant when the numbers are the same, else the agent when theirs are."""
    if account.party.key and account.party.key == application.applicant.key:
        return {"applicant": SIGNERS["applicant"]}
    agent = application.agent
    return {"agent": SIGNERS["agent"]} if agent is not None and agent.key and agent.key == account.acting.key else {}
