import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.access.vault import Vault
from yichuang.errors import ConfigurationRefused

VAULT = Vault("a secret of this test")


@given(st.text(), st.text(min_size=1))
def test_what_is_sealed_opens_again_in_its_own_context_only(plain: str, context: str) -> None:
    sealed = VAULT.seal(plain, context)
    assert VAULT.open(sealed, context) == plain
    with pytest.raises(ConfigurationRefused):
        VAULT.open(sealed, context + "x")


def test_the_sealed_form_does_not_show_the_plain_text_and_is_never_the_same_twice() -> None:
    one, two = VAULT.seal("11010719900307001X", "draft/1"), VAULT.seal("11010719900307001X", "draft/1")
    assert "11010719900307001X" not in one
    assert one != two


def test_a_rotated_key_still_opens_what_the_former_one_sealed() -> None:
    newer = Vault("a newer secret", {"2026": "a secret of this test"})
    assert newer.open(VAULT.seal("甲", "x"), "x") == "甲"
    assert newer.seal("甲", "x").split(".")[1] != VAULT.seal("甲", "x").split(".")[1]


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(ConfigurationRefused, match="不在配置中"):
        Vault("another").open(VAULT.seal("甲", "x"), "x")


def test_a_blind_index_is_stable_and_bound_to_its_purpose() -> None:
    assert VAULT.blind("1", "id") == VAULT.blind("1", "id") != VAULT.blind("1", "phone")
