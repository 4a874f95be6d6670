import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.catalogue.documents import canonical, digest, in_order, read, write
from yichuang.errors import MalformedInput

NASTY = st.sampled_from(["no", "on", "1.10", "2024-01-01", "12:30", "~", "null", "true", " lead", "trail ", "a: b", "# no", "- x", "多行\n文字", "末\n", "\n", "👍𠮷", "'\"", "&a", "*a", "<<", "=", "0x1f", "1e5", "010", "|", ">"])
LEAVES = st.one_of(NASTY, st.text(max_size=30), st.booleans(), st.integers(-(10**12), 10**12), st.none())
VALUES = st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4)), max_leaves=15)


@given(st.dictionaries(st.one_of(NASTY, st.text(min_size=1, max_size=8)), VALUES, max_size=5))
def test_what_is_written_reads_back_the_same(body) -> None:
    assert read(write(body)) == body


@pytest.mark.parametrize("text", ["a: no", "a: 2024-01-01", "a: 1:30", "a: on", "a: 010"])
def test_strings_stay_strings(text: str) -> None:
    assert read(text)["a"] == text[3:]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [("a: 1\nb: [", "3", "格式有误"), ("a: 1\na: 2", "2", "重复出现"), ("x: &y 1\nz: *y", "2", "不允许使用引用"), ("- a", "1", "名称: 内容")],
)
def test_an_unreadable_text_is_told_with_its_line(text: str, line: str, words: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        read(text)
    assert caught.value.problems[0]["line"] == line
    assert words in str(caught.value) + caught.value.problems[0]["message"]


def test_too_deep_and_too_large_are_refused() -> None:
    with pytest.raises(MalformedInput):
        read("a: " + "[" * 60 + "]" * 60)
    with pytest.raises(MalformedInput):
        read("a: " + "x" * 3_000_000)


def test_the_canonical_text_does_not_depend_on_order_or_on_how_a_number_is_written() -> None:
    assert canonical({"b": 1.0, "a": [1]}) == canonical({"a": [1], "b": 1})
    assert digest(canonical({"a": 1})) != digest(canonical({"a": 2}))


def test_keys_follow_the_schema_and_unknown_ones_come_last() -> None:
    schema = {"properties": {"z": {}, "a": {"items": {"properties": {"y": {}, "x": {}}}}}}
    ordered = in_order({"q": 1, "a": [{"x": 1, "y": 2}], "z": 3}, schema, schema)
    assert list(ordered) == ["z", "a", "q"]
    assert list(ordered["a"][0]) == ["y", "x"]
