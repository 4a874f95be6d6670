import pytest

from yichuang.catalogue.search import ItemIndex, pinyin, row_of, search_words

DEPARTMENTS = {"scjg": {"title": "区市场监督管理局", "short_title": "市场监管局"}, "wjw": {"title": "区卫生健康委员会"}}


def body(code, title, department="scjg", **more):
    return {"code": code, "title": title, "department": department, "state": "active", "case_type": "2"} | more


INDEX = ItemIndex(
    [
        row_of(b["code"], b["title"], search_words(b))
        for b in (
            body("food", "食品经营许可（新办）", keywords=["餐饮许可证", "开饭馆"], handling_code="00019900100001"),
            body("small_food", "小食杂店备案", state="cancelled"),
            body("hygiene", "公共场所卫生许可（新办）", "wjw", themes=["health"]),
            body("draft", "草稿事项", state="draft"),
        )
    ],
    DEPARTMENTS,
)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("spjyxk", "food"), ("食品经营", "food"), ("shipinjingying", "food"), ("开饭馆", "food"), ("kfg", "food"), ("000199001", "food"),
        ("公共卫生许可", "hygiene"), ("卫生健康", "hygiene"), ("SPJY", "food"), ("食品 新办", "food"), ("市场监管 许可", "food"),
    ],  # fmt: skip
)
def test_an_item_is_found_by(query: str, first: str) -> None:
    assert INDEX.find(query)[0].code == first


def test_a_department_finds_all_its_items_active_ones_first() -> None:
    assert [entry.code for entry in INDEX.find("市场监管局")] == ["food", "small_food"]


def test_filters_and_drafts() -> None:
    assert [entry.code for entry in INDEX.find("", theme="health")] == ["hygiene"]
    assert [entry.code for entry in INDEX.find("", department="wjw")] == ["hygiene"]
    assert INDEX.find("草稿") == []
    assert INDEX.find("没有这种事") == []


def test_pinyin_keeps_letters_and_digits_and_drops_signs() -> None:
    assert pinyin("食品（A1）") == ("shipina1", "spa1")
