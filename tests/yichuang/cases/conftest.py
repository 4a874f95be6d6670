"""A hall at work: the packaged definitions published, staff with postings, a clock that stands until moved."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.definitions.answering import FITTING, answers_for
from yichuang import bootstrap
from yichuang.access.grants import Grants
from yichuang.access.roles import DEMO_ACCOUNTS
from yichuang.cases.draft import Content
from yichuang.catalogue.packing import packaged
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.migrations import upgrade
from yichuang.ports import SHANGHAI, SYSTEM, Actor
from yichuang.services import Services
from yichuang.settings import Settings

BOTH = pytest.mark.parametrize("hall_settings", ["sqlite", "postgresql"], indirect=True)
"""For tests whose SQL differs between the two databases."""

FIRST_DAY = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)


class HallClock:
    def __init__(self) -> None:
        self.moment = FIRST_DAY

    def now(self) -> datetime:
        return self.moment

    def at(self, month: int, day: int, hour: int = 9, minute: int = 30) -> None:
        self.moment = datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@dataclass
class HallAtWork:
    """`clerk`, `lead`, `approver`, …: the demonstration accounts as actors. `receive` takes an application in, `act` takes a step."""

    services: Services
    clock: HallClock
    keys: int = 0
    windows: dict[str, str] = field(default_factory=lambda: {"clerk": "b12", "clerk2": "b12", "lead": "b12", "street": "bajiao_w1"})

    def who(self, name: str) -> Actor:
        account = next(account for account in DEMO_ACCOUNTS if account.username == name)
        post = self.services.authority.posting(name)
        return Actor(name, f"演示{name}", frozenset({account.role}), self.windows.get(name), post)

    def grants(self, name: str) -> Grants:
        return self.services.authority.grants(self.who(name))

    def draft(self, item: str, by: str = "clerk", situation: Any = None, **given: Any) -> str:
        snapshot = self.services.catalogue.current()
        made = snapshot.compiled(compile_item, item)
        fit, more = FITTING[item]
        chosen = {**fit, **(situation or {})}
        facts = made.with_situation(chosen, everyday_facts(made.body, self.clock.now().date()))
        answers = answers_for(made, facts, **{**more, **given})
        return self.services.drafts.start(item, self.who(by), Content(chosen, answers, {})).line.id

    def receive(self, item: str, by: str = "clerk", situation: Any = None, **given: Any) -> str:
        """The id of a case just taken in."""
        key = self.draft(item, by, situation, **given)
        self.services.cases.receive(key, 1, self.who(by), self.grants(by))
        return key

    def collect(self, case_id: str, name: str = "clerk") -> None:
        self.services.cases.check_all(case_id, self.who(name), self.grants(name))

    def act(self, case_id: str, action: str, by: str = "clerk", key: str = "", **inputs: Any) -> None:
        self.keys += 1
        self.clock.moment += timedelta(seconds=1)
        self.services.cases.act(case_id, action, inputs, self.who(by), self.grants(by), None, key or f"key-{self.keys}")

    def view(self, case_id: str, name: str = "clerk", **more: Any) -> dict[str, Any]:
        return self.services.cases.view(case_id, self.who(name), self.grants(name), **more)

    def state(self, case_id: str, name: str = "manager") -> str:
        return str(self.view(case_id, name)["state"])


@pytest.fixture(scope="session")
def packed_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hall")
    services = bootstrap.services_of(Settings(data_dir=str(folder)), HallClock())
    upgrade(services.database)
    services.publishing.ensure_first_release(packaged())
    _post_everyone(services)
    services.database.dispose()
    return folder


@pytest.fixture(scope="session")
def packed_postgresql(own_database: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the packaged definitions, to make others after: far faster than publishing once a test."""
    with own_database() as url:
        services = bootstrap.services_of(Settings(data_dir=str(tmp_path_factory.mktemp("packed")), database_url=url), HallClock())
        upgrade(services.database)
        services.publishing.ensure_first_release(packaged())
        _post_everyone(services)
        services.database.dispose()
        yield url


def _post_everyone(services: Services) -> None:
    for account in DEMO_ACCOUNTS:
        services.authority.post(SYSTEM, account.username, account.post)


@pytest.fixture
def hall_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """SQLite, unless the test is parametrised with `hall_settings` (`BOTH`) to run on PostgreSQL too."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copytree(request.getfixturevalue("packed_sqlite"), tmp_path / "data")
        yield Settings(data_dir=str(tmp_path / "data"))
        return
    own_database = request.getfixturevalue("own_database")
    with own_database(request.getfixturevalue("packed_postgresql")) as url:
        yield Settings(data_dir=str(tmp_path / "data"), database_url=url)


@pytest.fixture
def hall(hall_settings: Settings) -> Iterator[HallAtWork]:
    clock = HallClock()
    services = bootstrap.services_of(hall_settings, clock)
    services.catalogue.refresh()
    yield HallAtWork(services, clock)
    services.database.dispose()


@pytest.fixture
def republish(hall: HallAtWork) -> Callable[..., int]:
    """Publish a changed definition: `republish(kind, code, change)`, where `change(body)` alters a copy."""
    import copy

    def publish(kind: str, code: str, change: Callable[[dict[str, Any]], Any]) -> int:
        body = copy.deepcopy(dict(hall.services.catalogue.current().get(kind, code)))
        change(body)
        number = hall.services.publishing.open("试验", SYSTEM)
        hall.services.publishing.put(number, body, SYSTEM)
        hall.services.publishing.publish(number, SYSTEM, "试验")
        hall.services.catalogue.refresh()
        return hall.services.catalogue.current().release

    return publish


