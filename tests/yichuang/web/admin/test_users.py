"""Accounts, postings and roles as administrators keep them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from yichuang.ports import SYSTEM, Place

Login = Callable[..., FlaskClient]
REVIEWER = {
    "kind": "role", "code": "street_reviewer", "title": "街道复核员", "reach": "street", "powers": ["case.read", "statistics.read"],
}  # fmt: skip


@pytest.fixture
def define(built: Any) -> Callable[[dict[str, Any] | None], None]:
    """Publish the role, or take it away."""

    def publish(body: dict[str, Any] | None) -> None:
        publishing = built.services.publishing
        number = publishing.open("角色", SYSTEM)
        if body is None:
            publishing.remove(number, "role", "street_reviewer", SYSTEM)
        else:
            publishing.put(number, body, SYSTEM)
        publishing.publish(number, SYSTEM, "试")
        built.services.catalogue.refresh()

    return publish


def test_the_system_administrator_posts_a_member_and_the_trail_says_so(login: Login, built: Any) -> None:
    system = login("sysadmin")
    assert system.post("/admin/users/clerk/posting", data={"hall": "lugu_hall"}).status_code == 302
    assert built.services.authority.posting("clerk") == Place("", "lugu_hall", "lugu")
    assert "鲁谷街道便民服务中心 · 鲁谷街道" in system.get("/admin/users/").text
    assert "登记所属单位" in login("audit").get("/admin/audit/").text


@pytest.mark.parametrize(("form", "words"), [
    ({"hall": "nowhere"}, "没有这个大厅"), ({"department": "x"}, "没有这个部门"), ({"street": "x"}, "没有这个街道"),
    ({"hall": "lugu_hall", "street": "gucheng"}, "不在所选的街道"), ({"hall": "district_hall", "street": "gucheng"}, "不在所选的街道"),
])  # fmt: skip
def test_a_posting_that_does_not_fit_is_refused(login: Login, built: Any, form: dict[str, str], words: str) -> None:
    before = built.services.authority.posting("clerk")
    refused = login("sysadmin").post("/admin/users/clerk/posting", data=form)
    assert refused.status_code == 400 and words in refused.text
    assert built.services.authority.posting("clerk") == before


def test_only_the_system_administrator_posts(login: Login) -> None:
    for name in ("security", "audit", "items", "clerk"):
        assert login(name).post("/admin/users/clerk/posting", data={"hall": "lugu_hall"}).status_code == 403
    assert login("sysadmin").post("/admin/users/nobody/posting", data={}).status_code == 404


def test_a_defined_role_is_offered_given_and_works_and_gives_nothing_once_removed(login: Login, built: Any, define: Any) -> None:
    security, authority = login("security"), built.services.authority
    assert "街道复核员" not in security.get("/admin/users/").text
    assert security.post("/admin/users/clerk2/roles", data={"role": "STREET_REVIEWER"}).status_code == 400
    define(REVIEWER)
    assert "街道复核员" in security.get("/admin/users/").text
    assert security.post("/admin/users/clerk2/roles", data={"role": "STREET_REVIEWER"}).status_code == 302
    assert "未登记街道" in security.get("/admin/users/").text
    authority.post(SYSTEM, "clerk2", Place("", "bajiao_hall", "bajiao"))
    clerk = login("clerk2")
    assert clerk.get("/desk/api/drafts").status_code == 403
    assert clerk.get("/admin/definitions/item/").status_code == 403
    define(None)
    assert "STREET_REVIEWER 已无定义" in security.get("/admin/users/").text
    assert not authority.grants(_actor(built, "clerk2")).powers


def _actor(built: Any, name: str) -> Any:
    from yichuang.ports import Actor

    member = built.flask.extensions["yichuang.admin"].accounts.get(name)
    return Actor(name, roles=frozenset(role.name for role in member.roles))


def test_a_role_opens_the_admin_pages_it_names(login: Login, define: Any) -> None:
    define(REVIEWER | {"admin_pages": ["notices.read"]})
    login("security").post("/admin/users/delivery/roles", data={"role": "STREET_REVIEWER"})
    client = login("delivery")
    assert client.get("/admin/notices/").status_code == 200
    assert client.get("/admin/").headers["Location"] == "/admin/notices/"
    assert client.get("/admin/definitions/item/").status_code == 403
    assert client.get("/admin/users/").status_code == 403


def test_who_has_no_role_is_told_whom_to_ask(login: Login) -> None:
    login("security").post("/admin/users/delivery/roles", data={})
    refused = login("delivery").get("/admin/")
    assert refused.status_code == 403 and "安全管理员" in refused.text
