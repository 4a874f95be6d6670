"""Editing and publishing through HTTP: what the editor sends, what is refused, what the releases say."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from yichuang import bootstrap
from yichuang.access.roles import DEMO_PASSWORD
from yichuang.errors import GateClosed
from yichuang.settings import Settings

Login = Callable[..., FlaskClient]
ITEM = "public_place_hygiene_new"


def begin(client: FlaskClient, code: str = ITEM, kind: str = "item") -> tuple[str, dict[str, Any]]:
    """Into the editor; the API's address and what it loads."""
    address = client.post(f"/admin/definitions/{kind}/{code}/edit").headers["Location"]
    number = address.split("/")[3]
    api = f"/admin/changes/{number}/api/{kind}/{code}"
    loaded = client.get(api)
    assert loaded.status_code == 200
    return api, loaded.get_json()


def keep(client: FlaskClient, api: str, loaded: dict[str, Any]) -> Any:
    return client.put(api, json={"body": loaded["body"], "revision": loaded["revision"]})


def shorten(client: FlaskClient, days: int = 7) -> str:
    api, loaded = begin(client)
    loaded["body"]["time_limits"]["promised"]["amount"] = days
    assert keep(client, api, loaded).status_code == 200
    return api.split("/")[3]


def test_a_change_is_published_and_told_in_words(login: Login, built: Any) -> None:
    client = login("items")
    number = shorten(client)
    page = client.get(f"/admin/changes/{number}").text
    assert "承诺办结时限 › 数量" in page and "可以发布" in page
    answer = client.post(f"/admin/changes/{number}/publish", data={"reason": "落实减时限要求", "when": "now"})
    assert answer.headers["Location"].startswith("/admin/releases/2")
    assert built.services.catalogue.current().get("item", ITEM)["time_limits"]["promised"]["amount"] == 7
    release = client.get("/admin/releases/2").text
    assert "落实减时限要求" in release and "演示事项管理员" in release


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": " ", "when": "now"}, "请填写发布原因"), ({"reason": "试", "when": "later", "day": "2020-01-01"}, "生效时间须在将来"),
        ({"reason": "试", "when": "later", "day": ""}, "请填写生效的日期和时间"),
    ],
)  # fmt: skip
def test_a_publication_that_lacks_something_is_refused_with_what_was_typed(
    login: Login, given: dict[str, str], words: str
) -> None:
    client = login("items")
    number = shorten(client)
    answer = client.post(f"/admin/changes/{number}/publish", data=given)
    assert answer.status_code == 400 and words in answer.text
    assert given["reason"].strip() in answer.text


def test_a_broken_change_set_can_not_be_published_and_says_why(login: Login, built: Any) -> None:
    client = login("items")
    api, loaded = begin(client)
    loaded["body"]["form"] = "no_such_form"
    loaded["body"]["materials"][1]["needed_when"] = {"fact": "situation.nowhere", "op": "eq", "value": "x"}
    number = api.split("/")[3]
    assert keep(client, api, loaded).status_code == 200
    found = client.get(f"/admin/changes/{number}/api/findings").get_json()["findings"]
    assert any("没有名为“no_such_form”的表单" in f["message"] and f["remedy"] for f in found)
    assert all(
        f["url"].startswith(f"/admin/changes/{number}/edit/") and f["where"] for f in found if f["severity"] == "error"
    )
    answer = client.post(f"/admin/changes/{number}/publish", data={"reason": "试", "when": "now"})
    assert answer.status_code == GateClosed.status and "变更单未通过发布检查" in answer.text
    assert built.services.catalogue.current().release == 1


def test_a_scheduled_release_waits_can_be_withdrawn_and_a_rollback_takes_one_step(login: Login, built: Any) -> None:
    client = login("items")
    number = shorten(client)
    client.post(
        f"/admin/changes/{number}/publish",
        data={"reason": "排定", "when": "later", "day": "2099-01-04", "hour": "00:00"},
    )
    assert built.services.catalogue.current().release == 1
    assert (
        "2099-01-04 00:00" in client.get("/admin/releases/").text
        and "待生效" in client.get("/admin/").text + client.get("/admin/releases/").text
    )
    client.post("/admin/releases/2/withdraw")
    client.post(f"/admin/changes/{number}/publish", data={"reason": "立即", "when": "now"})
    now = built.services.catalogue.current()
    assert now.get("item", ITEM)["time_limits"]["promised"]["amount"] == 7
    page = client.get("/admin/releases/1").text
    assert "回退到这一版" in page and "承诺办结时限" in page
    assert client.post("/admin/releases/1/roll-back", data={"reason": ""}).status_code == 400
    assert client.post("/admin/releases/1/roll-back", data={"reason": "发现有误"}).status_code == 302
    assert built.services.catalogue.current().get("item", ITEM)["time_limits"]["promised"]["amount"] == 10


def test_an_older_revision_is_not_written_over(login: Login) -> None:
    client = login("items")
    api, loaded = begin(client)
    loaded["body"]["title"] = "甲"
    assert keep(client, api, loaded).status_code == 200
    late = keep(client, api, loaded)
    assert late.status_code == 409 and late.get_json()["type"].endswith("change_set_outdated")


def test_unknown_properties_survive_the_editor(login: Login) -> None:
    client = login("items")
    api, loaded = begin(client)
    loaded["body"]["of_tomorrow"] = {"a": [1, "二"]}
    keep(client, api, loaded)
    assert client.get(api).get_json()["body"]["of_tomorrow"] == {"a": [1, "二"]}


