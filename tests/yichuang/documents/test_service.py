"""Documents are issued in the case's transaction, numbered, sealed, pressed once, verified by anyone, voided with a trace."""

import pytest
from sqlalchemy import select

from tests.yichuang.documents.conftest import CLERK, given
from yichuang.documents.model import documents
from yichuang.errors import Conflict, DocumentMissing, InputRefused
from yichuang.ports import Place


def test_a_number_is_made_of_department_item_word_year_and_order(house) -> None:
    assert house.issue().number == "石市监食许受字〔2026〕第000001号"
    assert house.issue().number == "石市监食许受字〔2026〕第000002号"
    assert house.issue("correction").number == "石市监食许补字〔2026〕第000001号"
    assert house.issue("receipt").number == ""


def test_an_item_that_every_street_has_is_numbered_by_the_street_office(house) -> None:
    place = Place("jiedao", "lugu_hall", "lugu", "")
    issued = house.issue(department="jiedao", place=place, facts={"item.code": "minimum_living", "org.street": "lugu"})
    assert issued.number == "石鲁谷街低保受字〔2026〕第000001号"
    assert issued.authority_title == "鲁谷街道办事处"


def test_a_new_year_begins_at_one(house) -> None:
    house.issue()
    house.clock.forward(days=60)
    assert house.issue().number == "石市监食许受字〔2027〕第000001号"


def test_what_fails_takes_no_number(house) -> None:
    with pytest.raises(RuntimeError), house.database.writing() as connection:
        house.documents.issue(connection, house.order())
        raise RuntimeError
    assert house.issue().seq == 1
    assert len(house.documents.of_case("c1")) == 1


def test_the_same_key_is_one_document(house) -> None:
    first = house.issue(key="step-3")
    assert house.issue(key="step-3") == first
    assert house.issue(key="step-4").seq == 2


def test_a_value_that_must_not_be_missing_is_named(house) -> None:
    values = {**given(), "correction.points": [], "correction.method": ""}
    with pytest.raises(InputRefused) as refused:
        house.issue("correction", values=values)
    assert [p["field"] for p in refused.value.problems] == ["correction.points", "correction.method"]
    assert "补正方式" in refused.value.problems[1]["message"]


def test_nothing_personal_is_readable_in_the_database_or_on_disk(house) -> None:
    issued = house.issue(values={**given(), "applicant.name": "欧阳测试", "applicant.phone": "13812345678"})
    house.documents.pdf(issued.id)
    with house.database.reading() as connection:
        row = dict(connection.execute(select(documents)).one()._mapping)
    assert not [column for column, value in row.items() if "欧阳" in str(value) or "13812345678" in str(value)]
    kept = [path.read_bytes() for path in house.folder.rglob("*") if path.is_file()]
    assert kept
    assert not [content for content in kept if b"%PDF" in content]


def test_an_identity_number_is_masked_even_when_it_is_given_whole(house) -> None:
    issued = house.issue("commitment_letter", values={**given(), "applicant.id_no": "11010719900307001X"})
    content = str(house.documents.content(issued.id))
    assert "11010719900307001X" not in content
    assert "110107********001X" in content


def test_an_organisations_credit_code_is_public(house) -> None:
    issued = house.issue("commitment_letter", values={**given(), "applicant.id_no": "91110107MA0TERT167"})
    assert "91110107MA0TERT167" in str(house.documents.content(issued.id))


def test_a_seal_that_an_agreement_names_is_used_where_the_definition_says_so(house) -> None:
    values = {**given(), "document.seal": "某局委托受理专用章"}
    assert seal_of(house, house.issue(values=values)) == "某局委托受理专用章"
    assert seal_of(house, house.issue("decision", values=values)) == "石景山区市场监督管理局"
    assert seal_of(house, house.issue()) == "石景山区市场监督管理局受理专用章"
    street = {"item.code": "food_business_new", "org.street": "lugu"}
    assert seal_of(house, house.issue(facts=street)) == "石景山区市场监督管理局受理专用章（2）"


def seal_of(house, issued) -> str:
    return next(block["seal"] for block in house.documents.content(issued.id)["blocks"] if block["type"] == "seal")


def test_a_paper_never_changes_whatever_is_published_later(house) -> None:
    issued = house.issue()
    first = house.documents.pdf(issued.id)
    house.edit("document", "acceptance", lambda body: body.update(title="另一种通知书"))
    assert house.documents.pdf(issued.id) == first
    assert house.another().pdf(issued.id) == first
    assert house.documents.content(issued.id)["title"] == "受理通知书"


def test_a_case_keeps_the_definition_of_its_release(house) -> None:
    old = house.catalogue.current().release
    house.edit("document", "acceptance", lambda body: body.update(title="另一种通知书"))
    assert house.issue(release=old).title == "受理通知书"
    assert house.issue().title == "另一种通知书"


def test_a_voided_document_keeps_its_number_and_its_trace(house) -> None:
    first = house.issue()
    voided = house.documents.void(first.id, "申请人名称写错", CLERK)
    assert (voided.state, voided.number, voided.voided_by) == ("voided", first.number, "clerk")
    assert house.issue().seq == 2
    assert [one.state for one in house.documents.of_case("c1")] == ["voided", "issued"]
    assert house.documents.verify(first.verify_code).state_title == "已作废"
    with pytest.raises(Conflict):
        house.documents.void(first.id, "再作废一次", CLERK)
    with pytest.raises(InputRefused):
        house.documents.void(house.issue().id, " ", CLERK)


def test_anyone_verifies_without_learning_about_the_applicant(house) -> None:
    issued = house.issue(values={**given(), "applicant.name": "欧阳测试"})
    house.documents.pdf(issued.id)
    told = house.documents.verify(issued.verify_code)
    assert (told.number, told.title, told.authority_title) == (issued.number, "受理通知书", "石景山区市场监督管理局")
    assert (len(told.sha256), told.state_title, told.item_title) == (64, "有效", "食品经营许可（新办）")
    assert "欧阳" not in str(told)


@pytest.mark.parametrize("code", ["", "x", "k7m3p9q2w5x8c4v6b", "../../etc/passwd", "K7M3P9Q2W5X8C4V6B", "'; drop table"])
def test_an_unknown_code_is_missing(house, code: str) -> None:
    with pytest.raises(DocumentMissing):
        house.documents.verify(code)
