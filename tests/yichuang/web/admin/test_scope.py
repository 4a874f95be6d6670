"""A department edits what is its own, and nothing else: refused in words, by every way into a change set."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.catalogue.belonging import Belonging
from yichuang.catalogue.documents import write
from yichuang.ports import SYSTEM, Place

Login = Callable[..., FlaskClient]
OWN, FOREIGN = "clinic_filing", "food_business_new"
"""Items of 区卫生健康委 and of 区市场监管局."""


def begin(client: FlaskClient, code: str, kind: str = "item") -> Any:
    return client.post(f"/admin/definitions/{kind}/{code}/edit")


def test_the_list_marks_what_may_be_edited(login: Login) -> None:
    page = login("dept").get("/admin/definitions/item/").text
    assert f'action="/admin/definitions/item/{OWN}/edit"' in page
    assert f'action="/admin/definitions/item/{FOREIGN}/edit"' not in page
    assert "只读" in page and "属于区市场监管局，您只能编辑本部门的定义" in page
    mine = login("dept").get("/admin/definitions/item/?mine=1").text
    assert OWN in mine and FOREIGN not in mine
    assert "只读" not in login("items").get("/admin/definitions/item/").text


@pytest.mark.parametrize(("kind", "code", "words"), [
    ("item", FOREIGN, "属于区市场监管局"), ("form", "food_business", "也用于区市场监管局的事项"), ("notice", "standard", "各部门共用"),
    ("role", "dept_admin", "各部门共用"), ("organisation", "shijingshan", "各部门共用"), ("calendar", "china", "各部门共用"),
])  # fmt: skip
def test_what_is_not_the_departments_own_is_refused_in_words(login: Login, kind: str, code: str, words: str) -> None:
    client = login("dept")
    refused = begin(client, code, kind)
    assert refused.status_code == 403 and words in refused.text
    assert client.post(f"/admin/definitions/{kind}/{code}/remove").status_code == 403
    assert words in client.get(f"/admin/definitions/{kind}/{code}").text


@pytest.mark.parametrize(("kind", "code"), [("item", OWN), ("form", OWN), ("entrustment", "wjw")])
def test_its_own_items_forms_and_agreements_are_open(login: Login, kind: str, code: str) -> None:
    assert begin(login("dept"), code, kind).status_code == 302


def test_no_way_around_by_the_address_of_a_change_set(login: Login, built: Any) -> None:
    department, items = login("dept"), login("items")
    number = int(begin(items, FOREIGN).headers["Location"].split("/changes/")[1].split("/")[0])
    loaded = items.get(f"/admin/changes/{number}/api/item/{FOREIGN}").get_json()
    body = {"body": loaded["body"], "revision": loaded["revision"]}
    stolen = {"body": loaded["body"] | {"department": "wjw"}, "revision": loaded["revision"]}
    for sent in (body, stolen):
        answer = department.put(f"/admin/changes/{number}/api/item/{FOREIGN}", json=sent)
        assert answer.status_code == 403 and "区市场监管局" in answer.get_json()["detail"]
    assert department.get(f"/admin/changes/{number}/edit/item/{FOREIGN}").status_code == 403
    for way in (f"restore/item/{FOREIGN}", f"rebase/item/{FOREIGN}", "discard", "rename"):
        assert department.post(f"/admin/changes/{number}/{way}").status_code == 403, way
    assert built.services.publishing.get(number).state == "open"


def test_an_item_can_not_be_given_away(login: Login) -> None:
    client = login("dept")
    number = int(begin(client, OWN).headers["Location"].split("/changes/")[1].split("/")[0])
    loaded = client.get(f"/admin/changes/{number}/api/item/{OWN}").get_json()
    moved = {"body": loaded["body"] | {"department": "scjg"}, "revision": loaded["revision"]}
    assert client.put(f"/admin/changes/{number}/api/item/{OWN}", json=moved).status_code == 403
    kept = {"body": loaded["body"] | {"title": "诊所备案（改）"}, "revision": loaded["revision"]}
    assert client.put(f"/admin/changes/{number}/api/item/{OWN}", json=kept).status_code == 200


def test_a_new_item_is_the_departments_own_and_shared_kinds_are_not_begun(login: Login, built: Any) -> None:
    client = login("dept")
    made = client.post("/admin/definitions/item/new", data={"title": "新事项", "copy": FOREIGN, "code": "fresh_item"})
    assert made.status_code == 302
    number = int(made.headers["Location"].split("/changes/")[1].split("/")[0])
    assert built.services.publishing.preview(number).find("item", "fresh_item")["department"] == "wjw"
    assert "新建角色" not in client.get("/admin/definitions/role/").text
    refused = client.post("/admin/definitions/role/new", data={"title": "超级角色"})
    assert refused.status_code == 403 and "各部门共用" in refused.text


def test_an_import_brings_nothing_of_others(login: Login, built: Any) -> None:
    current = built.services.catalogue.current()
    body = dict(current.get("item", FOREIGN)) | {"title": "改名"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"item/{FOREIGN}.yaml", write(body, built.services.kinds.get("item").schema))
    answer = login("dept").post("/admin/changes/import", data={"zip": (io.BytesIO(packed.getvalue()), "x.zip")})
    assert answer.status_code == 403 and "区市场监管局" in answer.text


def test_without_a_posting_nothing_may_be_edited(login: Login, built: Any) -> None:
    built.services.authority.post(SYSTEM, "dept", Place())
    refused = begin(login("dept"), OWN)
    assert refused.status_code == 403 and "还没有登记所属部门" in refused.text


def test_whom_a_definition_belongs_to_follows_the_change_set(built: Any) -> None:
    services = built.services
    current = services.catalogue.current()
    number = services.publishing.open("x", SYSTEM)
    services.publishing.put(number, dict(current.get("item", FOREIGN)) | {"form": OWN}, SYSTEM)
    now, then = Belonging(current, services.kinds), Belonging(services.publishing.preview(number), services.kinds)
    assert now.departments("form", OWN, {}) == {"wjw"}
    assert then.departments("form", OWN, {}) == {"wjw", "scjg"}
    assert now.departments("form", "nobody", {}) == frozenset()
    assert now.departments("code_table", "sex", {}) is None


def test_the_reach_of_editing_follows_role_and_posting(built: Any) -> None:
    from yichuang.ports import Actor

    authority = built.services.authority
    assert authority.editing(Actor("items", roles=frozenset({"ITEM_ADMIN"}))) == EVERYWHERE
    assert authority.editing(Actor("dept", roles=frozenset({"DEPT_ADMIN"}))) == Reach(departments=frozenset({"wjw"}))
    assert authority.editing(Actor("clerk", roles=frozenset({"COUNTER_CLERK"}))).nowhere
    assert authority.editing(Actor("x", roles=frozenset({"SYS_ADMIN", "ITEM_ADMIN"}))).nowhere
