import pytest

from yichuang.catalogue import gate
from yichuang.catalogue.packing import DocumentView
from yichuang.ports import Finding, Ref


def findings(documents, kinds):
    return gate.check(DocumentView(documents), kinds)


def by_code(documents, code):
    return next(body for body in documents if body["code"] == code)


def test_a_consistent_world_passes(documents, kinds) -> None:
    assert findings(documents, kinds) == []


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (lambda body: body.pop("fees"), "", "缺少“fees”"),
        (lambda body: body.update(state="open"), "state", "不能是“open”"),
        (lambda body: body.update(colour="red"), "", "多出“colour”"),
        (lambda body: body["time_limits"]["promised"].update(amount=-1), "time_limits/promised/amount", "过小"),
        (lambda body: body["time_limits"]["promised"].update(amount="ten"), "time_limits/promised/amount", "类型不对"),
        (lambda body: body.update(form="none_such"), "form", "没有名为“none_such”的表单"),
        (lambda body: body.update(item_type="99"), "item_type", "中没有“99”"),
        (lambda body: body.update(department="nobody"), "department", "没有部门“nobody”"),
        (lambda body: body["places"][0].update(windows=["b12", "b99"]), "places/0/windows/1", "没有窗口“b99”"),
        (lambda body: body.update(themes=["x"]), "themes/0", "没有代码表“item_theme”"),
    ],
)
def test_each_fault_names_definition_place_and_remedy(documents, kinds, change, place, words) -> None:
    change(by_code(documents, "food"))
    found = findings(documents, kinds)
    assert [(f.kind, f.code, f.place) for f in found] == [("item", "food", place)]
    assert words in found[0].message
    assert any("一" <= letter <= "鿿" for letter in found[0].remedy)


def test_a_broken_condition_is_told_where_it_stands(documents, kinds) -> None:
    material = {"code": "m", "title": "材料甲", "necessity": "required", "source_type": "applicant"}
    by_code(documents, "food")["materials"] = [material | {"needed_when": {"fact": "form.a", "op": "like", "value": 1}}]
    found = findings(documents, kinds)
    assert found[0].place == "materials/0/needed_when"
    assert found[0].message.startswith("申请材料 › 材料甲 › 何时需要")


def test_the_checks_of_a_kind_run_only_on_what_fits_its_schema(documents, kinds) -> None:
    seen = []

    def check(body, view):
        seen.append(body["code"])
        return [Finding("item", body["code"], "", "有问题", "请修改", "warning")]

    object.__setattr__(kinds.get("item"), "checks", (check,))
    by_code(documents, "food").pop("fees")
    found = findings(documents, kinds)
    assert seen == ["hygiene"]
    assert [f.severity for f in found] == ["error", "warning"]


def test_only_the_named_definitions_are_checked(documents, kinds) -> None:
    by_code(documents, "food").pop("fees")
    assert gate.check(DocumentView(documents), kinds, {Ref("item", "hygiene")}) == []
