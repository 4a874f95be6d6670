import pytest

from yichuang.access.masks import mask_id, mask_name, mask_phone


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("张小三", "张*三"), ("欧阳小三", "欧**三"), ("张", "*"), ("", "")])
def test_names_keep_first_and_last(name: str, shown: str) -> None:
    assert mask_name(name) == shown


def test_id_numbers_keep_six_and_four() -> None:
    assert mask_id("11010719900307001X") == "110107********001X"
    assert mask_id("12345") == "*****"


@pytest.mark.parametrize(("phone", "shown"), [("13812345678", "138****5678"), ("688", "*88")])
def test_phones_hide_the_middle(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown
