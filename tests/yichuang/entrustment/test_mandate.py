"""What a window may do, and the words it gets when it may not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView
from yichuang.entrustment.agreement import compile_agreement, moment_of
from yichuang.entrustment.mandate import Mandate, Question, answer
from yichuang.entrustment.outlook import outlook_of
from yichuang.entrustment.places import compile_places
from yichuang.errors import EntrustmentRefused
from yichuang.ports import SHANGHAI, Place

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=SHANGHAI)
Ask = Callable[..., Mandate]


def question(view: DocumentView, item: str, place: Place, moment: datetime | None, version: int = 1) -> Question:
    body = view.find("item", item) or {}
    department = dict(compile_places(view).departments[body["department"]])
    return Question(item, body["title"], department, place, moment, version)


@pytest.fixture
def ask(view_of: Callable[..., DocumentView]) -> Ask:
    """`ask([agreement, …], window="c22", item="nurse", at="2026-11-25 12:00", version=1)`."""

    def asked(
        agreements: list[dict[str, Any]], window: str = "c22", item: str = "nurse", at: str | None = "2026-11-25 12:00", version: int = 1
    ) -> Mandate:
        view = view_of(*agreements)
        compiled = [compile_agreement(view, body["code"]) for body in agreements]
        return answer(question(view, item, Place(window=window), moment_of(at), version), compiled, compile_places(view))

    return asked


def test_a_window_in_scope_may_do_what_the_agreement_gives(ask: Ask, agreement: dict[str, Any]) -> None:
    mandate = ask([agreement])
    assert mandate.allowed
    assert mandate.require("ACCEPT") is mandate
    assert (mandate.agreement, mandate.hall, mandate.department) == ("wjw", "main", "wjw")
    assert mandate.transfer_due(NOON) == datetime(2026, 11, 26, 12, 0, tzinfo=SHANGHAI)


def test_a_power_that_was_not_given_is_refused_and_the_department_named(ask: Ask, agreement: dict[str, Any]) -> None:
    with pytest.raises(EntrustmentRefused) as refused:
        ask([agreement]).require("ISSUE_INSTANT")
    assert "没有给窗口“即办发证”的权限" in refused.value.detail
    assert refused.value.way_out == "请转由区卫生健康委（电话 010-00001103）办理"


@pytest.mark.parametrize(
    ("at", "allowed"), [("2026-12-31 23:59", True), ("2027-03-01 00:00", False), ("2027-02-28 23:59", True), ("2026-11-30 23:59", False)]
)
def test_an_item_is_entrusted_from_its_minute_until_its_minute(ask: Ask, agreement: dict[str, Any], at: str, allowed: bool) -> None:
    agreement["items"][0] |= {"from": "2026-12-01 00:00", "until": "2027-03-01 00:00"}
    assert ask([agreement], at=at).allowed is allowed


def test_who_comes_after_the_end_hears_when_it_ended_and_where_to_go(ask: Ask, agreement: dict[str, Any]) -> None:
    agreement["items"][0] |= {"until": "2026-11-25 12:00", "instead": "请到区卫生健康委一层大厅办理"}
    mandate = ask([agreement])
    assert mandate.refused == "委托书《卫健委委托受理》（一号）对“护士执业注册”的委托已于 2026年11月25日 12:00 停止，不能再收新件"
    with pytest.raises(EntrustmentRefused) as refused:
        mandate.require("RECEIVE")
    assert refused.value.way_out == "请到区卫生健康委一层大厅办理"
    assert refused.value.extra["way_out"] == refused.value.way_out


def test_the_agreements_own_end_stops_all_its_items(ask: Ask, agreement: dict[str, Any]) -> None:
    assert "已于 2028年1月1日 0:00 停止" in ask([agreement], at="2028-01-01 00:00").refused
    assert "自 2026年1月1日 0:00 起才生效" in ask([agreement], at="2025-12-31 23:59").refused


def test_an_open_case_goes_on_after_the_end_but_not_at_any_window(ask: Ask, agreement: dict[str, Any]) -> None:
    agreement["valid_to"], agreement["state"] = "2026-02-01 00:00", "suspended"
    assert ask([agreement], at=None).allowed
    assert not ask([agreement], at=None, window="lugu_w1").allowed


def test_only_an_agreement_in_force_counts(ask: Ask, agreement: dict[str, Any]) -> None:
    for state, words in (("draft", "还在起草"), ("signed", "已签订、尚未生效"), ("suspended", "已暂停"), ("revoked", "已撤销")):
        agreement["state"] = state
        assert words in ask([agreement]).refused


def test_another_window_hears_where_it_is_possible(ask: Ask, agreement: dict[str, Any]) -> None:
    mandate = ask([agreement], window="lugu_w1")
    assert "受理范围不包括鲁谷大厅1 号" in mandate.refused
    assert mandate.way_out == "可以到这里办理：区大厅"


def test_windows_narrow_their_hall_only(ask: Ask, agreement: dict[str, Any]) -> None:
    agreement["items"][0] |= {"halls": ["main"], "streets": ["lugu"], "windows": ["b12"]}
    allowed = {window: ask([agreement], window=window).allowed for window in ("b12", "c22", "lugu_w1", "bajiao_w1")}
    assert allowed == {"b12": True, "c22": False, "lugu_w1": True, "bajiao_w1": False}


def test_no_scope_at_all_means_every_hall(ask: Ask, agreement: dict[str, Any]) -> None:
    del agreement["halls"]
    assert all(ask([agreement], window=window).allowed for window in ("b12", "lugu_w1", "bajiao_w1"))


def test_an_item_in_no_agreement_is_the_departments_own(ask: Ask, agreement: dict[str, Any]) -> None:
    mandate = ask([agreement], item="food")
    assert mandate.refused == "“食品经营许可”没有列入任何委托书，窗口不能受理"
    assert mandate.way_out == "请到区市场监管局（电话 010-00001102）办理"


def test_without_a_window_nothing_is_permitted(ask: Ask, agreement: dict[str, Any]) -> None:
    assert "还没有选择今天所在的窗口" in ask([agreement], window="").refused


def test_a_version_outside_the_range_waits_for_a_new_entrustment(ask: Ask, agreement: dict[str, Any]) -> None:
    agreement["items"][0]["versions"] = {"from": 2, "to": 3}
    assert [ask([agreement], version=n).allowed for n in (1, 2, 3, 4)] == [False, True, True, False]
    assert "不适用于“护士执业注册”第 4 版" in ask([agreement], version=4).refused


def test_of_two_agreements_the_one_that_permits_decides(ask: Ask, agreement: dict[str, Any]) -> None:
    street = agreement | {"code": "street", "agreement_no": "二号", "halls": [], "streets": ["lugu"], "powers": ["RECEIVE"]}
    assert ask([agreement, street], window="lugu_w1").agreement == "street"
    assert ask([agreement, street], window="c22").agreement == "wjw"
    assert ask([agreement, street], window="lugu_w1").powers == {"RECEIVE"}


def test_the_seal_is_the_first_that_fits_document_and_hall(ask: Ask, agreement: dict[str, Any]) -> None:
    agreement["streets"] = ["lugu"]
    agreement["seals"] = [
        {"title": "受理专用章（2）", "streets": ["lugu"]}, {"title": "补正章", "documents": ["correction"]}, {"title": "受理专用章"}
    ]  # fmt: skip
    assert ask([agreement], window="lugu_w1").seal("acceptance") == "受理专用章（2）"
    assert ask([agreement], window="c22").seal("acceptance") == "受理专用章"
    assert ask([agreement], window="c22").seal("correction") == "补正章"


def test_the_outlook_says_what_is_going_to_change(view_of: Callable[..., DocumentView], agreement: dict[str, Any]) -> None:
    agreement["items"][0] |= {"until": "2027-03-01 00:00", "instead": "请到区卫生健康委办理"}
    view = view_of(agreement)
    compiled, places = [compile_agreement(view, "wjw")], compile_places(view)
    before = outlook_of(question(view, "nurse", Place(), NOON), compiled, places)
    assert before.open
    assert before.warning == "自 2027年3月1日 0:00 起改变办理地点：请到区卫生健康委办理"
    after = outlook_of(question(view, "nurse", Place(), moment_of("2027-03-01 00:00")), compiled, places)
    assert (after.open, after.instead, after.warning) == (False, "请到区卫生健康委办理", "")
