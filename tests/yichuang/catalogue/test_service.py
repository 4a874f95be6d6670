import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from yichuang.catalogue.kinds import Kind, KindTable
from yichuang.catalogue.model import change_sets, definition_versions, releases
from yichuang.catalogue.service import Publishing
from yichuang.errors import ChangeSetOutdated, Conflict, GateClosed, InputRefused, NotFound, ReleaseMissing
from yichuang.ports import Actor


def days(house, code="hygiene"):
    return house.catalogue.current().get("item", code)["time_limits"]["promised"]["amount"]


def test_the_first_release_is_made_once(house, documents) -> None:
    assert house.publishing.ensure_first_release(documents) is False
    assert [release.number for release in house.publishing.releases()] == [1]


def test_publishing_is_in_force_at_once_and_the_old_release_stays_as_it_was(house) -> None:
    number = house.publishing.publish(house.edit("hygiene", 7), house.staff, "缩短时限")
    assert number == house.catalogue.current().release == 2
    assert days(house) == 7
    assert house.catalogue.at(1).get("item", "hygiene")["time_limits"]["promised"]["amount"] == 10
    assert house.publishing.release(2).author == house.publishing.release(2).approver == "items"


def test_the_same_content_is_the_same_version(house) -> None:
    house.publishing.publish(house.edit("hygiene", 7), house.staff, "改")
    house.publishing.publish(house.edit("hygiene", 10), house.staff, "改回")
    assert house.catalogue.at(1).sha("item", "hygiene") == house.catalogue.at(3).sha("item", "hygiene")
    assert [version.number for version in house.publishing.versions("item", "hygiene")] == [2, 1]


def test_a_scheduled_release_takes_effect_at_its_moment(house) -> None:
    at = house.clock.now() + timedelta(days=7)
    number = house.publishing.publish(house.edit("hygiene", 7), house.staff, "下周一起", at)
    assert (house.publishing.release(number).state, days(house)) == ("scheduled", 10)
    house.clock.forward(days=7, seconds=-1)
    house.catalogue.refresh()
    assert days(house) == 10
    house.clock.forward(seconds=1)
    house.catalogue.refresh()
    assert (days(house), house.publishing.release(number).state) == (7, "effective")
    assert house.publishing.mark_effective() == 1


def test_what_is_published_now_is_not_undone_by_what_was_scheduled_before(house) -> None:
    at = house.clock.now() + timedelta(days=7)
    scheduled = house.publishing.publish(house.edit("hygiene", 7), house.staff, "下周一起", at)
    house.publishing.publish(house.edit("food", 5), house.staff, "现在")
    assert (days(house, "food"), days(house, "hygiene")) == (5, 10)
    waiting = house.publishing.releases()[0]
    assert (waiting.state, waiting.supersedes, waiting.effective_at, waiting.reason) == ("scheduled", scheduled, at, "下周一起")
    assert house.publishing.release(scheduled).state == "superseded"
    house.clock.forward(days=8)
    house.catalogue.refresh()
    assert (days(house, "food"), days(house, "hygiene")) == (5, 7)


def test_two_scheduled_ones_take_effect_in_the_order_of_their_moments(house) -> None:
    now = house.clock.now()
    house.publishing.publish(house.edit("hygiene", 7), house.staff, "十天后", now + timedelta(days=10))
    house.publishing.publish(house.edit("food", 5), house.staff, "五天后", now + timedelta(days=5))
    house.clock.forward(days=6)
    house.catalogue.refresh()
    assert (days(house, "food"), days(house, "hygiene")) == (5, 10)
    house.clock.forward(days=6)
    house.catalogue.refresh()
    assert (days(house, "food"), days(house, "hygiene")) == (5, 7)


def test_two_changes_of_one_definition_now_and_scheduled_need_a_decision(house) -> None:
    number = house.publishing.publish(house.edit("hygiene", 7), house.staff, "以后", house.clock.now() + timedelta(days=3))
    with pytest.raises(Conflict, match=f"事项“公共场所卫生许可（新办）”。请先撤回第 {number} 版"):
        house.publishing.publish(house.edit("hygiene", 6), house.staff, "现在")
    house.publishing.withdraw(number, house.staff)
    house.publishing.publish(house.edit("hygiene", 6), house.staff, "现在")
    assert days(house) == 6