def test_source_and_body_are_the_same_and_lines_are_known(login: Login) -> None:
    client = login("items")
    api, loaded = begin(client)
    base = api.rsplit("/", 2)[0]
    told = client.post(f"{base}/source", json={"kind": "item", "body": loaded["body"]}).get_json()
    assert client.post(f"{base}/body", json={"text": told["text"]}).get_json()["body"] == loaded["body"]
    line = told["text"].splitlines()[told["lines"]["time_limits/promised/amount"] - 1]
    assert line.strip() == "amount: 10"
    broken = client.post(f"{base}/body", json={"text": "title: a\ntitle: b"})
    assert broken.status_code == 400 and broken.get_json()["problems"][0]["line"] == "2"


def test_facts_are_offered_by_title_from_a_draft_that_is_still_wrong(login: Login) -> None:
    client = login("items")
    api, loaded = begin(client, "food_business", "form")
    loaded["body"]["sections"][1]["fields"].append(
        {"code": "chain", "type": "boolean", "title": "是否连锁经营", "visible_when": {"all": []}}
    )
    loaded["body"]["sections"][1]["fields"].append({"code": "", "type": "text", "title": ""})
    keep(client, api, loaded)
    facts = {f["path"]: f for f in client.get(f"{api}/facts").get_json()["facts"]}
    assert facts["form.chain"]["title"] == "是否连锁经营" and facts["form.chain"]["type"] == "boolean"
    assert "situation.business_type" in facts and facts["date.today"]["type"] == "date"


def test_an_export_comes_back_as_an_empty_change(login: Login) -> None:
    client = login("items")
    packed = client.get("/admin/definitions/export.zip").data
    answer = client.post("/admin/changes/import", data={"zip": (io.BytesIO(packed), "all.zip")})
    assert "还没有内容" in client.get(answer.headers["Location"]).text
    refused = client.post("/admin/changes/import", data={"zip": (io.BytesIO(b"no zip"), "all.zip")})
    assert refused.status_code == 400 and "zip" in refused.text


def test_a_new_definition_gets_its_code_from_its_title(login: Login) -> None:
    client = login("items")
    where = client.post(
        "/admin/definitions/item/new", data={"title": "烟花爆竹零售许可", "copy": "clinic_filing"}
    ).headers["Location"]
    assert where.endswith("/edit/item/yanhuabaozhulingshouxuke")
    assert client.get(where).status_code == 200


def test_previews_show_the_draft(login: Login) -> None:
    client = login("items")
    number = shorten(client, 6)
    data = client.get(f"/admin/changes/{number}/api/item/{ITEM}/preview").get_json()
    assert data["wire"] and data["form_html"]
    notice = client.get(f"/admin/changes/{number}/notice/{ITEM}")
    assert "6 个工作日" in notice.text and "unsafe" not in notice.headers["Content-Security-Policy"]
    api, loaded = begin(client)
    loaded["body"]["materials"] = "wrong"
    keep(client, api, loaded)
    assert "还不完整" in client.get(f"/admin/changes/{number}/api/item/{ITEM}/preview").get_json()["problem"]
    assert client.get(f"/admin/changes/{number}/notice/{ITEM}").status_code == 200


def test_figures_posters_and_history(login: Login, built: Any) -> None:
    client = login("items")
    poster = client.post("/admin/posters/poster.pdf", data={"title": "开办企业", "item": [ITEM, "company_new"]})
    assert poster.data.startswith(b"%PDF")
    assert client.post("/admin/posters/poster.pdf", data={"title": "x"}).status_code == 400
    figures = client.get("/admin/notices/?by=channel").text
    assert "海报" in figures and "公共场所卫生许可" in client.get("/admin/notices/issued").text
    assert client.get("/admin/notices/figures.xlsx").data.startswith(b"PK")
    assert "第 1 稿" in client.get(f"/admin/definitions/item/{ITEM}").text


def test_what_somebody_else_published_meanwhile_is_compared_first(login: Login, built: Any) -> None:
    mine, theirs = login("items"), login("dept")
    number, other = shorten(mine, 7), shorten(theirs, 8)
    assert number != other
    mine.post(f"/admin/changes/{other}/publish", data={"reason": "部门的修改", "when": "now"})
    refused = mine.post(f"/admin/changes/{number}/publish", data={"reason": "我的修改", "when": "now"})
    assert refused.status_code == 409 and "重新核对" in refused.text and "以本单为准" in refused.text
    assert mine.post(f"/admin/changes/{number}/rebase/item/{ITEM}").status_code == 302
    assert mine.post(f"/admin/changes/{number}/publish", data={"reason": "我的修改", "when": "now"}).status_code == 302
    assert built.services.catalogue.current().get("item", ITEM)["time_limits"]["promised"]["amount"] == 7


def test_the_admin_works_on_postgresql(postgres_url: str, tmp_path: Any) -> None:
    settings = Settings(database_url=postgres_url, data_dir=str(tmp_path), notify=False)
    bootstrap.initialise(settings)
    bootstrap.initialise(settings)
    app = bootstrap.build(settings)
    try:
        client = app.flask.test_client()
        for password in ("wrong", DEMO_PASSWORD):
            found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login/").text)
            assert found
            client.post("/login/", data={"username": "items", "password": password, "csrf_token": found.group(1)})
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/admin/").text)
        assert found
        client.environ_base["HTTP_X_CSRFTOKEN"] = found.group(1)
        number = shorten(client)
        assert client.post(f"/admin/changes/{number}/publish", data={"reason": "试", "when": "now"}).status_code == 302
        assert app.services.catalogue.current().release == 2
    finally:
        app.stop()
