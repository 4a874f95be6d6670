"""Whoever is reviewed, and their department, can't find out who reviewed: not from any page, export, answer or log.

They may see the case, and they may see the review; nothing they see joins the two. Words are what somebody wrote: what is in them, they told.
"""

import io
import logging
from collections.abc import Iterator, Mapping

import pytest
import structlog

from tests.adversary.conftest import Browser
from tests.adversary.doors import ACCOUNTS, VALUES, addresses
from tests.adversary.test_reach import readable
from tests.yichuang.cases.conftest import HallAtWork
from yichuang import bootstrap
from yichuang.reviews.review import Given
from yichuang.settings import Settings
from yichuang.web import guards

NAME, PHONE = "诸葛测评", "13911112222"
WORDS, TAG = "柜台说话难听极了", "服务态度差效率低"
REVIEWED = ("clerk", "clerk2", "lead", "delivery", "approver", "dept", "approver_wjw", "street")
"""The clerk of the service, their colleagues and lead, the responsible department, and others who have no business with it."""
CALLS_BACK = "manager"


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bootstrap.App]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("reviewers")), port=28125)
    bootstrap.initialise(settings)
    app = bootstrap.build(settings)
    yield app
    app.stop()


@pytest.fixture(scope="module")
def planted(own_house: bootstrap.App) -> Mapping[str, str]:
    """A bad review of a service by `clerk`, being put right by the department; values for addresses."""
    services = own_house.services
    hall = HallAtWork(services, services.clock)  # type: ignore[arg-type]
    case_id = hall.receive("food_business_new", "clerk", contact_phone=PHONE, operator_name=f"{NAME}餐饮有限公司")
    hall.collect(case_id, "clerk")
    services.cases.act(case_id, "accept", {}, hall.who("clerk"), hall.grants("clerk"), None, "accepted")
    service = services.reviews.of_case(case_id)[-1]
    review = services.reviews.give(service.path.removeprefix("/r/"), Given(1, ["115"], WORDS, key="the page"))
    services.indicators.rolling.run()
    while services.intakes.assemble():
        pass
    services.warnings.watch.run()
    with services.database.reading() as connection:
        key = str(connection.exec_driver_sql("SELECT id FROM rectifications").scalar_one())
        number = str(connection.exec_driver_sql(f"SELECT number FROM cases WHERE id = '{case_id}'").scalar_one())
        messages = connection.exec_driver_sql("SELECT id FROM messages WHERE topic = 'review'").scalars().all()
    message = str(messages[0]) if messages else VALUES["delivery"]
    return {
        **VALUES, "key": key, "case_id": case_id, "draft_id": case_id, "review": review.id, "delivery": message, "delivery_id": message,
        "document_id": VALUES["document_id"], "@number": number, "@key": key, "intake": number,
    }  # fmt: skip


@pytest.fixture(scope="module")
def staff(own_house: bootstrap.App) -> Mapping[str, Browser]:
    guards.limiter.enabled = False
    browsers = {name: Browser(own_house.wsgi) for name in (*REVIEWED, CALLS_BACK)}
    for name, browser in browsers.items():
        assert browser.sign_in(ACCOUNTS[name]).status_code == 302
    return browsers


def joined(text: str, planted: Mapping[str, str]) -> set[str]:
    """What of the reviewer stands in the same answer as the review; empty where one of the two is missing."""
    review = [mark for mark in (WORDS, TAG, planted["@key"][:6]) if mark in text]
    person = {mark for mark in (NAME, PHONE, planted["@number"], planted["case_id"]) if mark in text}
    return person if review else set()


def test_no_page_or_export_joins_the_review_with_who_gave_it(
    own_house: bootstrap.App, planted: Mapping[str, str], staff: Mapping[str, Browser]
) -> None:
    wrong, seen = [], set()
    for endpoint, method, path in addresses(own_house, {name: value for name, value in planted.items() if name[0] != "@"}):
        if method != "GET" or endpoint in ("AuthDBView.logout", "h5.logout", "warned.stream"):
            continue
        for name in REVIEWED:
            for query in ({}, {"by": "window", "member": "b12", "tab": "all"}):
                text = readable(staff[name].get(path, query_string=query))
                if WORDS in text or TAG in text:
                    seen.add(endpoint)
                if found := joined(text, planted):
                    wrong.append((name, endpoint, sorted(found)))
    assert wrong == []
    assert "desk.bad_review" in seen, "the department does see the review itself"


def test_the_person_reviewed_and_strangers_to_it_see_no_review_at_all(planted: Mapping[str, str], staff: Mapping[str, Browser]) -> None:
    for name in ("clerk", "clerk2", "delivery", "street", "approver_wjw"):
        key, case_id = planted["@key"], planted["case_id"]
        for path in (f"/desk/reviews/{key}", "/desk/reviews?tab=all", "/desk/statistics/reviews/list", f"/desk/cases/{case_id}"):
            text = staff[name].get(path).text
            assert WORDS not in text and planted["@key"] not in text, (name, path)


def test_who_reviewed_is_given_to_nobody_of_the_department(planted: Mapping[str, str], staff: Mapping[str, Browser]) -> None:
    path = f"/desk/reviews/{planted['@key']}/contact"
    for name in REVIEWED:
        answer = staff[name].ask("POST", path)
        assert answer.status_code in (403, 404) and PHONE not in answer.text and NAME not in answer.text, name
    answer = staff[CALLS_BACK].ask("POST", path)
    assert answer.status_code == 200 and PHONE in answer.text


def test_the_departments_steps_leave_nothing_of_it_in_the_log(
    own_house: bootstrap.App, planted: Mapping[str, str], staff: Mapping[str, Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    monkeypatch.setattr(structlog.get_config()["logger_factory"], "_file", written, raising=False)
    path = f"/desk/reviews/{planted['@key']}"
    staff[CALLS_BACK].ask("POST", f"{path}/act", data={"action": "assign", "revision": "1", "key": "one", "level": "normal"})
    staff["approver"].ask("POST", f"{path}/act", data={"action": "take", "revision": "2", "key": "two"})
    staff["approver"].get(path)
    staff[CALLS_BACK].ask("POST", f"{path}/contact")
    logging.getLogger().removeHandler(handler)
    text = written.getvalue()
    for secret in (NAME, PHONE, WORDS, planted["@number"]):
        assert secret not in text
    with own_house.services.database.reading() as connection:
        trail = connection.exec_driver_sql("SELECT actor, action, object_code, detail FROM audit_entries WHERE object_kind = 'review'").all()
    assert any(row.action == "review.reviewer_read" for row in trail)
    assert not any(secret in repr(tuple(row)) for row in trail for secret in (NAME, PHONE, WORDS, planted["@number"], planted["case_id"]))
