"""Whatever is broken in a change set, publishing is refused in Chinese, at its place, and nothing changes."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest

from yichuang import bootstrap
from yichuang.errors import GateClosed
from yichuang.ports import Actor
from yichuang.settings import Settings

STAFF = Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))
Body = dict[str, Any]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("gate")))
    bootstrap.initialise(settings)
    made = bootstrap.services_of(settings)
    made.catalogue.refresh()
    yield made
    made.database.dispose()


def fields(form: Body) -> list[Body]:
    return form["sections"][0]["fields"]  # type: ignore[no-any-return]


def dangling_reference(body: Body) -> None:
    body["form"] = "none_such"


def dangling_fact(body: Body) -> None:
    body["materials"][0]["needed_when"] = {"fact": "form.no_such_field", "op": "eq", "value": "x"}


def unlike_types(body: Body) -> None:
    body["materials"][0]["needed_when"] = {"fact": "form.premises_area", "op": "gt", "value": "五十"}


def no_such_option(body: Body) -> None:
    body["materials"][0]["needed_when"] = {"fact": "situation.premises", "op": "eq", "value": "moon"}


def schema_fault(body: Body) -> None:
    body["time_limits"]["promised"]["unit"] = "fortnight"


def cycle(body: Body) -> None:
    for mine, other in (("a_sum", "b_sum"), ("b_sum", "a_sum")):
        more = {"fn": "add", "args": [{"fact": f"form.{other}"}, {"value": 1}]}
        fields(body).append({"code": mine, "type": "number", "title": mine, "compute": more})


CASES = [
    ("item", "food_business_new", dangling_reference, "没有名为“none_such”的表单"),
    ("item", "food_business_new", dangling_fact, "no_such_field"),
    ("item", "food_business_new", unlike_types, "数字"),
    ("item", "food_business_new", no_such_option, "moon"),
    ("item", "food_business_new", schema_fault, "fortnight"),
    ("form", "food_business", cycle, "互相依赖"),
]


@pytest.mark.parametrize(("kind", "code", "broken", "words"), CASES, ids=lambda value: getattr(value, "__name__", None))
def test_a_change_set_is_refused_for(services: Any, kind: str, code: str, broken: Callable[[Body], None], words: str) -> None:
    body = deepcopy(dict(services.catalogue.current().get(kind, code)))
    broken(body)
    change_set = services.publishing.open("坏的", STAFF)
    services.publishing.put(change_set, body, STAFF)
    with pytest.raises(GateClosed) as caught:
        services.publishing.publish(change_set, STAFF, "试")
    findings = [finding for finding in caught.value.findings if finding.severity == "error"]
    assert any(words in finding.message + finding.remedy for finding in findings), findings
    assert all(finding.place and any("一" <= letter <= "鿿" for letter in finding.remedy) for finding in findings)
    assert services.catalogue.current().release == 1
