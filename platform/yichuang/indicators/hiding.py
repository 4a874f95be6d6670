"""Which members of the public tables aren't told, so that too few reviews follow from no subtraction. Pure.

Of two dimensions it is known which members meet: an item is a department's, a department sits in halls. Where all that a row counts lies within
told rows of another table, it can be subtracted from these, and what is left are reviews of a few members of both: so many must be left as make
a row, or none. Reviews without a member (no hall: given on the web) are never told by themselves and are left over like hidden ones.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

Members = Mapping[str, int]
"""Member → reviews given; the empty one: those without a member."""
Pair = tuple[str, str]
Hidden = dict[str, set[str]]
EXACTLY = 10
"""Of so many different rows every union is tried; of more, single ones, pairs and all together."""


@dataclass(frozen=True, slots=True)
class Given:
    """`tables`: reviews by dimension and member. `meeting`: of two dimensions the pairs of members with reviews in common."""

    tables: Mapping[str, Members]
    meeting: Mapping[Pair, Iterable[Pair]]


def hidden(given: Given, least: int) -> Mapping[str, set[str]]:
    """Members to hide by dimension. Ends, since each round hides more; at worst all are hidden."""
    found = {name: {member for member, number in table.items() if number < least or not member} for name, table in given.tables.items()}
    both = [(pair, list(meeting)) for pair, meeting in given.meeting.items()]
    ways = [*both, *(((other, one), [(b, a) for a, b in meeting]) for (one, other), meeting in both)]
    while _alone(given, found, least) or any([_between(given, way, found, least) for way in ways]):
        pass
    return found


def _alone(given: Given, found: Hidden, least: int) -> bool:
    """Within one table: the hidden ones together follow from any total. Whether more was hidden."""
    more = False
    for name, table in given.tables.items():
        while 0 < _sum(table, found[name]) < least and _hide_least(table, found[name], table):
            more = True
    return more


def _between(given: Given, way: tuple[Pair, list[Pair]], found: Hidden, least: int) -> bool:
    """Rows of the second table that lie within told rows of the first. Whether more was hidden."""
    (one, other), meeting = way
    around: dict[str, set[str]] = {}
    for member, inner in meeting:
        around.setdefault(inner, set()).add(member)
    within: dict[frozenset[str], list[str]] = {}
    for inner, members in around.items():
        if inner not in found[other] and not members & found[one]:
            within.setdefault(frozenset(members), []).append(inner)
    more = False
    for union in _unions(list(within)):
        inside = [inner for members, inners in within.items() if members <= union for inner in inners]
        left = _sum(given.tables[one], union) - _sum(given.tables[other], set(inside) - found[other])
        if 0 < left < least:
            more |= _hide_least(given.tables[other], found[other], inside)
    return more


def _unions(sets: list[frozenset[str]]) -> Iterator[frozenset[str]]:
    sizes = range(1, len(sets) + 1) if len(sets) <= EXACTLY else (1, 2, len(sets))
    for size in sizes:
        for some in combinations(sets, size):
            yield frozenset().union(*some)


def _hide_least(table: Members, found: set[str], among: Iterable[str]) -> bool:
    """Hide the smallest that is told; whether there was one."""
    told = sorted((table[member], member) for member in among if member not in found)
    found.update(member for _, member in told[:1])
    return bool(told)


def _sum(table: Members, members: Iterable[str]) -> int:
    return sum(table.get(member, 0) for member in members)
