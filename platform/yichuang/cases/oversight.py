"""Who may open what another clerk began: a lead, where the clerk works; nobody from another hall."""

from collections.abc import Callable

from yichuang.access.service import Authority
from yichuang.cases.facts import place_of
from yichuang.catalogue.feed import Catalogue
from yichuang.ports import Actor, Place

POWER = "case.hand_over"
Oversees = Callable[[Actor, str, str], bool]
"""(who asks, the clerk, the clerk's window or ""): whether it is theirs to look after."""


def nobody(_who: Actor, _clerk: str, _window: str) -> bool:
    return False


class Oversight:
    """Within the reach of the power to hand cases over: where the draft was begun, else where its clerk is posted."""

    def __init__(self, authority: Authority, catalogue: Catalogue) -> None:
        self._authority = authority
        self._catalogue = catalogue

    def __call__(self, who: Actor, clerk: str, window: str) -> bool:
        grants = self._authority.grants(who)
        return grants.may(POWER) and grants.reach(POWER).covers(self._place(clerk, window))

    def _place(self, clerk: str, window: str) -> Place:
        if not window:
            return self._authority.posting(clerk)
        found = place_of(self._catalogue.current(), window)
        return Place("", found["hall"] or "", found["street"] or "", window)
