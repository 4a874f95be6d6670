"""What may be told of one service so that whoever came to it stays one of many (pure).

A characteristic is told when everybody who shares what was told before splits by it into groups of at least `least` people, small groups being
thrown together. Whether it is told depends on the group, never on the one in it: what is left out says nothing either.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trait(Generic[T]):
    """Something by which services differ."""

    code: str
    of: Callable[[T], Hashable]


@dataclass(frozen=True, slots=True)
class Crowd(Generic[T]):
    """`who` came to a service: many services of one person are one."""

    who: Callable[[T], Hashable]
    least: int

    def enough(self, services: Sequence[T]) -> bool:
        return len({self.who(one) for one in services}) >= self.least

    def told(self, everybody: Sequence[T], one: T, traits: Sequence[Trait[T]]) -> frozenset[str]:
        """Codes of the traits of `one` that enough people share, all of them at once; none where there are too few, or `one` isn't among them."""
        if one not in everybody or not self.enough(everybody):
            return frozenset()
        crowd, found = list(everybody), set()
        for trait in traits:
            large = self._large(_grouped(crowd, trait))
            mine = trait.of(one)
            crowd = [each for each in crowd if (trait.of(each) == mine if mine in large else trait.of(each) not in large)]
            if mine in large:
                found.add(trait.code)
        return frozenset(found)

    def _large(self, groups: Mapping[Hashable, list[T]]) -> set[Hashable]:
        """Values with enough people; the rest together must be enough too, so the smallest join it until it is."""
        large = sorted((value for value, group in groups.items() if self.enough(group)), key=lambda value: (len(groups[value]), repr(value)))
        rest = [one for value, group in groups.items() if value not in set(large) for one in group]
        while rest and not self.enough(rest) and large:
            rest += groups[large.pop(0)]
        return set(large)


def _grouped(services: Sequence[T], trait: Trait[T]) -> dict[Hashable, list[T]]:
    groups: dict[Hashable, list[T]] = {}
    for one in services:
        groups.setdefault(trait.of(one), []).append(one)
    return groups
