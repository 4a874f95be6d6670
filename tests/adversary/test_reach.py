"""Another street's case: every route, every role, every kind of number that can be guessed. Nothing of it is shown, nothing changes."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.adversary.conftest import Browser
from tests.adversary.doors import ACCOUNTS, ITEM, VALUES, addresses
from tests.yichuang.cases.conftest import HallAtWork
from yichuang import bootstrap
from yichuang.cases.draft import Content, Visitor
from yichuang.ports import Place
from yichuang.settings import Settings
from yichuang.web import guards

NAME, LABEL = "欧阳测隐", "欧**隐"
"""The applicant of the hidden cases, and as lists show it."""
ID_NO, PHONE = "110107198808080034", "13911112222"
HIDDEN_ITEM = "minimum_living"
OUTSIDERS = [name for name in ACCOUNTS if name not in {"street2", "manager"}] + ["stranger", "applicant"]
"""Everybody but the street's own clerk and the head of all halls; another street's approver, too."""
ENDS_THE_SESSION = {"AuthDBView.logout", "h5.logout"}
THEIRS = {"audit": ("Trail.",), "items": ("Deliveries.", "Exceptions.")}
"""The trail is the auditor's; what is pushed to departments is looked after for all halls: lists by number, one message with people masked."""
TOUCHED = ("cases", "case_steps", "case_materials", "corrections", "correction_points", "documents", "messages", "handovers", "handover_lines",
           "commitments", "verifications", "drafts")  # fmt: skip
PDF = b"%PDF-1.7 nothing"
EVERY_WORD = {
    "revision": 1, "key": "guessed", "action": "accept", "inputs": {}, "to": "clerk", "reason": "想看看", "text": LABEL, "window": "b12",
    "state": "received", "note": "改了", "item": ITEM, "code": "minimum_living_income", "files": [], "value": "x", "disputes": {},
}  # fmt: skip
"""A body with a word for every route that reads one."""


@dataclass
class Hidden:
    """A case of 古城街道 with everything that hangs on it, by the name of the address's argument."""

    values: dict[str, str]
    secrets: set[str] = field(default_factory=set)

    @property
    def case_id(self) -> str:
        return self.values["case_id"]


