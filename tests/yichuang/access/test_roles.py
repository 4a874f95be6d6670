from yichuang.access.roles import ADMINISTRATORS, DEMO_ACCOUNTS, EXCLUSIVE, compile_roles
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.views import DocumentView

ROLES = compile_roles(DocumentView(packaged()))


def test_there_is_a_demonstration_account_for_every_role() -> None:
    assert {account.role for account in DEMO_ACCOUNTS} == {*ROLES, *ADMINISTRATORS}


def test_every_demonstration_account_whose_role_asks_for_a_post_has_one() -> None:
    for account in DEMO_ACCOUNTS:
        reach = ROLES[account.role].reach if account.role in ROLES else "all"
        assert reach == "all" or getattr(account.post, reach), account


def test_the_three_separate_administrators_are_in_code() -> None:
    assert set(EXCLUSIVE) == {"SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN"}
    assert not set(EXCLUSIVE) & set(ROLES)
