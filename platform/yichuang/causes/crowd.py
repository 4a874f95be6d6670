"""What may be told of one service so that it stays one of many (pure).

A characteristic is told when everybody who shares what was told before splits by it into groups of at least `least`, small groups being thrown
together. Whether it is told depends on the group, never on the one in it: what is left out says nothing either.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trait(Generic[T]):
    """Something by which services differ."""

    code: str
    of: Callable[[T], Hashable]


def told(everybody: Sequence[T], one: T, traits: Sequence[Trait[T]], least: int) -> frozenset[str]:
    """Codes of the traits of `one` that at least `least` of everybody share, all of them at once; none where there are fewer altogether."""
    if len(everybody) < least:
        return frozenset()
    crowd, found = list(everybody), set()
    for trait in traits:
        values, mine = [trait.of(each) for each in crowd], trait.of(one)
        large = _large(Counter(values), least)
        alike = mine in large
        crowd = [each for each, value in zip(crowd, values, strict=True) if (value == mine if alike else value not in large)]
        if alike:
            found.add(trait.code)
    return frozenset(found)


def _large(counted: Counter[Hashable], least: int) -> set[Hashable]:
    """Values with enough of them; the rest together must be enough too, so the smallest join it until it is."""
    large = sorted((value for value, number in counted.items() if number >= least), key=lambda value: (counted[value], repr(value)))
    rest = sum(number for number in counted.values() if number < least)
    while 0 < rest < least and large:
        rest += counted[large.pop(0)]
    return set(large)
