"""Vectors of domain C.1 and C.2."""

import pytest

from yichuang.rules import national
from yichuang.rules.dates import make

GOOD_IDS = [
    "110107199001010013",
    "110107199001010021",
    "11010719900307001X",
    "11010719900307028X",
    "11010719900307036X",
    "110107198512314217",
    "110107197506151234",
    "110107196308154560",
    "110107200002290016",
    "110107201806013019",
    "11010720110601001X",
    "110107201106020015",
    "110107194509010011",
    "110107193509010025",
    "110107192509010039",
    "110107198501011237",
    "810000198506150039",
    "83000019900214002X",
]
GOOD_CODES = [
    "91350100M000100Y43",
    "11370800MB28559184",
    "12441500196720244T",
    "11430000006122244L",
    "11330105002500287C",
    "11100000000013338W",
    "11100000MB03271699",
    "113700000045046442",
    "113703030042174346",
    "11110107000070017X",
    "11110107000070025Q",
    "11110107MB0A00018R",
    "91110107MA0TERT167",
    "92110107MA0AAAA1XU",
    "52110107MJ00000187",
    "121101074000000185",
    "93110107MF0000013A",
    "91110107MA01AB2C3C",
]


@pytest.mark.parametrize("number", GOOD_IDS)
def test_a_good_identity_number_passes(number: str) -> None:
    assert national.id_fault(number) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("110107199001010014", "check"),
        ("110107199902300018", "date"),
        ("110107850101123", "shape"),
        ("", "shape"),
        ("x" * 18, "shape"),
    ],
)
def test_a_faulty_identity_number_says_what_is_wrong(number: str, fault: str) -> None:
    assert national.id_fault(number) == fault


def test_an_identity_number_tells_birth_date_and_sex() -> None:
    assert national.id_birth_date("110107200002290016") == make(2000, 2, 29)
    assert national.id_sex("11010719900307001X") == "1"
    assert national.id_sex("110107199001010021") == "2"


@pytest.mark.parametrize(
    "typed", ["11010719900307001x", " １１０１０７１９９００３０７００１ｘ ", "110107 19900307 001X"]
)
def test_an_identity_number_is_tidied(typed: str) -> None:
    assert national.tidy_number(typed) == "11010719900307001X"


@pytest.mark.parametrize("code", GOOD_CODES)
def test_a_good_credit_code_passes(code: str) -> None:
    assert national.credit_fault(code) is None


@pytest.mark.parametrize(
    "code", ["91350100M000100Y4A", "91350100M0001TGQXM", "91350211M0000XUF46", "91350203M0001FUE2P"]
)
def test_a_credit_code_with_another_check_digit_is_only_doubted(code: str) -> None:
    assert national.credit_fault(code) == "check"


def test_letters_that_no_credit_code_has_are_refused() -> None:
    assert national.credit_fault("91350100I000100Y43") == "shape"


@pytest.mark.parametrize(
    ("eight", "digit"), [("M000100Y", "4"), ("19672024", "4"), ("00250028", "7"), ("MB032716", "9"), ("MA0AAAA1", "X")]
)
def test_the_organisation_code_inside_has_its_own_digit(eight: str, digit: str) -> None:
    assert national.organisation_check_digit(eight) == digit


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("+86 138-0013-8000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("（010）68607000", "010-68607000"),
        ("0311 8660123", "0311-8660123"),
        ("010-68607000", "010-68607000"),
    ],
)
def test_a_phone_number_is_tidied(typed: str, tidy: str) -> None:
    assert national.tidy_phone(typed) == tidy
    assert not national.phone_fault(tidy)


@pytest.mark.parametrize("typed", ["12345", "68607000", "12800138000", "138001380001", "电话"])
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    assert national.phone_fault(national.tidy_phone(typed))
