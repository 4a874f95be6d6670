"""Accounts: one person, one account; sealed; over when logged out."""

from typing import Any

import pytest
from sqlalchemy import select

from yichuang.access.vault import Vault
from yichuang.applicants.account import masked
from yichuang.applicants.model import applicants
from yichuang.applicants.service import Applicants
from yichuang.audit.service import Audit
from yichuang.database import Database
from yichuang.errors import ConnectorRefused, SignInNeeded
from yichuang.ports import SystemClock

PERSON = {"iss": "https://id.example", "sub": "1", "name": "林若溪", "id_type": "111", "id_no": "110107199001010021", "phone_number": "13900000001"}
SHOP = {
    "iss": "https://id.example", "sub": "2", "subject_kind": "2", "name": "北京京西小厨餐饮有限公司", "id_type": "001",
    "id_no": "91110107MA0TERT167", "phone_number": "01068000001", "legal_rep": "何志远", "operator": PERSON,
}  # fmt: skip


@pytest.fixture
def rooms(database: Database) -> Applicants:
    clock = SystemClock()
    return Applicants(database, Vault("secret"), Audit(database, clock), clock)


def test_the_same_person_comes_back_to_the_same_account_with_todays_phone(rooms: Applicants) -> None:
    first = rooms.sign_in(PERSON)
    again = rooms.sign_in(PERSON | {"phone_number": "13900000099"})
    assert again.id == first.id
    assert rooms.open(first.id).party.phone == "13900000099"


def test_the_same_name_at_another_provider_is_another_account(rooms: Applicants) -> None:
    assert rooms.sign_in(PERSON).id != rooms.sign_in(PERSON | {"iss": "https://other.example"}).id


def test_nothing_of_a_person_lies_open_in_the_table_or_the_trail(rooms: Applicants, database: Database) -> None:
    account = rooms.sign_in(PERSON)
    with database.reading() as connection:
        kept = str([dict(row._mapping) for row in connection.execute(select(applicants))])
        kept += str(connection.exec_driver_sql("SELECT * FROM audit_entries").all())
    for secret in ("林若溪", PERSON["id_no"], "13900000001"):
        assert secret not in kept
    assert account.id in kept


def test_logging_out_ends_every_session_of_the_account(rooms: Applicants) -> None:
    account = rooms.sign_in(PERSON)
    assert rooms.open(account.id, account.epoch) == account
    rooms.sign_out(account)
    with pytest.raises(SignInNeeded):
        rooms.open(account.id, account.epoch)
    assert rooms.open(account.id, rooms.sign_in(PERSON).epoch).party.name == "林若溪"


def test_an_enterprise_acts_through_its_operator(rooms: Applicants) -> None:
    account = rooms.open(rooms.sign_in(SHOP).id)
    assert account.party.organisation
    assert account.acting.name == "林若溪"
    assert account.greeting == SHOP["name"]


def test_an_account_nobody_has_is_a_session_that_is_over(rooms: Applicants) -> None:
    with pytest.raises(SignInNeeded) as needed:
        rooms.open("00000000-0000-0000-0000-000000000000")
    assert needed.value.extra["way"] == "/apply/login"


@pytest.mark.parametrize("wrong", [{"name": " "}, {"id_no": ""}, {"id_no": "110107199001010014"}, {"id_type": "001", "id_no": "123"}, {"name": 7}])
def test_claims_that_cannot_be_right_make_no_account(rooms: Applicants, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConnectorRefused):
        rooms.sign_in(PERSON | wrong)


def test_what_the_page_shows_is_masked(rooms: Applicants) -> None:
    shown = masked(rooms.sign_in(PERSON).party)
    assert shown["name"] == "林*溪"
    assert shown["id_no"] == "110107********0021"
    assert shown["phone"] == "139****0001"
