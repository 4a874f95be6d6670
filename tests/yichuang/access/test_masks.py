import pytest

from yichuang.access.grants import Grants, Reach
from yichuang.access.masks import mask_id, mask_name, mask_phone, masked_party, revealed
from yichuang.ports import Party, Place


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("张小三", "张*三"), ("欧阳小三", "欧**三"), ("张", "*"), ("", "")])
def test_names_keep_first_and_last(name: str, shown: str) -> None:
    assert mask_name(name) == shown


def test_id_numbers_keep_six_and_four() -> None:
    assert mask_id("11010719900307001X") == "110107********001X"
    assert mask_id("12345") == "*****"


@pytest.mark.parametrize(("phone", "shown"), [("13812345678", "138****5678"), ("688", "*88")])
def test_phones_hide_the_middle(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_a_persons_party_is_masked_whole_and_an_organisations_name_and_code_are_public() -> None:
    person = masked_party(Party("张小三", "1", "111", "11010719900307001X", "13812345678"))
    assert (person.name, person.id_no, person.phone) == ("张*三", "110107********001X", "138****5678")
    shop = masked_party(Party("某餐饮有限公司", "2", "001", "91110107MA0000000A", "13812345678", "李四"))
    assert (shop.name, shop.id_no) == ("某餐饮有限公司", "91110107MA0000000A")
    assert (shop.phone, shop.legal_rep) == ("138****5678", "李*")
    assert masked_party(Party()) == Party()


def test_whole_values_are_for_who_has_the_power_there() -> None:
    grants = Grants({"personal.reveal": Reach(halls=frozenset({"bajiao_hall"})), "case.read": Reach(everything=True)})
    assert revealed(grants, Place(hall="bajiao_hall"))
    assert not revealed(grants, Place(hall="gucheng_hall"))
    assert not revealed(Grants(), Place(hall="bajiao_hall"))
