"""The preview of a drafted agreement."""

import io
from collections.abc import Callable

import openpyxl
from flask.testing import FlaskClient

Login = Callable[..., FlaskClient]


def test_a_withdrawal_can_be_looked_at_before_it_is_published(login: Login) -> None:
    client = login("items")
    number = client.post("/admin/definitions/entrustment/wjw/edit").headers["Location"].split("/")[3]
    api = f"/admin/changes/{number}/api/entrustment/wjw"
    loaded = client.get(api).get_json()
    line = next(line for line in loaded["body"]["items"] if line["item"] == "nurse_registration")
    line |= {"until": "2030-03-01 00:00", "instead": "请到区卫生健康委办理"}
    kept = client.put(api, json={"body": loaded["body"], "revision": loaded["revision"]})
    assert kept.status_code == 200, kept.text
    address = f"/admin/changes/{number}/preview/entrustment/wjw"
    before, after = client.get(f"{address}?at=2030-02-28T23:59").text, client.get(f"{address}?at=2030-03-01T00:00").text
    assert before.count("可以受理</span>") == 3 and "起改变办理地点：请到区卫生健康委办理" in before
    assert after.count("可以受理</span>") == 2 and "委托已停止。请到区卫生健康委办理" in after
    assert client.get(f"{address}?at=never").status_code == 200


def test_a_half_made_agreement_says_so_instead_of_breaking(login: Login) -> None:
    client = login("items")
    number = client.post("/admin/definitions/entrustment/wjw/edit").headers["Location"].split("/")[3]
    api = f"/admin/changes/{number}/api/entrustment/wjw"
    loaded = client.get(api).get_json()
    loaded["body"]["items"], loaded["body"]["valid_from"] = [{"item": ""}], "morgen"
    client.put(api, json={"body": loaded["body"], "revision": loaded["revision"]})
    assert "内容还不完整" in client.get(f"/admin/changes/{number}/preview/entrustment/wjw").text


def test_the_overview_names_every_item_with_its_windows_and_its_end(login: Login) -> None:
    client = login("items")
    page = client.get("/admin/entrustments/?department=rsj").text
    assert all(words in page for words in ("劳务派遣经营许可", "石景山区政务服务中心", "至 2031-01-01 00:00", "badge good\">可以受理<"))
    assert "护士执业注册" not in page
    rows = list(openpyxl.load_workbook(io.BytesIO(client.get("/admin/entrustments/entrustments.xlsx").data)).active.values)
    assert rows[0][:2] == ("事项", "委托部门") and len(rows) == 15
