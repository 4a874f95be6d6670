"""Free questions give what a direct count gives; only what is listed may be asked, only what is within reach is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.yichuang.indicators.conftest import BOTH, HallAtWork, given
from yichuang.access.grants import EVERYWHERE, Reach
from yichuang.errors import InputRefused, OutOfReach
from yichuang.indicators.asking import ROWS, ReviewQuestion
from yichuang.reviews.review import Invitation

pytestmark = BOTH
TAGS = {1: "115", 2: "214", 4: "413", 5: "517"}


@pytest.fixture
def asked(hall: HallAtWork, served: Callable[..., Invitation]) -> Callable[..., Any]:
    """Four services, three reviewed; a question of the last year's."""
    for n, grade in enumerate((5, 4, 1)):
        service = served()
        hall.services.reviews.give(service.path.removeprefix("/r/"), given(grade, tags=[TAGS[grade]], key=f"page number {n}"))
    served()
    hall.services.indicators.rolling.run()
    assert hall.services.indicators.exporter.export() == 1
    assert hall.services.indicators.exporter.export() == 0, "only what changed is written again"
    today = hall.clock.now().date()

    def ask(rows: tuple[str, ...], figures: tuple[str, ...], reach: Reach = EVERYWHERE) -> Any:
        return hall.services.indicators.ask(ReviewQuestion(rows, figures, today - timedelta(days=364), today), reach)[0]

    return ask


def test_measures_and_indicators_by_rows(hall: HallAtWork, asked: Callable[..., Any]) -> None:
    assert asked(("item",), ("services", "given", "good_rate", "score")) == [("food_business_new", 8, 3, 66.7, 61.67)]
    assert asked(("grade",), ("services",)) == [("", 5), ("1", 1), ("4", 1), ("5", 1)]
    assert {row[0] for row in asked(("tag",), ("given",))} == {"", "115", "413", "517"}
    month = f"{hall.clock.now():%Y-%m}"
    assert asked(("month", "window"), ("given",)) == [(month, "b12", 3)]
    figures = hall.services.indicators.figures
    from yichuang.indicators.service import Question

    totals = figures(Question(hall.clock.now().date(), hall.clock.now().date()), EVERYWHERE)
    good = next(one for one in totals.indicators if one.code == "good_rate")
    assert asked(("hall",), ("good_rate",))[0][1] == good.value(totals.totals), "the same as the board's"


@pytest.mark.parametrize("row", ROWS)
def test_every_row_can_be_asked(asked: Callable[..., Any], row: str) -> None:
    assert sum(one[1] for one in asked((row,), ("services",))) >= 8


def test_within_reach_only(asked: Callable[..., Any]) -> None:
    assert asked(("hall",), ("services",), Reach(halls=frozenset({"district_hall"}))) == [("district_hall", 8)]
    assert asked(("hall",), ("services",), Reach(departments=frozenset({"rsj"}))) == []
    with pytest.raises(OutOfReach):
        asked(("hall",), ("services",), Reach())


@pytest.mark.parametrize(("rows", "figures"), [
    ((), ("services",)), (("item", "item"), ("services",)), (("1; DROP TABLE reviews",), ("services",)), (("item",), ()),
    (("item",), ("services) FROM x --",)), (("item", "hall", "window", "day"), ("services",)),
])  # fmt: skip
def test_nothing_else_may_be_asked(asked: Callable[..., Any], rows: tuple[str, ...], figures: tuple[str, ...]) -> None:
    with pytest.raises(InputRefused):
        asked(rows, figures)
