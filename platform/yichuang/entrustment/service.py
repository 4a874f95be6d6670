"""Asking the agreements: may this window act for the department, and for pages, which item may be accepted where until when."""

from collections.abc import Sequence
from datetime import datetime

from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.snapshot import Snapshot
from yichuang.entrustment.agreement import Agreement, compile_agreement
from yichuang.entrustment.mandate import Mandate, Question, answer
from yichuang.entrustment.outlook import Outlook, outlook_of
from yichuang.entrustment.places import Places, compile_places
from yichuang.ports import Clock, Place


class Entrustments:
    """Agreements as the releases hold them; nothing is stored here."""

    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock

    def authority(self, item: str, place: Place, moment: datetime | None = None, release: int | None = None) -> Mandate:
        """What `place` may do with `item`: never raises for a refusal, `.require(power)` does.

        For a new case leave `release` out: agreements in force at `moment` (default: now) decide. For an open case give the
        release it started under: its scope and powers count, dates don't, so that an expired agreement's cases go on.
        Raises `DefinitionMissing` for an unknown item, `ReleaseMissing`.
        """
        snapshot = self._catalogue.current() if release is None else self._catalogue.at(release)
        when = (moment or self._clock.now()) if release is None else moment
        return answer(self._question(snapshot, item, place, when), self._agreements(snapshot, item), _places(snapshot))

    def outlook(self, item: str) -> Outlook:
        """Where `item` may be accepted now and what is going to change, for public pages. Raises `DefinitionMissing`."""
        snapshot, now = self._catalogue.current(), self._clock.now()
        question = self._question(snapshot, item, Place(), now)
        return outlook_of(question, self._agreements(snapshot, item), _places(snapshot))

    def overview(self, department: str = "") -> Sequence[Outlook]:
        """Every item that any agreement names (of one department when given), by title."""
        snapshot = self._catalogue.current()
        named = {item for words in snapshot.words("entrustment").values() for item in words.get("items", ())}
        known = [self.outlook(item) for item in sorted(named & set(snapshot.codes("item")))]
        return sorted((o for o in known if department in ("", o.department)), key=lambda outlook: outlook.title)

    def _question(self, snapshot: Snapshot, item: str, place: Place, moment: datetime | None) -> Question:
        body = snapshot.get("item", item)
        department = {"code": body["department"], **_places(snapshot).departments.get(body["department"], {})}
        return Question(item, body["title"], department, place, moment, snapshot.version("item", item))

    def _agreements(self, snapshot: Snapshot, item: str) -> Sequence[Agreement]:
        words = snapshot.words("entrustment")
        return [snapshot.compiled(compile_agreement, code) for code, kept in words.items() if item in kept.get("items", ())]


def _places(snapshot: Snapshot) -> Places:
    return snapshot.compiled(compile_places, "")
