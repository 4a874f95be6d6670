"""What of the sums may be public: rows with enough reviews, unless too few would follow from the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from yichuang.indicators.compiled import Indicator
from yichuang.indicators.counting import SCOPES, TOTAL
from yichuang.indicators.hiding import Given, Pair, hidden
from yichuang.indicators.measures import Sums
from yichuang.indicators.model import review_sums
from yichuang.indicators.reading import by_member, chosen, during
from yichuang.statistics.periods import Stretch, covering

PUBLIC_BY = {"hall": "大厅", "department": "部门", "item": "事项", "channel": "评价渠道"}
OUTER = ("hall", "department")
"""Those of which it is summed what is given within them."""
Within = Mapping[tuple[str, str], int]
"""(scope, member) → reviews given."""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """`hidden`: there are too few reviews to tell."""

    member: str
    given: int
    values: Mapping[str, float | None]
    hidden: bool = False


def told(
    connection: Connection, indicators: Sequence[Indicator], span: tuple[date, date], least: int
) -> Mapping[str, Sequence[PublicRow]]:
    """By each of `PUBLIC_BY`; the hidden ones last, of them no more is told than that they are."""
    stretches = covering(*span)
    sums = {name: {member: one for member, one in by_member(connection, ("",), name, stretches).items() if one["given"]} for name in PUBLIC_BY}
    kept = hidden(_given(connection, sums, stretches), least)
    return {name: _rows(found, kept[name], indicators) for name, found in sums.items()}


def _rows(found: Mapping[str, Sums], kept: set[str], indicators: Sequence[Indicator]) -> Sequence[PublicRow]:
    rows = [
        PublicRow(member, 0, {}, True) if member in kept else PublicRow(member, sums["given"], {one.code: one.value(sums) for one in indicators})
        for member, sums in found.items()
    ]
    return sorted(rows, key=lambda row: (row.hidden, -row.given, row.member))


def _given(connection: Connection, sums: Mapping[str, Mapping[str, Sums]], stretches: Sequence[Stretch]) -> Given:
    """Reviews by member, those without one under the empty one, and which members have reviews in common."""
    total = sum(_given_within(connection, ("",), TOTAL, stretches).values())
    tables: dict[str, dict[str, int]] = {}
    for name, rows in sums.items():
        tables[name] = {member: one["given"] for member, one in rows.items()}
        if total > (known := sum(tables[name].values())):
            tables[name][""] = total - known
    meeting = {
        (outer, inner): _meeting(connection, outer, inner, tables, stretches)
        for n, outer in enumerate(OUTER) for inner in PUBLIC_BY if inner not in OUTER[: n + 1]
    }  # fmt: skip
    return Given(tables, meeting)


def _meeting(connection: Connection, outer: str, inner: str, tables: Mapping[str, Mapping[str, int]], stretches: Sequence[Stretch]) -> list[Pair]:
    scopes = {f"{SCOPES[outer]}:{member}": member for member in tables[outer] if member}
    if not scopes:
        return []
    common = _given_within(connection, list(scopes), inner, stretches)
    met = [(scopes[scope], member) for scope, member in common]
    for scope, member in scopes.items():
        if tables[outer][member] > sum(number for (one, _), number in common.items() if one == scope):
            met.append((member, ""))
    for member, number in tables[inner].items():
        if member and number > sum(given for (_, one), given in common.items() if one == member):
            met.append(("", member))
    return met


def _given_within(connection: Connection, scopes: Sequence[str], dimension: str, stretches: Sequence[Stretch]) -> Within:
    columns = review_sums.c
    query = select(columns.scope, columns.member, func.sum(columns.given)).where(chosen(scopes, dimension), during(stretches), columns.given > 0)
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query.group_by(columns.scope, columns.member))}
