"""Roles of the release in force, applied to where a member is posted."""

from collections.abc import Mapping
from typing import Any

import pytest

from yichuang.access.grants import NOWHERE
from yichuang.access.service import Authority
from yichuang.audit.service import Audit
from yichuang.catalogue.views import DocumentView
from yichuang.database import Database
from yichuang.ports import SYSTEM, Actor, Place, SystemClock

CHIEF = Actor("sysadmin")
NOWHERE_POSTED = Place()


class Release(DocumentView):
    def compiled(self, maker: Any, code: str) -> Any:
        return maker(self, code)


class Releases:
    """In force is what stands in `roles`: code → (reach, powers)."""

    def __init__(self, **roles: tuple[str, list[str]]) -> None:
        self.roles: Mapping[str, tuple[str, list[str]]] = roles

    def current(self) -> Release:
        return Release(
            {"kind": "role", "code": code, "title": code, "reach": reach, "powers": powers} for code, (reach, powers) in self.roles.items()
        )


@pytest.fixture
def releases() -> Releases:
    return Releases(clerk=("hall", ["case.read", "case.accept"]), watcher=("street", ["case.read"]), sys_admin=("all", ["export"]))


@pytest.fixture
def authority(database: Database, releases: Releases) -> Authority:
    return Authority(database, releases, Audit(database, SystemClock()), SystemClock())


def member(*roles: str, post: Place = NOWHERE_POSTED) -> Actor:
    return Actor("wang", roles=frozenset(roles), post=post)


def test_a_posting_is_kept_replaced_and_noted(authority: Authority, database: Database) -> None:
    assert authority.posting("wang") == Place()
    authority.post(CHIEF, "wang", Place("mzj", "bajiao_hall", "bajiao"))
    authority.post(CHIEF, "wang", Place(hall="gucheng_hall"))
    assert authority.posting("wang") == Place(hall="gucheng_hall")
    assert authority.postings() == {"wang": Place(hall="gucheng_hall")}
    noted = Audit(database, SystemClock()).entries("user", "wang")
    assert [(entry.actor, entry.action) for entry in noted] == [("sysadmin", "user.posted")] * 2
    assert "gucheng_hall" in noted[0].detail


def test_a_role_reaches_as_far_as_the_posting(authority: Authority) -> None:
    authority.post(CHIEF, "wang", Place(hall="bajiao_hall"))
    grants = authority.grants(member("CLERK"))
    assert grants.may("case.accept")
    assert grants.reach("case.read").covers(Place(hall="bajiao_hall"))
    assert not grants.reach("case.read").covers(Place(hall="gucheng_hall"))
    assert authority.grants(member("CLERK", post=Place(hall="x"))).reach("case.read").halls == {"x"}


def test_several_roles_add_up_power_by_power(authority: Authority) -> None:
    grants = authority.grants(member("CLERK", "WATCHER", post=Place("", "bajiao_hall", "bajiao")))
    assert grants.reach("case.read").covers(Place(street="bajiao"))
    assert not grants.reach("case.accept").covers(Place(street="bajiao"))


def test_without_a_posting_the_power_is_there_and_reaches_nowhere(authority: Authority) -> None:
    grants = authority.grants(member("CLERK"))
    assert grants.may("case.read")
    assert grants.reach("case.read") == NOWHERE


def test_a_role_that_is_no_longer_defined_gives_nothing_at_once(authority: Authority, releases: Releases) -> None:
    who = member("CLERK", post=Place(hall="bajiao_hall"))
    assert authority.grants(who).may("case.read")
    releases.roles = {}
    assert not authority.grants(who).powers


@pytest.mark.parametrize("administrator", ["SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN"])
def test_an_administrator_has_no_business_power_whatever_is_defined_or_held_besides(authority: Authority, administrator: str) -> None:
    assert not authority.grants(member(administrator, "CLERK", post=Place(hall="x"))).powers
    assert "SYS_ADMIN" not in authority.roles()


def test_titles_name_all_that_may_be_given(authority: Authority) -> None:
    assert list(authority.titles()) == ["CLERK", "WATCHER", "SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN"]


def test_the_system_itself_may_everything(authority: Authority) -> None:
    assert authority.grants(SYSTEM).may("case.accept")
