"""One service as it counts now, and the cells of the sums that it belongs to. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from yichuang.indicators.measures import CODES, Sums
from yichuang.ports import SHANGHAI
from yichuang.reviews.review import INVALID, MALICIOUS, VALID
from yichuang.statistics.periods import DAY, MONTH, QUARTER, THIRD, YEAR, start

DIMENSIONS: Mapping[str, str] = {
    "hall": "大厅", "street": "街道", "department": "部门", "item": "事项", "window": "窗口", "clerk": "人员", "channel": "评价渠道",
}  # fmt: skip
TOTAL, TAG = "total", "tag"
SCOPES: Mapping[str, str] = {"hall": "h", "department": "d", "street": "s"}
GRAINS = (DAY, THIRD, MONTH, QUARTER, YEAR)
IN_TIME = timedelta(days=1)
UNREVIEWED = "none"
"""The channel of a service that nobody reviewed."""
Cell = tuple[str, str, str, date, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a service counts for."""

    day: date
    places: Mapping[str, str]
    tags: tuple[str, ...] = ()
    measures: Mapping[str, int] = field(default_factory=dict)

    def cells(self) -> Iterator[tuple[Cell, Mapping[str, int]]]:
        """Every cell with what it gets."""
        scopes = ["", *(f"{mark}:{self.places[name]}" for name, mark in SCOPES.items() if self.places.get(name))]
        members = [(TOTAL, ""), *((name, code) for name, code in self.places.items() if code), *((TAG, tag) for tag in self.tags)]
        for scope in scopes:
            for dimension, member in members:
                for grain in GRAINS:
                    yield (scope, dimension, grain, start(self.day, grain), member), self.measures


def counted(service: Any, review: Any, handling: Any, pushes: Sequence[Any], tags: Sequence[str]) -> Counted:
    """`review`, `handling`: rows or None. `pushes`: (created_at, sent_at) of what goes to the city."""
    found: Sums = dict.fromkeys(CODES, 0)
    found["services"] = 1
    valid = review is not None and review.state == VALID and not review.default
    if review is not None and review.state in (INVALID, MALICIOUS):
        found["excluded"] = 1
    elif review is not None and review.default:
        found["defaults"] = 1
    elif valid:
        found["given"] = found[f"grade_{review.grade}"] = 1
    if valid and handling is not None:
        _handled(found, handling)
    found["pushes"] = len(pushes)
    found["pushed"] = sum(sent is not None for _, sent in pushes)
    found["pushed_in_time"] = sum(sent is not None and sent - made <= IN_TIME for made, sent in pushes)
    places = {name: str(getattr(service, name)) for name in DIMENSIONS if name != "channel"}
    places["channel"] = review.channel if valid else UNREVIEWED
    return Counted(service.at.astimezone(SHANGHAI).date(), places, tuple(tags) if valid else (), {code: n for code, n in found.items() if n})


def _handled(found: Sums, handling: Any) -> None:
    true = handling.classification in ("true_reasonable", "true_unreasonable")
    done = handling.put_right_at
    found["handled"] = 1
    found["true_bad"] = int(true)
    found["true_put_right"] = int(true and done is not None)
    found["on_time"] = int(done is not None and (handling.due_on is None or done.astimezone(SHANGHAI).date() <= handling.due_on))
    found["named_bad"] = int(handling.named)
    found["called_back"] = int(handling.named and handling.called_back_at is not None)


def differences(before: Sequence[Counted], after: Sequence[Counted]) -> dict[Cell, Sums]:
    """What the sums change by; cells that don't change are left out."""
    changed: dict[Cell, Sums] = {}
    for sign, side in ((-1, before), (1, after)):
        for one in side:
            for cell, measures in one.cells():
                into = changed.setdefault(cell, {})
                for code, number in measures.items():
                    into[code] = into.get(code, 0) + sign * number
    return {cell: sums for cell, sums in changed.items() if any(sums.values())}
