"""What a drafted role would mean, shown before it is published."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from yichuang.ports import SYSTEM

Login = Callable[..., FlaskClient]


def drafted(built: Any, **changes: Any) -> int:
    publishing = built.services.publishing
    number = int(publishing.open("角色", SYSTEM))
    publishing.put(number, dict(built.services.catalogue.current().get("role", "delivery_clerk")) | changes, SYSTEM)
    return number


def test_it_says_what_is_new_what_is_taken_away_and_who_holds_it(login: Login, built: Any) -> None:
    number = drafted(built, powers=["case.read", "export"])
    page = login("items").get(f"/admin/changes/{number}/preview/role/delivery_clerk").text
    assert page.count("新增") == 1 and page.count("收回") == 2
    assert "演示出件员" in page and "石景山区政务服务中心" in page
    assert "未登记" not in page


def test_it_says_who_lacks_the_posting_it_asks_for(login: Login, built: Any) -> None:
    number = drafted(built, reach="street")
    assert "未登记街道" in login("items").get(f"/admin/changes/{number}/preview/role/delivery_clerk").text


def test_an_unfinished_role_is_no_fault(login: Login, built: Any) -> None:
    number = drafted(built, powers="wrong", reach=7)
    page = login("items").get(f"/admin/changes/{number}/preview/role/delivery_clerk")
    assert page.status_code == 200 and "内容还不完整" in page.text
