"""An applicant's case is theirs alone: every route under /apply that knows a case, tried by others who know its number."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer

from tests.adversary.conftest import Browser
from tests.definitions.answering import FITTING, answers_for
from yichuang.applicants.account import Account
from yichuang.bootstrap import App
from yichuang.cases.draft import Content, Visitor
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.web.h5.sessions import COOKIE

ITEM = "elderly_allowance"
LIN = {"iss": "https://id.example", "sub": "1", "name": "林若溪", "id_type": "111", "id_no": "110107199001010021", "phone_number": "13900000001"}
HE = LIN | {"sub": "2", "name": "何志远", "id_no": "110107198512314217"}
ELDER = {"name": "苏桂兰", "id_no": "110107193509010025"}
TOLD = {"as": "agent", "hall": "bajiao_hall", "principal": ELDER | {"kind": "1", "phone": "13900000004"}}


def case_of(house: App, account: Account) -> str:
    """A case the account sent in for somebody else."""
    services = house.services
    visitor = Visitor(services.applicants.secret_of(account))
    made = services.catalogue.current().compiled(compile_item, ITEM)
    situation = FITTING[ITEM][0] | {"handler": "agent", "agent_kind": "other"}
    agent = {"name": "林若溪", "id_type": "111", "id_no": LIN["id_no"], "phone": "13900000001"}
    facts = made.with_situation(situation, everyday_facts(made.body, services.clock.now().date()))
    answers = answers_for(made, facts, **FITTING[ITEM][1] | ELDER, agent=agent)
    draft = services.drafts.start(ITEM, visitor, Content(situation, answers, TOLD)).line.id
    for material in made.body["materials"]:
        file = services.cases._rooms.files.store(draft, f"{material['code']}.pdf", b"%PDF-1.7 secret paper")
        services.uploads.add(draft, material["code"], file)
    services.cases.send_in(draft, 1, visitor, account)
    return draft


def as_applicant(house: App, browser: Browser, account: Account) -> Browser:
    now = int(house.services.clock.now().timestamp())
    session = {"account": account.id, "epoch": account.epoch, "began": now, "seen": now}
    signed = URLSafeSerializer(house.settings.secret_key, salt="applicant-session").dumps(session)
    browser.client.set_cookie(COOKIE, signed, path="/apply")
    return browser


@pytest.fixture
def others_case(house: App) -> tuple[str, Account]:
    account = house.services.applicants.sign_in(LIN)
    return case_of(house, account), account


def addresses(house: App, case: str, digest: str) -> Iterator[tuple[str, str]]:
    values = {
        "case_id": case, "draft_id": case, "document_id": "x", "correction_id": "c", "seq": "1", "digest": digest, "action": "withdraw",
        "code": "agent_id",
    }  # fmt: skip
    for rule in house.flask.url_map.iter_rules():
        if rule.endpoint.startswith("h5.") and re.search(r"<(case_id|draft_id)>", rule.rule):
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], rule.rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, path


def tried(browser: Browser, method: str, path: str) -> Any:
    body = {"revision": 2, "inputs": {"reason": "x"}, "key": "k", "answers": {}}
    return browser.ask(method, path, json=body if method != "GET" else None)


def test_each_case_is_its_applicants_alone(house: App, new_browser: Callable[[], Browser], others_case: tuple[str, Account]) -> None:
    case, owner = others_case
    digest = house.services.cases.files_of(case)["agent_id"][0]["digest"]
    thief = as_applicant(house, new_browser().visit(), house.services.applicants.sign_in(HE))
    walked = 0
    for method, path in addresses(house, case, digest):
        answer = tried(thief, method, path)
        assert answer.status_code in (400, 404), (method, path, answer.status_code)
        assert "苏" not in answer.text
        assert "secret paper" not in answer.text
        walked += 1
    assert walked >= 14
    assert house.services.cases.public_view(case, owner.id)["state"] == "submitted"
    assert thief.get("/apply/cases").text.count("/apply/cases/") == 0


def test_nobody_and_no_member_of_staff_gets_in_through_the_applicants_door(
    house: App, new_browser: Callable[[], Browser], people: Any, others_case: tuple[str, Account]
) -> None:
    case, _owner = others_case
    for browser in (new_browser().visit(), people["clerk"], people["lead"]):
        for method, path in addresses(house, case, "0" * 64):
            answer = tried(browser, method, path)
            assert answer.status_code in (302, 401, 404), (method, path, answer.status_code)
            assert "苏" not in answer.text


def test_the_owner_does_get_in(house: App, new_browser: Callable[[], Browser], others_case: tuple[str, Account]) -> None:
    """The counterpart: the refusals above are not refusals of everything."""
    case, owner = others_case
    own = as_applicant(house, new_browser().visit(), owner)
    digest = house.services.cases.files_of(case)["agent_id"][0]["digest"]
    assert "苏*兰" in own.get(f"/apply/cases/{case}").text
    assert own.get(f"/apply/cases/{case}/receipt").status_code == 200
    paper = own.get(f"/apply/cases/{case}/files/{digest}")
    assert paper.data == b"%PDF-1.7 secret paper"
    assert paper.headers["Content-Disposition"].startswith("attachment")
    gone = own.send("POST", f"/apply/api/cases/{case}/actions/withdraw", {"inputs": {"reason": "改到窗口"}, "key": "k1"})
    assert gone.status_code == 200
    assert house.services.cases.public_view(case, owner.id)["state"] == "withdrawn"
