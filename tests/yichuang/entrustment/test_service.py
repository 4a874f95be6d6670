"""The agreements of releases, asked at moments and for cases under older releases."""

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from yichuang import bootstrap
from yichuang.catalogue.packing import packaged
from yichuang.migrations import upgrade
from yichuang.ports import SHANGHAI, SYSTEM, Place
from yichuang.services import Services
from yichuang.settings import Settings

STREET = Place(window="lugu_w3")
C22 = Place(window="c22")


class HandClock:
    moment = datetime(2027, 2, 28, 23, 59, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("entrusted")
    services = bootstrap.services_of(Settings(data_dir=str(folder)))
    upgrade(services.database)
    services.publishing.ensure_first_release(packaged())
    services.database.dispose()
    return folder


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def services(packed: Path, tmp_path: Path, clock: HandClock) -> Iterator[Services]:
    shutil.copytree(packed, tmp_path / "data")
    made = bootstrap.services_of(Settings(data_dir=str(tmp_path / "data")), clock)
    made.catalogue.refresh()
    yield made
    made.database.dispose()


def publish(services: Services, code: str, change: Callable[[dict[str, Any]], Any]) -> int:
    body = deepcopy(dict(services.catalogue.current().get("entrustment", code)))
    change(body)
    change_set = services.publishing.open("调整委托", SYSTEM)
    services.publishing.put(change_set, body, SYSTEM)
    number = services.publishing.publish(change_set, SYSTEM, "试验")
    services.catalogue.refresh()
    return number


def nurse(body: dict[str, Any]) -> dict[str, Any]:
    return next(line for line in body["items"] if line["item"] == "nurse_registration")


def test_every_packaged_item_in_use_may_be_accepted_where_it_says(services: Services) -> None:
    snapshot = services.catalogue.current()
    for code in snapshot.codes("item"):
        body = snapshot.get("item", code)
        windows = [w for place in body["places"] for w in place.get("windows", ())]
        allowed = {w: services.entrustments.authority(code, Place(window=w)).allowed for w in windows}
        assert set(allowed.values()) == {body["state"] == "active"}, (code, allowed)


def test_a_withdrawal_takes_effect_at_its_minute_and_open_cases_go_on(services: Services, clock: HandClock) -> None:
    before = services.catalogue.current().release
    publish(services, "wjw", lambda b: nurse(b).update(until="2027-03-01 00:00", instead="请到区卫生健康委办理"))
    ask = services.entrustments.authority
    assert ask("nurse_registration", C22).allowed
    clock.moment = datetime(2027, 3, 1, 0, 0, tzinfo=SHANGHAI)
    refused = ask("nurse_registration", C22)
    assert not refused.allowed
    assert refused.way_out == "请到区卫生健康委办理"
    assert ask("public_place_hygiene_new", C22).allowed
    assert ask("nurse_registration", C22, release=before).require("ACCEPT")
    assert ask("nurse_registration", C22, release=services.catalogue.current().release).require("ACCEPT")


def test_one_street_may_accept_one_more_item_the_others_may_not(services: Services) -> None:
    ask = services.entrustments.authority
    assert not ask("nurse_registration", STREET).allowed
    old = services.catalogue.current().release
    publish(services, "wjw", lambda b: nurse(b).update(halls=["district_hall"], streets=["lugu"]))
    assert ask("nurse_registration", STREET).allowed
    assert ask("nurse_registration", C22).allowed
    assert not ask("nurse_registration", Place(window="bajiao_w3")).allowed
    assert not ask("nurse_registration", STREET, release=old).allowed


def test_the_overview_names_every_item_once_by_department(services: Services) -> None:
    every = services.entrustments.overview()
    assert len({o.item for o in every}) == len(every) == 14
    assert {o.item for o in services.entrustments.overview("jw")} == {"private_school"}
