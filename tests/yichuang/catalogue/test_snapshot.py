import pytest

from yichuang.catalogue.snapshot import Bodies, Compiled, Snapshot
from yichuang.errors import DefinitionMissing


def test_what_is_compiled_is_shared_by_releases_where_all_it_read_is_the_same(house) -> None:
    made = []

    def maker(view, code):
        made.append(code)
        body = view.find("item", code)
        return body["title"], view.find("notice", body["notice"])["title"]

    first = house.catalogue.current()
    first.compiled(maker, "food")
    house.publishing.publish(house.edit("hygiene", 7), house.staff, "别的事项")
    assert house.catalogue.current().compiled(maker, "food") == first.compiled(maker, "food")
    assert made == ["food"]
    change_set = house.publishing.open("改版式", house.staff)
    house.publishing.put(change_set, dict(first.get("notice", "standard"), title="新版式"), house.staff)
    house.publishing.publish(change_set, house.staff, "改版式")
    assert house.catalogue.current().compiled(maker, "food")[1] == "新版式"
    assert first.compiled(maker, "food")[1] == "标准版式"
    assert made == ["food", "food"]


def test_something_new_in_a_list_that_was_read_makes_it_again(house) -> None:
    def maker(view, code):
        return list(view.codes("code_table"))

    before = house.catalogue.current().compiled(maker, "x")
    change_set = house.publishing.open("加表", house.staff)
    house.publishing.put(change_set, {"kind": "code_table", "code": "zz", "title": "新", "entries": [{"code": "1", "title": "一"}]}, house.staff)
    house.publishing.publish(change_set, house.staff, "加表")
    assert house.catalogue.current().compiled(maker, "x") == [*before, "zz"]


def test_only_so_many_bodies_and_compiled_things_are_kept(house) -> None:
    bodies, compiled = Bodies(house.database, keep=2), Compiled(keep=2)
    served = house.catalogue.current()
    snapshot = Snapshot(1, served.effective_at, served.manifest, bodies, compiled)
    for code in snapshot.codes("code_table"):
        snapshot.get("code_table", code)
        snapshot.compiled(lambda view, code: code, code)
    assert len(bodies._bodies) == 2
    assert len(compiled._kept) == 2


def test_a_missing_definition_is_named(house) -> None:
    with pytest.raises(DefinitionMissing, match="item/nothing"):
        house.catalogue.current().get("item", "nothing")
