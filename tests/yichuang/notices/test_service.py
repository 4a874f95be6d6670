"""Issuing, keeping, judging, renewing, counting: on both databases."""

import io
from datetime import date
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook

from yichuang.errors import InputRefused, ItemNotOpen, NoticeMissing
from yichuang.notices.notice import is_code
from yichuang.ports import Actor


def promise(days: int) -> Any:
    return lambda body: body["time_limits"]["promised"].update(amount=days)


def close(body: dict[str, Any]) -> None:
    body.update(state="cancelled", successor="voucher", state_note="2026 年 12 月起不再办理")


@pytest.fixture
def house(notice_house: Any) -> Any:
    return notice_house


def test_a_notice_keeps_item_release_situation_and_where_it_was_issued(house: Any, situation: Any) -> None:
    clerk = Actor("clerk1", "受理员", frozenset({"COUNTER_CLERK"}), window="b12")
    notice = house.notices.issue("food", situation, "desk", clerk)
    found = house.notices.find(notice.code)
    assert found == notice
    assert (found.release, found.item, found.window, found.department) == (1, "food", "b12", "scjg")
    assert found.situation_words == "委托他人；亲属；销售、中央厨房"


def test_codes_are_long_random_and_unambiguous(house: Any, situation: Any) -> None:
    codes = {house.notices.issue("food", situation, "api").code for _ in range(20)}
    assert len(codes) == 20
    assert all(is_code(code) for code in codes)
    assert not set("01ilo") & set("".join(codes))


def test_answers_to_questions_that_are_not_asked_are_left_out(house: Any) -> None:
    notice = house.notices.issue("food", {"handler": "self", "kin": "family", "places": ["shop"], "x": "y"}, "guide")
    assert notice.situation == {"handler": "self", "places": ["shop"]}


def test_an_open_question_is_refused_by_name(house: Any) -> None:
    with pytest.raises(InputRefused) as refused:
        house.notices.issue("food", {"handler": "agent"}, "guide")
    assert [p["field"] for p in refused.value.problems] == ["situation/kin", "situation/places"]


def test_an_unknown_channel_is_refused(house: Any, situation: Any) -> None:
    with pytest.raises(InputRefused):
        house.notices.issue("food", situation, "fax")


def test_nothing_an_applicant_wrote_is_kept(house: Any, situation: Any) -> None:
    facts = {"form.name": "张三", "applicant.kind": "1", "org.window": "b12", "date.today": "2026-11-24"}
    notice = house.notices.issue("food", situation, "desk", facts=facts)
    assert house.notices.find(notice.code).facts == {"applicant.kind": "1", "org.window": "b12"}


def test_a_closed_item_is_not_issued_and_names_its_successor(house: Any, situation: Any) -> None:
    house.edit("item", "food", close)
    with pytest.raises(ItemNotOpen) as refused:
        house.notices.issue("food", situation, "desk")
    assert refused.value.extra["successor"] == "voucher"


def test_an_unknown_code_is_missing(house: Any) -> None:
    for code in ("2" * 17, "short", "A" * 17, "0" * 17):
        with pytest.raises(NoticeMissing):
            house.notices.find(code)


def test_a_fresh_notice_is_current(house: Any, situation: Any) -> None:
    page = house.notices.page(house.notices.issue("food", situation, "desk").code)
    assert (page.state, page.words, page.changes, page.renewable) == ("current", "当前有效", (), False)


