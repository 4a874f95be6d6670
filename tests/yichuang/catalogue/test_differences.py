from copy import deepcopy

from yichuang.catalogue.differences import between


def words(old, new, schema):
    return [str(difference) for difference in between(old, new, schema)]


def test_a_changed_value_is_said_with_its_path_in_chinese(documents, kinds) -> None:
    old, new = documents[-1], deepcopy(documents[-1])
    new["time_limits"]["promised"]["amount"] = 7
    assert words(old, new, kinds.get("item").schema) == ["时限 › 承诺办结时限 › 数量：“10”改为“7”"]


def test_elements_are_matched_by_code_not_by_position(documents, kinds) -> None:
    schema = kinds.get("item").schema
    old = documents[-1] | {"materials": [_material("a", "甲"), _material("b", "乙")]}
    new = documents[-1] | {"materials": [_material("c", "丙"), _material("a", "甲"), _material("b", "乙改")]}
    assert words(old, new, schema) == ["申请材料：新增“丙”", "申请材料 › 乙改 › 材料名称：“乙”改为“乙改”"]
    assert words(new, old, schema)[-1] == "申请材料：删去“丙”"


def test_a_changed_order_is_said(documents, kinds) -> None:
    old = documents[-1] | {"materials": [_material("a", "甲"), _material("b", "乙")]}
    new = documents[-1] | {"materials": [_material("b", "乙"), _material("a", "甲")]}
    assert words(old, new, kinds.get("item").schema) == ["申请材料 › 顺序：“甲、乙”改为“乙、甲”"]


def test_enumerations_and_truth_are_said_in_words(documents, kinds) -> None:
    old, new = documents[-1], documents[-1] | {"state": "suspended", "fees": {"charged": True}}
    assert words(old, new, kinds.get("item").schema) == ["状态：“在用”改为“暂停”", "收费 › 是否收费：“否”改为“是”"]


def test_added_and_removed_definitions(documents, kinds) -> None:
    schema = kinds.get("item").schema
    assert words(None, documents[-1], schema) == ["定义：新增“公共场所卫生许可（新办）”"]
    assert words(documents[-1], None, schema) == ["定义：删去“公共场所卫生许可（新办）”"]


def _material(code, title):
    return {"code": code, "title": title, "necessity": "required", "source_type": "applicant"}


def test_a_condition_is_said_in_words_with_the_titles_of_its_question(documents, kinds) -> None:
    old = dict(next(body for body in documents if body["code"] == "food"))
    options = [{"code": "self", "title": "本人"}, {"code": "agent", "title": "代理人"}]
    old["situations"] = [{"code": "handler", "title": "办理人", "kind": "single", "options": options}]
    material = {"code": "m", "title": "委托书", "necessity": "required", "source_type": "applicant"}
    old["materials"] = [material | {"needed_when": {"fact": "situation.handler", "op": "eq", "value": "agent"}}]
    any_of = [{"fact": "situation.handler", "op": "eq", "value": "agent"}, {"fact": "form.area", "op": "gte", "value": 50}]
    new = old | {"materials": [material | {"needed_when": {"any": any_of}}]}
    found = between(old, new, kinds.get("item").schema)
    assert [d.words for d in found] == ["申请材料 › 委托书 › 何时需要"]
    assert "“办理人”" in found[0].before and "“代理人”" in found[0].before
    assert "form.area" in found[0].after and "不小于50" in found[0].after


def test_a_draft_that_is_still_wrong_can_be_compared(documents, kinds) -> None:
    old = next(body for body in documents if body["code"] == "food")
    new = old | {"situations": [{"title": "没有代码"}], "materials": "不是列表"}
    assert {d.place for d in between(old, new, kinds.get("item").schema)} >= {"materials"}