def test_a_withdrawn_release_never_takes_effect_and_its_change_set_is_open_again(house) -> None:
    change_set = house.edit("hygiene", 7)
    now = house.clock.now()
    number = house.publishing.publish(change_set, house.staff, "以后", now + timedelta(days=3))
    house.publishing.publish(house.edit("food", 5), house.staff, "更晚", now + timedelta(days=4))
    house.publishing.withdraw(number, house.staff)
    assert house.publishing.get(change_set).state == "open"
    house.clock.forward(days=5)
    house.catalogue.refresh()
    assert (days(house, "hygiene"), days(house, "food")) == (10, 5)


def test_a_release_in_force_can_not_be_withdrawn(house) -> None:
    with pytest.raises(Conflict, match="回退"):
        house.publishing.withdraw(1, house.staff)
    with pytest.raises(ReleaseMissing):
        house.publishing.withdraw(9, house.staff)


def test_rolling_back_is_a_new_release_with_the_old_content(house) -> None:
    house.publishing.publish(house.edit("hygiene", 7), house.staff, "改")
    number = house.publishing.roll_back(1, house.staff, "改错了")
    assert (number, days(house), house.publishing.release(3).rollback_of) == (3, 10, 1)
    with pytest.raises(InputRefused, match="不需要回退"):
        house.publishing.roll_back(1, house.staff, "再来")


def test_rolling_back_keeps_what_waits(house) -> None:
    house.publishing.publish(house.edit("hygiene", 7), house.staff, "改")
    house.publishing.publish(house.edit("food", 5), house.staff, "以后", house.clock.now() + timedelta(days=1))
    house.publishing.roll_back(1, house.staff, "改错了")
    house.clock.forward(days=2)
    house.catalogue.refresh()
    assert (days(house, "hygiene"), days(house, "food")) == (10, 5)


@pytest.mark.parametrize("back", [timedelta(0), timedelta(minutes=-1)])
def test_the_past_can_not_be_changed(house, back) -> None:
    with pytest.raises(InputRefused, match="生效时间须在将来"):
        house.publishing.publish(house.edit("hygiene", 7), house.staff, "补", house.clock.now() + back)


def test_a_publication_needs_a_reason_and_a_change(house) -> None:
    with pytest.raises(InputRefused, match="原因"):
        house.publishing.publish(house.edit("hygiene", 7), house.staff, " ")
    with pytest.raises(InputRefused, match="没有任何改动"):
        house.publishing.publish(house.edit("hygiene", 10), house.staff, "没改")


def test_a_broken_change_set_changes_nothing(house) -> None:
    change_set = house.edit("hygiene", 7)
    broken = dict(house.catalogue.current().get("item", "food"), form="none_such")
    house.publishing.put(change_set, broken, house.staff)
    with pytest.raises(GateClosed) as caught:
        house.publishing.publish(change_set, house.staff, "改")
    assert [finding.place for finding in caught.value.findings] == ["form"]
    assert (house.catalogue.current().release, days(house), house.publishing.get(change_set).state) == (1, 10, "open")


def test_removing_what_others_need_is_found_at_those_others(house) -> None:
    change_set = house.publishing.open("删版式", house.staff)
    house.publishing.remove(change_set, "notice", "standard", house.staff)
    assert {(f.code, f.place) for f in house.publishing.check(change_set)} == {("food", "notice"), ("hygiene", "notice")}


def test_an_entry_removed_from_a_table_is_found_where_it_is_used(house) -> None:
    change_set = house.publishing.open("删代码", house.staff)
    table = dict(house.catalogue.current().get("code_table", "case_type"))
    house.publishing.put(change_set, table | {"entries": [e for e in table["entries"] if e["code"] != "2"]}, house.staff)
    assert {f.code for f in house.publishing.check(change_set)} == {"food", "hygiene"}


