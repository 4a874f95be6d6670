"""A hall in which services are given."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.yichuang.cases.conftest import (  # noqa: F401 - fixtures
    BOTH,
    HallAtWork,
    hall,
    hall_settings,
    packed_postgresql,
    packed_sqlite,
    republish,
)
from yichuang.reviews.review import Given, Invitation

ITEM = "food_business_new"


@pytest.fixture
def served(hall: HallAtWork) -> Callable[[], Invitation]:  # noqa: F811
    """A case accepted at the counter: its service may be reviewed."""

    def make(item: str = ITEM) -> Invitation:
        case_id = hall.receive(item)
        hall.collect(case_id)
        hall.act(case_id, "accept")
        return hall.services.reviews.of_case(case_id)[-1]

    return make


def given(grade: int = 5, **more: Any) -> Given:
    return Given(grade, **{"key": "page-1", **more})