def test_an_old_notice_keeps_its_content_and_says_what_has_changed(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk")
    house.edit("item", "food", promise(7))
    page = house.notices.page(notice.code)
    assert page.state == "updated"
    assert list(page.changes) == ["承诺办结时限由 10 个工作日改为 7 个工作日"]
    assert {"label": "承诺办结时限", "value": "10 个工作日"} in page.content.elements["time_limits"]


def test_a_republication_that_changes_nothing_for_this_situation_leaves_it_current(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk")
    house.edit("item", "voucher", promise(3))
    house.edit("item", "food", lambda body: body.update(note="内部说明"))
    assert house.notices.page(notice.code).state == "current"


def test_the_new_notice_is_the_same_each_time_it_is_asked_for(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk", window="b12")
    release = house.edit("item", "food", promise(7))
    fresh = house.notices.renew(notice.code)
    assert fresh.code != notice.code
    assert (fresh.release, fresh.situation, fresh.window) == (release, notice.situation, "b12")
    assert house.notices.renew(notice.code).code == fresh.code
    assert house.notices.page(fresh.code).state == "current"


def test_when_the_questions_changed_one_has_to_choose_again(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk")

    def ask_more(body: dict[str, Any]) -> None:
        options = [{"code": "yes", "title": "是"}, {"code": "no", "title": "否"}]
        body["situations"].append({"code": "chain", "title": "是否连锁？", "kind": "single", "options": options})

    house.edit("item", "food", ask_more)
    page = house.notices.page(notice.code)
    assert (page.state, page.renewable) == ("updated", False)
    assert "重新选择情形" in page.words


def test_a_cancelled_item_leads_to_its_successor(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk")
    house.edit("item", "food", close)
    page = house.notices.page(notice.code)
    assert (page.state, page.words) == ("cancelled", "该事项已经停办：2026 年 12 月起不再办理")
    assert page.successor == {"code": "voucher", "title": "养老券申领"}


def test_a_suspended_item_says_so(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk")
    house.edit("item", "food", lambda body: body.update(state="suspended", state_note="系统升级"))
    assert house.notices.page(notice.code).words == "该事项暂停办理：系统升级"


def test_a_standing_notice_follows_the_current_release(house: Any) -> None:
    notice = house.notices.standing("food")
    house.edit("item", "food", promise(7))
    page = house.notices.page(notice.code)
    assert page.state == "current"
    assert page.content.data["standing"]
    assert {"label": "承诺办结时限", "value": "7 个工作日"} in page.content.elements["time_limits"]


def test_posters_of_an_item_share_one_notice(house: Any) -> None:
    assert house.notices.standing("food").code == house.notices.standing("food").code
    house.notices.theme_poster("food")
    assert house.notices.total(channel="poster") == 2
    with pytest.raises(InputRefused):
        house.notices.theme_poster("nothing")


def test_a_dated_tip_goes_by_itself(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk")
    assert "年底排队较长" in str(house.notices.page(notice.code).content.data)
    house.clock.forward(days=38)
    page = house.notices.page(notice.code)
    assert page.day == "2027-01-01"
    assert "年底排队较长" not in str(page.content.data)
    assert page.state == "current"


def test_the_sheet_is_printed_once_and_says_when_it_no_longer_holds(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk")
    first = house.notices.pdf(notice.code)
    assert house.notices.pdf(notice.code) is first
    house.edit("item", "food", promise(7))
    text = pypdfium2.PdfDocument(house.notices.pdf(notice.code))[0].get_textpage().get_text_range()
    assert "注意：内容已更新" in text.replace("\r\n", "")
    assert "10 个工作日" in text


def test_figures_count_issues_and_events_by_everything(house: Any, situation: Any) -> None:
    desk = house.notices.issue("food", situation, "desk", window="b12")
    house.notices.issue("food", {"handler": "self", "places": ["shop"]}, "guide")
    house.notices.issue("voucher", {}, "desk", window="b12")
    for kind in ("opened", "opened", "printed", "downloaded", "eaten"):
        house.notices.count(desk.code, kind)
    house.notices.flush()
    day = date(2026, 11, 24)

    def rows(by: str) -> dict[str, tuple[int, ...]]:
        told = house.notices.statistics(day, day, by)
        return {r["title"]: (r["issued"], r["opened"], r["printed"], r["downloaded"]) for r in told}

    assert rows("item") == {"食品经营许可（新办）": (2, 2, 1, 1), "养老券申领": (1, 0, 0, 0)}
    assert rows("channel") == {"窗口": (2, 2, 1, 1), "网页": (1, 0, 0, 0)}
    assert rows("department") == {"区市场监督管理局": (2, 2, 1, 1), "区民政局": (1, 0, 0, 0)}
    assert rows("window") == {"B12 综合窗口": (2, 2, 1, 1), "非窗口": (1, 0, 0, 0)}
    assert rows("day") == {"2026-11-24": (3, 2, 1, 1)}
    assert rows("situation")["食品经营许可（新办）：委托他人；亲属；销售、中央厨房"] == (1, 2, 1, 1)


def test_events_are_counted_on_their_own_day(house: Any, situation: Any) -> None:
    notice = house.notices.issue("food", situation, "desk")
    house.clock.forward(days=2)
    house.notices.count(notice.code, "opened")
    house.notices.flush()
    days = house.notices.statistics(date(2026, 11, 24), date(2026, 11, 30), "day")
    assert [(row["key"], row["issued"], row["opened"]) for row in days] == [("2026-11-24", 1, 0), ("2026-11-26", 0, 1)]


def test_an_unknown_way_of_counting_is_refused(house: Any) -> None:
    with pytest.raises(InputRefused):
        house.notices.statistics(date(2026, 1, 1), date(2026, 1, 2), "colour")


def test_the_newest_come_first_with_what_happened_to_them(house: Any, situation: Any) -> None:
    old = house.notices.issue("food", situation, "desk")
    house.clock.forward(minutes=1)
    new = house.notices.issue("voucher", {}, "kiosk")
    house.notices.count(old.code, "printed")
    house.notices.flush()
    rows = house.notices.recent()
    assert [row["code"] for row in rows] == [new.code, old.code]
    assert (rows[1]["printed"], rows[0]["channel_title"]) == (1, "自助机")
    assert [row["code"] for row in house.notices.recent(item="food")] == [old.code]


def test_the_workbook_has_a_sheet_for_each_way_of_counting(house: Any, situation: Any) -> None:
    house.notices.issue("food", situation, "desk")
    book = load_workbook(io.BytesIO(house.notices.spreadsheet(date(2026, 11, 1), date(2026, 11, 30))))
    assert book.sheetnames == ["按事项", "按情形", "按渠道", "按日期", "按部门", "按窗口"]
    assert [cell.value for cell in book["按事项"][1]] == ["事项", "出单", "打开", "打印", "下载"]
    assert [cell.value for cell in book["按事项"][2]] == ["食品经营许可（新办）", 1, 0, 0, 0]
    assert book["按事项"].freeze_panes == "A2"