def test_the_second_of_two_editors_of_one_definition_is_told(house) -> None:
    mine, theirs = house.edit("hygiene", 7), house.edit("hygiene", 6)
    house.publishing.publish(theirs, house.staff, "先")
    with pytest.raises(ChangeSetOutdated, match="事项“公共场所卫生许可（新办）”.*第 2 版"):
        house.publishing.publish(mine, house.staff, "后")
    house.publishing.rebase(mine, "item", "hygiene")
    house.publishing.publish(mine, house.staff, "核对过")
    assert days(house) == 7


def test_editors_of_different_definitions_do_not_disturb_each_other(house) -> None:
    mine, theirs = house.edit("hygiene", 7), house.edit("food", 5)
    house.publishing.publish(theirs, house.staff, "先")
    house.publishing.publish(mine, house.staff, "后")
    assert (days(house, "hygiene"), days(house, "food")) == (7, 5)


def test_an_outdated_page_does_not_overwrite(house) -> None:
    change_set = house.publishing.open("并行", house.staff)
    body = house.catalogue.current().get("item", "food")
    revision = house.publishing.put(change_set, body, house.staff, 1)
    with pytest.raises(ChangeSetOutdated):
        house.publishing.put(change_set, body, house.staff, 1)
    assert house.publishing.put(change_set, body, house.staff, revision) == revision + 1


def test_eight_publishers_at_once_leave_eight_releases_without_a_gap(house) -> None:
    prepared = []
    for number in range(8):
        change_set = house.publishing.open(f"第{number}", house.staff)
        table = {"kind": "code_table", "code": f"t{number}", "title": "表", "entries": [{"code": "1", "title": "一"}]}
        house.publishing.put(change_set, table, house.staff)
        prepared.append(change_set)
    failed: list[Exception] = []

    def publish(change_set: int) -> None:
        for _ in range(20):
            try:
                house.publishing.publish(change_set, house.staff, "并发")
                return
            except ChangeSetOutdated:
                continue
            except Exception as error:
                failed.append(error)
                return

    threads = [threading.Thread(target=publish, args=(change_set,)) for change_set in prepared]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    house.catalogue.refresh()
    assert [release.number for release in house.publishing.releases()] == list(range(9, 0, -1))
    assert {f"t{number}" for number in range(8)} <= set(house.catalogue.current().codes("code_table"))


