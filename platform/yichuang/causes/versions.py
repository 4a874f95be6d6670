"""Which versions of definitions an applicant met, by release: the item's, and of what it is made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from yichuang.catalogue.snapshot import Snapshot
from yichuang.ports import Ref

PARTS: Mapping[str, tuple[str, ...]] = {"item": ("form", "flow", "notice"), "form": ("code_table",)}
"""Kind → kinds of what it is made of; what else it refers to (places, code tables of directories) meets nobody."""
NAMING = ("commitment",)
"""Kinds that name the items they are for."""
LEAST = 10
"""With fewer reviews a share says little; it is shown with a hint."""
Met = Mapping[Ref, int]


@dataclass(frozen=True, slots=True)
class Version:
    """An item's reviews while what it is made of stayed the same. `since`: the first release of it; `changed`: what differs from before, with the
    version it has now (0: no more); empty for the first."""

    since: int
    changed: Mapping[Ref, int]
    given: int
    bad: int
    before: float | None

    @property
    def rate(self) -> float | None:
        return share(self.bad, self.given)

    @property
    def change(self) -> float | None:
        """Percentage points against before; less is better."""
        return None if self.rate is None or self.before is None else round(self.rate - self.before, 1)

    @property
    def few(self) -> bool:
        return self.given < LEAST


def share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def met(snapshot: Snapshot, item: str) -> Met:
    """Definition → version number."""
    named = f"item/{item}"
    naming = (Ref(kind, code) for kind in NAMING for code, words in snapshot.words(kind).items() if named in words.get("refs", ()))
    return {ref: snapshot.version(ref.kind, ref.code) for ref in [*_made_of(snapshot, Ref("item", item)), *naming]}


def _made_of(snapshot: Snapshot, ref: Ref) -> Iterator[Ref]:
    yield ref
    for word in snapshot.refs(ref.kind, ref.code):
        kind, _, code = word.partition("/")
        if kind in PARTS.get(ref.kind, ()):
            yield from _made_of(snapshot, Ref(kind, code))


def changes(old: Met | None, new: Met) -> Met:
    if old is None:
        return {}
    return {ref: new.get(ref, 0) for ref in {**old, **new} if old.get(ref, 0) != new.get(ref, 0)}
