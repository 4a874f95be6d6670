from yichuang.access.roles import DEMO_ACCOUNTS, EXCLUSIVE, ROLES


def test_there_is_one_demonstration_account_per_role() -> None:
    assert sorted(account.role for account in DEMO_ACCOUNTS) == sorted(ROLES)


def test_the_three_separate_administrators_are_roles() -> None:
    assert set(EXCLUSIVE) <= set(ROLES)