def test_a_publication_that_dies_in_the_middle_leaves_nothing(house, monkeypatch) -> None:
    change_set = house.edit("hygiene", 7)
    monkeypatch.setattr(type(house.publishing), "_write", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        house.publishing.publish(change_set, house.staff, "改")
    with house.database.reading() as connection:
        assert connection.execute(select(func.max(releases.c.number))).scalar() == 1
        assert connection.execute(select(func.count()).select_from(definition_versions).where(definition_versions.c.code == "hygiene")).scalar() == 1
        assert connection.execute(select(change_sets.c.state)).scalars().all() == ["open"]


def test_an_import_is_a_change_set_of_what_differs(house, documents) -> None:
    documents[-1]["title"] = "公共场所卫生许可（新办、变更）"
    change_set = house.publishing.import_documents(documents[1:], house.staff, remove_missing=True)
    assert [(entry.code, entry.action) for entry in house.publishing.entries(change_set)] == [("hygiene", "put"), ("district", "remove")]


def test_what_is_edited_while_it_is_being_published_is_not_lost(house, monkeypatch) -> None:
    change_set = house.edit("hygiene", 7)
    check = house.publishing._check_plan

    def edit_meanwhile(plan) -> None:
        check(plan)
        house.edit("food", 3, change_set)

    monkeypatch.setattr(house.publishing, "_check_plan", edit_meanwhile)
    with pytest.raises(ChangeSetOutdated):
        house.publishing.publish(change_set, house.staff, "改")
    assert (house.catalogue.current().release, len(house.publishing.entries(change_set))) == (1, 2)


def test_a_change_set_is_published_once(house) -> None:
    change_set = house.edit("hygiene", 7)
    house.publishing.publish(change_set, house.staff, "改")
    with pytest.raises(ChangeSetOutdated, match="已发布"):
        house.publishing.publish(change_set, house.staff, "再改")
    with pytest.raises(NotFound):
        house.publishing.publish(99, house.staff, "没有")


def test_a_release_issued_again_keeps_who_when_and_why(house) -> None:
    moment = house.clock.now() + timedelta(days=3)
    change_set = house.edit("hygiene", 7)
    approver = Actor("chief", "科长")
    number = house.publishing.publish(change_set, approver, "到时再改", moment)
    house.publishing.publish(house.edit("food", 3), house.staff, "现在改")
    again, now, old, _first = house.publishing.releases()
    assert (again.supersedes, again.state, again.effective_at, again.reason) == (number, "scheduled", moment, "到时再改")
    assert (again.author, again.approver, again.change_set) == ("items", "chief", change_set)
    assert (now.approver, old.state) == ("items", "superseded")


def test_only_what_was_in_force_can_be_rolled_back_to(house) -> None:
    number = house.publishing.publish(house.edit("hygiene", 7), house.staff, "以后", house.clock.now() + timedelta(days=3))
    with pytest.raises(Conflict, match="曾经生效"):
        house.publishing.roll_back(number, house.staff, "提前")
    house.publishing.withdraw(number, house.staff)
    with pytest.raises(Conflict, match="曾经生效"):
        house.publishing.roll_back(number, house.staff, "提前")


def test_what_would_break_a_waiting_release_is_refused_and_names_it(house) -> None:
    spare = {"kind": "notice", "code": "spare", "title": "备用", "demo": True, "blocks": [{"code": "summary", "type": "summary"}]}
    adding = house.publishing.open("加版式", house.staff)
    house.publishing.put(adding, spare, house.staff)
    house.publishing.publish(adding, house.staff, "加")
    using = house.publishing.open("用版式", house.staff)
    house.publishing.put(using, dict(house.catalogue.current().get("item", "food"), notice="spare"), house.staff)
    number = house.publishing.publish(using, house.staff, "以后用", house.clock.now() + timedelta(days=3))
    removing = house.publishing.open("删版式", house.staff)
    house.publishing.remove(removing, "notice", "spare", house.staff)
    with pytest.raises(GateClosed, match=f"已排定的第 {number} 版"):
        house.publishing.publish(removing, house.staff, "删")


def test_a_publication_stands_although_the_database_goes_away_right_after(house, monkeypatch) -> None:
    monkeypatch.setattr(house.catalogue, "refresh", lambda: (_ for _ in ()).throw(OperationalError("", {}, Exception())))
    assert house.publishing.publish(house.edit("food", 3), house.staff, "改") == 2
    monkeypatch.undo()
    house.catalogue.refresh()
    assert days(house, "food") == 3


def test_a_changed_table_has_the_forms_that_use_it_and_their_items_checked(house) -> None:
    field = {"code": "colour", "type": "choice", "title": "颜色", "code_table": "colour"}
    form = {"kind": "form", "code": "paint", "title": "表单", "demo": True, "sections": [{"code": "s", "title": "节", "fields": [field]}]}
    table = {"kind": "code_table", "code": "colour", "title": "颜色", "entries": [{"code": "1", "title": "红"}]}
    change_set = house.publishing.import_documents(
        [form, table, dict(house.catalogue.current().get("item", "food"), form="paint")], house.staff
    )
    house.publishing.publish(change_set, house.staff, "加表单")
    checked: list[str] = []

    def note(body, _view) -> list:
        checked.append(body["code"])
        return []

    kinds = KindTable(*(Kind(kind.name, kind.title, (note,), kind.words) for kind in house.kinds))
    publishing = Publishing(house.database, kinds, house.clock, house.catalogue)
    change_set = publishing.open("改表", house.staff)
    publishing.put(change_set, table | {"entries": [{"code": "2", "title": "蓝"}]}, house.staff)
    assert publishing.check(change_set) == []
    assert sorted(checked) == ["colour", "food", "paint"]


@pytest.mark.parametrize("code", ["Food", "1food", "food-a", "食品", "f" * 65, "a/b"])
def test_an_unusable_code_is_refused_at_once(house, code: str) -> None:
    change_set = house.publishing.open("新", house.staff)
    with pytest.raises(InputRefused, match="代码"):
        house.publishing.put(change_set, {"kind": "item", "code": code}, house.staff)
    with pytest.raises(InputRefused, match="这一类"):
        house.publishing.put(change_set, {"kind": "spell", "code": "a"}, house.staff)
