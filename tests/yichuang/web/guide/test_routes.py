"""The public guide: lists, searches and item pages, without log-in and without a script."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from yichuang.services import Services
from yichuang.web.guide.directory import departments, find, themes


def test_the_first_page_lists_themes_departments_and_items(visitor: FlaskClient, services: Services) -> None:
    html = visitor.get("/guide").get_data(as_text=True)
    for entry in [*themes(services.catalogue.current()), *departments(services.catalogue.current())]:
        assert entry["title"] in html
        assert entry["count"] > 0
    assert 'href="/guide/food_business_new"' in html


def test_searching_works_without_a_script(visitor: FlaskClient) -> None:
    html = visitor.get("/guide?q=spjyxk").get_data(as_text=True)
    assert 'href="/guide/food_business_new"' in html
    assert 'href="/guide/temporary_assistance"' not in html
    assert "没有找到" in visitor.get("/guide?q=zzzzqqq").get_data(as_text=True)


def test_an_item_page_has_elements_questions_and_no_inline_script(visitor: FlaskClient) -> None:
    html = visitor.get("/guide/food_business_new").get_data(as_text=True)
    assert "6 个工作日" in html
    assert "主要做哪一类食品经营" in html
    assert "onclick" not in html
    assert " style=" not in html


def test_on_a_kiosk_every_way_stays_on_the_kiosk(visitor: FlaskClient) -> None:
    for path in ("/guide?kiosk=1", "/guide/food_business_new?kiosk=1"):
        html = visitor.get(path).get_data(as_text=True)
        assert "guide-page kiosk" in html
        ways = [part.split('"')[0] for part in html.split('href="/guide')[1:]]
        assert ways
        assert all("kiosk=1" in way for way in ways)


def test_a_suspended_item_says_so_and_where_to_go(visitor: FlaskClient, republish: Callable[..., int]) -> None:
    republish("food_business_new", state="suspended", state_note="系统升级至周五", successor="public_place_hygiene_new")
    html = visitor.get("/guide/food_business_new").get_data(as_text=True)
    assert "系统升级至周五" in html
    assert 'href="/guide/public_place_hygiene_new"' in html


def test_what_is_cancelled_is_not_offered(services: Services, republish: Callable[..., int]) -> None:
    republish("food_business_new", state="cancelled", successor="public_place_hygiene_new")
    assert "food_business_new" not in [item["code"] for item in find(services)]


@pytest.mark.parametrize("path", ["/guide/nowhere", "/apply/nowhere"])
def test_an_unknown_item_is_not_found_in_chinese(visitor: FlaskClient, path: str) -> None:
    response = visitor.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "没有" in response.get_data(as_text=True)
