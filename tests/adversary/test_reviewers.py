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
from yichuang.outbox.message import DeliveryQuery
from yichuang.ports import SYSTEM, Actor, Place
from yichuang.rectification.record import Deed, Wanted
from yichuang.reviews.review import Given
from yichuang.settings import Settings
from yichuang.web import guards

NAME, PHONE = "诸葛测评", "13911112222"
WORDS, TAG = "柜台说话难听极了", "服务态度差效率低"
REVIEWED = ("clerk", "clerk2", "lead", "delivery", "approver", "dept", "approver_wjw", "street")
"""The clerk of the service, their colleagues and lead, the responsible department with its administrator, and others who have no business with it."""
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
    services.authority.post(SYSTEM, "dept", Place(department="scjg"))
    hall = HallAtWork(services, services.clock)  # type: ignore[arg-type]
    case_id = hall.receive("food_business_new", "clerk", contact_phone=PHONE, operator_name=f"{NAME}餐饮有限公司")
    hall.collect(case_id, "clerk")
    services.cases.act(case_id, "accept", {}, hall.who("clerk"), hall.grants("clerk"), None, "accepted")
    *_, other, service = services.reviews.of_case(case_id)
    review = services.reviews.give(service.path.removeprefix("/r/"), Given(1, ["115"], WORDS, key="the page"))
    early = {name: services.rectifications.list(Wanted("all"), hall.who(name), hall.grants(name)).total for name in ("approver", "dept", "lead")}
    assert early == dict.fromkeys(early, 0), "before it is given to them, nobody there knows of it"
    with services.database.reading() as connection:
        key = str(connection.exec_driver_sql("SELECT id FROM rectifications").scalar_one())
    manager = Actor(CALLS_BACK, "大厅主任", frozenset({"SUPERVISOR"}))
    assign = Deed("assign", {"level": "normal"}, 1, "assigned")
    services.rectifications.act(key, assign, manager, services.authority.grants(manager))
    services.indicators.rolling.run()
    while services.intakes.assemble():
        pass
    services.warnings.watch.run()
    with services.database.reading() as connection:
        number = str(connection.exec_driver_sql(f"SELECT number FROM cases WHERE id = '{case_id}'").scalar_one())
        messages = connection.exec_driver_sql("SELECT id FROM messages WHERE topic = 'review'").scalars().all()
    message = str(messages[0]) if messages else VALUES["delivery"]
    return {
        **VALUES, "@fresh": other.path,
        "key": key, "case_id": case_id, "draft_id": case_id, "review": review.id, "delivery": message, "delivery_id": message,
        "document_id": VALUES["document_id"], "@number": number, "@key": key, "intake": number, "token": service.path.removeprefix("/r/"),
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


def test_the_department_sees_of_a_rare_service_what_was_said_and_nothing_of_when_and_where(
    planted: Mapping[str, str], staff: Mapping[str, Browser]
) -> None:
    path = f"/desk/reviews/{planted['@key']}"
    assert staff["lead"].get(path).status_code in (403, 404), "who serves at a counter has no business with it"
    for name in ("approver", "dept"):
        text = staff[name].get(path).text
        assert WORDS in text and TAG in text and "为保护评价人，这里没有显示" in text, name
        main = text[text.index('<div class="sheet-columns">') :]
        for found in ("窗口</dt>", "等候</dt>", "办理</dt>", "补正</dt>", "服务日期</dt>", "事项版本</dt>", "扫码"):
            assert found not in main, (name, found)
    assert "等候</dt>" in staff[CALLS_BACK].get(path).text


def test_figures_of_reviews_and_warnings_are_closed_to_whoever_may_be_reviewed(
    own_house: bootstrap.App, planted: Mapping[str, str], staff: Mapping[str, Browser]
) -> None:
    """Also when a role of theirs says otherwise: the manager is posted to the department and may no more."""
    paths = ("/desk/statistics/reviews", "/desk/statistics/reviews?by=tag", "/desk/statistics/causes", "/desk/statistics/reviews/ask",
             "/desk/statistics/reviews/list", "/desk/statistics/causes.xlsx", "/admin/reviews/", "/admin/warnings/")  # fmt: skip
    for path in paths:
        for name in REVIEWED:
            assert staff[name].get(path).status_code in (302, 403, 404), (name, path)
        assert staff[CALLS_BACK].get(path).status_code == 200, path
    authority = own_house.services.authority
    before = authority.posting(CALLS_BACK)
    authority.post(SYSTEM, CALLS_BACK, Place(department="scjg"))
    try:
        for path in paths:
            assert staff[CALLS_BACK].get(path).status_code in (302, 403, 404), path
    finally:
        authority.post(SYSTEM, CALLS_BACK, before)


def test_the_link_on_the_papers_tells_staff_nothing(own_house: bootstrap.App, planted: Mapping[str, str], staff: Mapping[str, Browser]) -> None:
    """The case's papers carry it: it looks as if nobody had reviewed, whatever is asked of it without reviewing."""
    path = f"/r/{planted['token']}"
    page = staff["approver"].get(path)
    assert page.status_code == 200 and "请评价这次服务" in page.text
    assert staff["approver"].send("POST", f"{path}/answer", {"key": "guessed-key"}).json == {"mine": False, "answer": None}
    assert staff["approver"].send("POST", path, {"grade": 1, "key": "guessed-key"}).status_code == 422
    again, fresh = (staff["approver"].send("POST", one, {"grade": 5, "key": f"guessed-key-{n}"}) for n, one in enumerate((path, planted["@fresh"])))
    assert again.status_code == fresh.status_code == 201 and again.data == fresh.data, "whether somebody reviewed can't be asked by reviewing"
    own = Browser(own_house.wsgi).send("POST", f"{path}/answer", {"key": "the page"})
    assert own.json["mine"] is True and own.json["answer"]["state"] == "已转责任部门"  # type: ignore[index]


def test_roles_together_and_another_posting_open_no_message_with_a_review(own_house: bootstrap.App, planted: Mapping[str, str]) -> None:
    services = own_house.services
    for roles, post in (
        ({"COUNTER_LEAD", "ITEM_ADMIN"}, Place(hall="district_hall")), ({"DEPT_APPROVER", "ITEM_ADMIN"}, Place("scjg")),
        ({"ITEM_ADMIN"}, Place("scjg")),
    ):  # fmt: skip
        who = Actor("several", "几个角色", frozenset(roles), None, post)
        grants = services.authority.grants(who)
        reach = grants.reach("exchange.manage") | grants.reach("delivery.manage")
        found = services.outbox.list(DeliveryQuery(limit=1000), reach)
        assert found and not [one for one in found if one.topic == "review"], roles
    whole = services.authority.grants(Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))).reach("delivery.manage")
    assert [one for one in services.outbox.list(DeliveryQuery(limit=1000), whole) if one.topic == "review"]


def test_when_reviews_go_to_the_city_is_no_page_of_the_reviewed(staff: Mapping[str, Browser]) -> None:
    for name in ("lead", "dept"):
        answer = staff[name].get("/admin/exchange/city_reviews")
        assert answer.status_code in (302, 403, 404), name
        assert "city_reviews" not in staff[name].get("/admin/exchange/").text, name


def test_the_display_shows_the_same_after_a_review_elsewhere(own_house: bootstrap.App) -> None:
    services = own_house.services
    hall = HallAtWork(services, services.clock)  # type: ignore[arg-type]
    case_id = hall.receive("food_business_new", "clerk")
    hall.collect(case_id, "clerk")
    services.cases.act(case_id, "accept", {}, hall.who("clerk"), hall.grants("clerk"), None, "accepted again")
    before = services.reviews.waiting_at("b12", 60)
    assert before is not None
    services.reviews.give(before.path.removeprefix("/r/"), Given(5, key="from a phone"))
    after = services.reviews.waiting_at("b12", 60)
    assert after is not None and after.id == before.id


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
