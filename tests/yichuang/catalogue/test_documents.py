"""YAML in and out loses nothing and surprises nobody; one content has one canonical text."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from yichuang.catalogue.documents import canonical, digest, in_order, read, write
from yichuang.catalogue.kinds import Kind
from yichuang.errors import MalformedInput

NASTY = [
    "no", "on", "y", "~", "null", "true", "1.10", "007", "1e5", "0x1F", "1_000", "12:30:45", "2024-01-01", "=", "<<", "-", "?", ":", "#", "",
    " leading", "trailing ", "a: b", "a #b", "'", '"', "\\", "line\nline", "line\n", "line\n\n", "\nline", "  in\ndented\n", "tab\tbed",
    "多行\n文字\n", "行尾空格 \n下一行", "👩‍⚕️ 😀", "&a", "*a", "!a", "%a", "@a", "`a", "{a}", "[a]", "110101199003070011", "a\r\nb", "\x85", "\u2028",
]  # fmt: skip
anything = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)
texts = st.one_of(st.sampled_from(NASTY), anything, st.text("ab \n:-#'\"，。", max_size=40))
numbers = st.one_of(st.integers(-(10**15) + 1, 10**15 - 1), st.decimals(-9999, 9999, places=3).map(float))
values = st.recursive(
    st.one_of(texts, numbers, st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(texts, values, max_size=5))
@example({text or "empty": text for text in NASTY})
@example({"list": NASTY, "nested": [[text] for text in NASTY]})
def test_what_is_written_is_read_again(body: dict[str, object]) -> None:
    assert read(write(body)) == body


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(texts, values, max_size=5))
def test_canonical_json_says_the_same_whatever_the_order_of_keys(body: dict[str, object]) -> None:
    turned = dict(reversed(body.items()))
    assert canonical(turned) == canonical(body)
    assert json.loads(canonical(body)) == body


@pytest.mark.parametrize("text", ["2024-01-01", "no", "on", "1:30", "1e5", ".inf", "0777", "110101199003070011", "12345678901234567890"])
def test_what_looks_like_something_else_stays_text(text: str) -> None:
    assert read(f"value: {text}")["value"] == text


def test_numbers_booleans_and_nothing_are_what_they_are() -> None:
    assert read("a: 12\nb: -1.50\nc: true\nd: null\ne:\nf: '12'") == {"a": 12, "b": -1.5, "c": True, "d": None, "e": None, "f": "12"}


def test_json_is_read_too() -> None:
    assert read('{"kind": "item", "limits": [1, 2.5, "三"]}') == {"kind": "item", "limits": [1, 2.5, "三"]}


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, 1, "重复出现"),
        ("a: &x [1]\nb: *x", 1, 4, "锚点"),
        ("a: 1\nb: *x", 2, 4, "引用"),
        ("a: !!python/object:os.system x", 1, 4, "标签"),
        ("a: !!binary aGk=", 1, 4, "标签"),
        ("<<: {a: 1}", 1, 1, "合并键"),
        ("a:\n\t- b", 2, 1, "制表符"),
        ("a: b: c", 1, 5, "冒号"),
        ('a: "b', 1, 6, "引号没有结束"),
        ("a: [1, 2", 2, 1, "括号没有结束"),
        ("? [a]\n: b", 1, 3, "名称须为文字"),
        ("a: 1\n---\nb: 2", 2, 1, "只能有一个定义"),
        ("a: " + "[" * 200_000, 1, 44, "嵌套超过"),
        ("- " * 100_000, 1, 83, "嵌套超过"),
    ],
)
def test_a_fault_is_said_in_chinese_with_its_line_and_column(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        read(text)
    problem = caught.value.problems[0]
    assert (problem["line"], problem["column"]) == (str(line), str(column))
    assert words in problem["message"]


@pytest.mark.parametrize("text", ["", "# only a remark", "- a", "text", "a: \x01", "a: " + "x" * 2_100_000])
def test_what_is_no_definition_is_refused(text: str) -> None:
    with pytest.raises(MalformedInput):
        read(text)


REFUSED = [{"a": "\x00"}, {"a": 10**15}, {"a": float("nan")}, {"a": {1: 2}}, {"a": b"x"}, {"a": "x" * 2_100_000}, {"a": "\ud800"}]


@pytest.mark.parametrize("value", REFUSED)
def test_what_no_definition_may_hold_has_no_canonical_text(value: dict[str, object]) -> None:
    with pytest.raises(MalformedInput):
        canonical(value)


def test_depth_is_bounded_for_bodies_that_were_never_yaml() -> None:
    body: dict[str, object] = {}
    for _ in range(5000):
        body = {"a": body}
    with pytest.raises(MalformedInput):
        canonical(body)


def test_a_whole_number_has_one_form() -> None:
    assert canonical({"a": 1.0}) == canonical({"a": 1}) == '{"a":1}'


def test_the_digest_is_sha_256_of_utf_8() -> None:
    assert digest(canonical({"名": "一窗"})) == "170bee0e0cad3d2135cb8b99df1fff00b2aed640ee603929b6ae87c0313cb9ab"


def test_keys_are_written_in_the_order_of_the_schema_and_long_text_as_a_block() -> None:
    body = {"entries": [{"title": "甲", "code": "a"}], "title": "表", "code": "t", "kind": "code_table", "note": "第一行\n第二行\n"}
    assert write(body, Kind("code_table", "代码表").schema) == (
        "kind: code_table\ncode: t\ntitle: 表\nnote: |\n  第一行\n  第二行\nentries:\n- code: a\n  title: 甲\n"
    )


def test_unknown_keys_come_last_at_every_level() -> None:
    schema = {"properties": {"z": {}, "a": {"items": {"properties": {"y": {}, "x": {}}}}}}
    ordered = in_order({"q": 1, "a": [{"x": 1, "y": 2}], "z": 3}, schema, schema)
    assert (list(ordered), list(ordered["a"][0])) == (["z", "a", "q"], ["y", "x"])
