"""How a rule's `watch` asks whoever can say: the senses are given by the composition root, this room knows no reviews."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from yichuang.catalogue.feed import Catalogue
from yichuang.ports import Observation, Place
from yichuang.warnings.compiled import FALLING, LATE, SILENT, STUCK, Rule
from yichuang.warnings.titles import compile_titles
from yichuang.warnings.watch import Sense


class Feels(Protocol):
    """`reviews.senses.Senses`."""

    def silent(self, now: datetime, for_: timedelta) -> Sequence[Observation]: ...

    def stuck(self, now: datetime, for_: timedelta, least: int) -> Sequence[Observation]: ...

    def falling(self, now: datetime, same: str, points: int, least: int) -> Sequence[tuple[str, float, float]]: ...

    def late(self, now: datetime, for_: timedelta) -> Sequence[Observation]: ...


def senses(feels: Feels, catalogue: Catalogue) -> Mapping[str, Sense]:
    def silent(rule: Rule, now: datetime) -> Sequence[Observation]:
        titles = catalogue.current().compiled(compile_titles, "")
        found = feels.silent(now, timedelta(seconds=rule.seconds))
        return [Observation(one.subject, f"{titles.subject('window', one.subject)}：{one.words}", one.place) for one in found]

    def stuck(rule: Rule, now: datetime) -> Sequence[Observation]:
        return feels.stuck(now, timedelta(seconds=rule.seconds), rule.times)

    def falling(rule: Rule, now: datetime) -> Sequence[Observation]:
        titles, same = catalogue.current().compiled(compile_titles, ""), rule.same
        return [
            Observation(key, f"{titles.subject(same, key)}：好评率由 {before:.1f}% 降到 {lately:.1f}%", _place(same, key))
            for key, before, lately in feels.falling(now, same, int(rule.body["points"]), int(rule.body["least"]))
        ]

    def late(rule: Rule, now: datetime) -> Sequence[Observation]:
        return feels.late(now, timedelta(seconds=rule.seconds))

    return {SILENT: silent, STUCK: stuck, FALLING: falling, LATE: late}


def _place(same: str, key: str) -> Place:
    """Of an item its department is not known here: only who reaches everything sees it."""
    return Place(key) if same == "department" else Place("", key) if same == "hall" else Place("", "", "", key) if same == "window" else Place()
