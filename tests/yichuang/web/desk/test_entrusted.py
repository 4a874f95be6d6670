"""What desk and guide say about an item's entrustment, before and after its minute."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from yichuang.entrustment.agreement import MOMENT
from yichuang.services import Services

NURSE = "nurse_registration"
INSTEAD = "请到区卫生健康委一层办事大厅（演示路 9 号）办理"


@pytest.fixture
def withdrawn(services: Services, republish: Callable[..., int], clock: Any) -> None:
    """护士执业注册 withdrawn from two hours ahead."""
    body = services.catalogue.current().get("entrustment", "wjw")
    until = (clock.now() + timedelta(hours=2)).strftime(MOMENT)
    items = [line | ({"until": until, "instead": INSTEAD} if line["item"] == NURSE else {}) for line in body["items"]]
    republish("wjw", kind="entrustment", items=items)


@pytest.fixture
def clerk(sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    client = sign_in("clerk")
    client.post("/desk/api/window", json={"window": "c22"})
    return client


def state(client: FlaskClient, item: str = NURSE) -> Any:
    return client.get(f"/desk/api/items/{item}").get_json()["entrustment"]


def test_the_item_says_whether_the_chosen_window_may_accept_it(clerk: FlaskClient) -> None:
    assert state(clerk)["allowed"]
    assert "ACCEPT" in state(clerk)["powers"]
    refused = state(clerk, "minimum_living")
    assert not refused["allowed"]
    assert "受理范围不包括石景山区政务服务中心C22" in refused["refused"]
    assert refused["way_out"].startswith("可以到这里办理：八宝山街道便民服务中心、")


def test_the_pulse_says_so_at_the_minute_without_a_new_release(clerk: FlaskClient, withdrawn: None, clock: Any) -> None:
    before = clerk.get(f"/desk/api/pulse?item={NURSE}").get_json()
    assert before["entrustment"]["allowed"]
    clock.ahead = timedelta(hours=2)
    after = clerk.get(f"/desk/api/pulse?item={NURSE}").get_json()
    assert after["release"] == before["release"]
    assert after["digest"] == before["digest"]
    assert not after["entrustment"]["allowed"]
    assert after["entrustment"]["way_out"] == INSTEAD


def test_a_draft_begun_before_hears_it_too(clerk: FlaskClient, withdrawn: None, clock: Any) -> None:
    draft = clerk.post("/desk/api/drafts", json={"item": NURSE}).get_json()
    clock.ahead = timedelta(hours=2)
    assert clerk.get(f"/desk/api/drafts/{draft['id']}").get_json()["entrustment"]["way_out"] == INSTEAD


def test_the_guide_announces_the_change_and_then_shows_where_to_go(visitor: FlaskClient, withdrawn: None, clock: Any) -> None:
    before = visitor.get(f"/guide/{NURSE}").text
    assert f"起改变办理地点：{INSTEAD}" in before
    assert "石景山区政务服务中心" in before
    clock.ahead = timedelta(hours=2)
    after = visitor.get(f"/guide/{NURSE}").text
    assert f"综合窗口不再受理本事项。{INSTEAD}" in after
    assert f"<dt>地点</dt><dd>{INSTEAD}</dd>" in after
    assert "石景山区政务服务中心，C22" not in after