@pytest.fixture(scope="module")
def reach_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bootstrap.App]:
    """A house of its own: what is tried here would disturb others."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("reach")), port=28124)
    bootstrap.initialise(settings)
    app = bootstrap.build(settings)
    yield app
    app.stop()


@pytest.fixture(scope="module")
def hall(reach_house: bootstrap.App) -> HallAtWork:
    made = HallAtWork(reach_house.services, reach_house.services.clock)  # type: ignore[arg-type]
    made.windows |= {"street2": "gucheng_w1"}
    return made


@pytest.fixture(scope="module")
def hidden(hall: HallAtWork) -> Hidden:
    """Taken in, checked, accepted at 古城: receipt and notice issued, delivered, on a hand-over sheet, a commitment told, a draft begun."""
    who, services = hall.who("street2"), hall.services
    given = {"name": NAME, "id_no": ID_NO, "phone": PHONE}
    case_id = hall.receive(HIDDEN_ITEM, "street2", **given)
    file = services.cases.attach(case_id, _material(hall, case_id), "证明.pdf", PDF, who, hall.grants("street2"))
    hall.collect(case_id, "street2")
    services.cases.act(case_id, "accept", {}, who, hall.grants("street2"), None, "accepted")
    view = services.cases.view(case_id, who, hall.grants("street2"))
    reach = hall.grants("street2").reach("handover")
    sheet = services.handovers.open(Place(view["department"], "gucheng_hall"), who, reach)
    services.handovers.add(sheet.id, services.paper.entries([case_id], reach), who, reach)
    documents, deliveries = services.documents.of_case(case_id), services.outbox.of_case(case_id)
    assert documents and deliveries
    draft = hall.draft(HIDDEN_ITEM, "street2", **given)
    return Hidden(
        {
            **VALUES, "case_id": case_id, "draft_id": draft, "code": view["materials"][0]["code"], "digest": file["digest"],
            "document": documents[0].id, "document_id": documents[0].id, "delivery_id": deliveries[0].id, "delivery": deliveries[0].id,
            "sheet_id": sheet.id, "sheet": sheet.id, "key": case_id, "username": "nobody", "number": "999999",
        },
        {view["number"], NAME, LABEL, ID_NO, PHONE, sheet.number, *(document.number for document in documents if document.number)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def online(hall: HallAtWork) -> Hidden:
    """Handed in online to 古城 by an account of its own."""
    services = hall.services
    account = services.applicants.sign_in(_claims("owner", NAME, ID_NO))
    visitor = Visitor(services.applicants.secret_of(account))
    template = services.drafts.open(hall.draft(HIDDEN_ITEM, "street2"), hall.who("street2"))
    content = Content(template.content.situation, dict(template.content.answers) | {"name": NAME, "id_no": ID_NO, "phone": PHONE}, {})
    draft = services.drafts.start(HIDDEN_ITEM, visitor, content)
    number = services.cases.submit_online(draft.line.id, 1, visitor, account.id, account.party, hall="gucheng_hall")
    values = {**VALUES, "case_id": draft.line.id, "draft_id": draft.line.id, "key": draft.line.id, "username": "nobody", "number": "999999"}
    return Hidden(values, {number, NAME, LABEL, ID_NO, PHONE})


@pytest.fixture(scope="module")
def crowd(reach_house: bootstrap.App, hidden: Hidden, online: Hidden) -> Mapping[str, Browser]:
    guards.limiter.enabled = False
    browsers = {name: Browser(reach_house.wsgi) for name in [*ACCOUNTS, "stranger", "applicant"]}
    for name, username in ACCOUNTS.items():
        assert browsers[name].sign_in(username).status_code == 302
        if name in {"clerk", "clerk2", "lead"}:
            assert browsers[name].send("POST", "/desk/api/window", {"window": "b12"}).status_code == 200
    browsers["stranger"].visit()
    _log_in(reach_house, browsers["applicant"])
    return browsers


def _claims(subject: str, name: str, id_no: str) -> dict[str, str]:
    return {"iss": "https://id.invalid", "sub": subject, "name": name, "id_type": "111", "id_no": id_no, "phone_number": PHONE}


def _log_in(app: bootstrap.App, browser: Browser) -> None:
    """Another applicant, logged in."""
    account = app.services.applicants.sign_in(_claims("other", "路人乙", "110107199001010021") | {"phone_number": "13500000000"})
    now = int(app.services.clock.now().timestamp())
    signer = URLSafeSerializer(app.services.settings.secret_key, salt="applicant-session")
    cookie = signer.dumps({"account": account.id, "epoch": account.epoch, "began": now, "seen": now})
    browser.client.set_cookie("yichuang_applicant", cookie, path="/apply")
    browser.visit()


def _material(hall: HallAtWork, case_id: str) -> str:
    return str(hall.services.cases.view(case_id, hall.who("street2"), hall.grants("street2"))["materials"][0]["code"])


def standing(app: bootstrap.App, values: Mapping[str, str]) -> dict[str, Any]:
    """Every row that hangs on the case or the draft."""
    found: dict[str, Any] = {}
    with app.services.database.reading() as connection:
        for table in TOUCHED:
            column = {"cases": "id", "drafts": "id", "handovers": "id"}.get(table, "case_id")
            wanted = {"handovers": values.get("sheet_id", ""), "drafts": values["draft_id"]}.get(table, values["case_id"])
            if table == "correction_points":
                continue
            rows = connection.execute(text(f"SELECT * FROM {table} WHERE {column} = :wanted"), {"wanted": wanted}).all()
            found[table] = sorted(map(repr, rows))
    return found


def ask(browser: Browser, endpoint: str, method: str, path: str, values: Mapping[str, str]) -> TestResponse:
    """The request with everything that could help: a body with all words, a file where one is asked for."""
    if method == "GET":
        return browser.get(path, query_string={"draft": values["draft_id"], "case": values["case_id"]})
    if re.search(r"/files$|/materials/[^/]+$", path) and method == "POST":
        return browser.ask(method, path, data={"file": (BytesIO(PDF), "a.pdf"), "path": "x"})
    if endpoint[0].isupper():
        return browser.ask(method, path, data={"document": values.get("document", ""), "reason": "想看看", "title": "x"})
    return browser.send(method, path, EVERY_WORD | {"draft": values["draft_id"], "case": values["case_id"], "id": values["draft_id"]})


def readable(answer: TestResponse) -> str:
    """What stands in an answer, also inside of a spreadsheet."""
    content = answer.get_data()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("name", OUTSIDERS)
@pytest.mark.parametrize("which", ["hidden", "online"])
def test_nobody_else_sees_or_changes_anything_of_it_by_any_route(
    reach_house: bootstrap.App, crowd: Mapping[str, Browser], which: str, name: str, request: pytest.FixtureRequest
) -> None:
    target: Hidden = request.getfixturevalue(which)
    before, shown = standing(reach_house, target.values), []
    for endpoint, method, path in addresses(reach_house, target.values):
        if endpoint in ENDS_THE_SESSION or endpoint.startswith(THEIRS.get(name, ("-",))):
            continue
        answer = ask(crowd[name], endpoint, method, path, target.values)
        said = readable(answer)
        leaked = [secret for secret in target.secrets if secret in said]
        if leaked or answer.status_code == 500:
            shown.append((endpoint, method, answer.status_code, leaked))
        named = "case_id" in path or target.case_id in path
        if named and method == "GET" and answer.status_code not in (302, 401, 403, 404):
            shown.append((endpoint, method, answer.status_code, "answered"))
    assert shown == []
    assert standing(reach_house, target.values) == before


def test_the_auditor_sees_that_it_was_read_and_not_whose_it_is(crowd: Mapping[str, Browser], hidden: Hidden) -> None:
    page = crowd["audit"].get("/admin/audit/", query_string={"code": hidden.case_id}).text
    assert hidden.case_id in page
    assert not any(secret in page for secret in (NAME, LABEL, ID_NO, PHONE))


def test_who_looks_after_deliveries_sees_numbers_and_no_applicant(crowd: Mapping[str, Browser], hidden: Hidden) -> None:
    page = crowd["items"].get("/admin/deliveries/").text
    assert any(secret in page for secret in hidden.secrets if secret.startswith("110107-"))
    assert not any(secret in page for secret in (NAME, LABEL, ID_NO, PHONE))


def test_one_message_is_shown_with_people_masked_and_whole_to_nobody_without_the_power(crowd: Mapping[str, Browser], hidden: Hidden) -> None:
    for family in ("deliveries", "exceptions"):
        page = crowd["items"].get(f"/admin/{family}/{hidden.values['delivery']}").text
        assert LABEL in page and not any(secret in page for secret in (NAME, ID_NO, PHONE)), family
        assert crowd["items"].send("POST", f"/admin/{family}/{hidden.values['delivery']}/reveal", {}).status_code == 403
        assert crowd["lead"].get(f"/admin/{family}/{hidden.values['delivery']}").status_code == 404


@pytest.mark.parametrize("name", ["street2", "manager"])
def test_who_reaches_it_sees_it(crowd: Mapping[str, Browser], hidden: Hidden, name: str) -> None:
    """The counterpart: what is hidden above can be seen at all."""
    answer = crowd[name].get(f"/desk/cases/{hidden.case_id}")
    assert answer.status_code == 200
    assert LABEL in answer.text and ID_NO not in answer.text and NAME not in answer.text


def test_a_search_finds_nothing_beyond_ones_reach(crowd: Mapping[str, Browser], hidden: Hidden) -> None:
    number = next(secret for secret in hidden.secrets if secret.startswith("110107-"))
    for words in (number, NAME, ID_NO, LABEL):
        for name in ("clerk", "street", "lead", "approver_wjw", "delivery"):
            assert crowd[name].send("POST", "/desk/api/cases/search", {"text": words}).json["count"] == 0, (name, words)
    assert crowd["street2"].send("POST", "/desk/api/cases/search", {"text": number}).json["count"] == 1


def test_a_lead_opens_the_drafts_of_their_own_hall_only(crowd: Mapping[str, Browser], hidden: Hidden) -> None:
    own = crowd["clerk"].send("POST", "/desk/api/drafts", {"item": ITEM}).json["id"]
    assert crowd["lead"].get(f"/desk/api/drafts/{own}").status_code == 200
    assert crowd["lead"].get(f"/desk/api/drafts/{hidden.values['draft_id']}").status_code == 404


def test_a_shared_clerks_number_in_an_address_is_not_enough_to_reveal(crowd: Mapping[str, Browser], hidden: Hidden) -> None:
    """Whole values are for who has the power there, each time noted."""
    for name, status in (("street", 404), ("clerk", 404), ("manager", 403), ("street2", 200)):
        assert crowd[name].send("POST", f"/desk/api/cases/{hidden.case_id}/reveal", {}).status_code == status, name
    trail = crowd["audit"].get("/admin/audit/", query_string={"code": hidden.case_id, "action": "case.reveal"}).text
    assert "street2" in trail or "古城受理员" in trail
