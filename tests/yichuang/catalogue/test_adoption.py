"""An installation from before a kind was known gets the packaged definitions of it, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from yichuang import bootstrap
from yichuang.catalogue.adoption import adopt
from yichuang.catalogue.packing import packaged
from yichuang.migrations import upgrade
from yichuang.ports import SYSTEM, Actor
from yichuang.services import Services
from yichuang.settings import Settings

BEFORE = ("role", "entrustment", "commitment", "mapping", "warning")


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Services]:
    """As it stood before there were roles: everything else published."""
    services = bootstrap.services_of(Settings(data_dir=str(tmp_path)))
    upgrade(services.database)
    services.publishing.ensure_first_release([body for body in packaged() if body["kind"] not in BEFORE])
    services.catalogue.refresh()
    yield services
    services.database.dispose()


def run(services: Services) -> list[str]:
    return adopt(services.publishing, services.catalogue, services.kinds, packaged())


def test_new_kinds_come_with_an_upgrade_and_only_once(old: Services) -> None:
    assert not old.authority.roles()
    assert set(run(old)) == set(BEFORE)
    assert old.authority.grants(Actor("items", roles=frozenset({"ITEM_ADMIN"}))).may("statistics.read")
    release = old.catalogue.current().release
    assert run(old) == []
    assert old.catalogue.current().release == release


def test_what_does_not_fit_is_left_out_and_leaves_nothing_behind(old: Services) -> None:
    number = old.publishing.open("x", SYSTEM)
    old.publishing.remove(number, "item", "nurse_registration", SYSTEM)
    old.publishing.publish(number, SYSTEM, "没有这个事项")
    old.catalogue.refresh()
    adopted = run(old)
    assert "entrustment" not in adopted and "role" in adopted
    assert old.publishing.all() == []
