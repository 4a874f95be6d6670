"""The subset means what Python's own engine means, and never hangs."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.rules.patterns import Pattern, PatternRefused

ATOM = st.sampled_from(["a", "b", "[ab]", "[^a]", "[0-9c]", r"\d", r"\.", "(a|b)", "(?:ab|c)", "一"])
MARK = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{2,}", "{0,2}"])
PIECE = st.builds(lambda atom, mark: atom + mark, ATOM, MARK)
GROUP = st.builds(lambda pieces, mark: f"({''.join(pieces)}){mark}", st.lists(PIECE, max_size=3), MARK)
SOURCE = st.lists(PIECE | GROUP | st.just("|"), max_size=5).map("".join)


@given(SOURCE, st.lists(st.text(alphabet="abc1.一", max_size=8), max_size=6))
def test_it_matches_what_python_matches(source: str, texts: list[str]) -> None:
    mine, theirs = Pattern(source), re.compile(source)
    exported = re.compile(mine.ecma)
    for text in texts:
        assert mine.matches(text) == bool(theirs.fullmatch(text)) == bool(exported.search(text)), (source, text)


@pytest.mark.parametrize(
    "source",
    [
        "^a",
        "a$",
        "(?=a)",
        "(?<x>a)",
        r"\1",
        r"\b",
        "a*?",
        "a++",
        "(",
        ")",
        "[",
        "[]",
        "a{",
        "a{2,1}",
        "*a",
        "[b-a]",
        r"\p{Han}",
        "x" * 201,
    ],
)
def test_what_both_languages_do_not_read_alike_is_refused_in_chinese(source: str) -> None:
    with pytest.raises(PatternRefused, match=r"[\u4e00-\u9fff]"):
        Pattern(source)


@pytest.mark.parametrize("source", ["(a|aa)+", "(a*)*", "((a?){1,20}){1,6}", "a*a*a*a*b"])
def test_no_pattern_hangs(source: str) -> None:
    pattern, start = Pattern(source), time.process_time()
    assert not pattern.matches("a" * 4000 + "!")
    assert time.process_time() - start < 2


def test_a_character_beyond_the_basic_plane_is_one() -> None:
    assert Pattern(".{2}").matches("👍𠮷")
    assert Pattern("[👍-👏]").matches("👎")
