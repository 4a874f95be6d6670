"""What a publication means for the releases that wait: pure decisions, made before anything is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from yichuang.catalogue.documents import canonical, digest
from yichuang.catalogue.snapshot import Manifest, Snapshot
from yichuang.errors import ChangeSetOutdated, Conflict, InputRefused
from yichuang.ports import Body, Ref

Changes = Mapping[Ref, Body | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A release as planned or as it stands: what it changes over the one before. `effective_at` None is now."""

    number: int
    change_set: int | None
    reason: str
    author: str
    approver: str
    changes: Changes = field(repr=False)
    effective_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`lines` are written in order on top of release `base`; `fresh` is the position of the new one, -1 for none.

    All other lines are waiting releases issued again. `revision` is the change set's that was planned with.
    """

    base: int
    lines: Sequence[Line]
    fresh: int = -1
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Planner:
    """`live` begins with the release in force; those that wait follow in the order of their moments."""

    live: Sequence[Line]
    now: datetime
    snapshot_of: Callable[[int], Snapshot]
    name_of: Callable[[Ref], str]

    def publish(self, changes: Changes, bases: Mapping[Ref, str], at: datetime | None, revision: int) -> Plan:
        """`bases`: the content each edit began from. Raises `InputRefused`, `ChangeSetOutdated`, `Conflict`."""
        head, later = self._around(at or self.now)
        real = {ref: body for ref, body in changes.items() if _sha(body) != head.sha(ref.kind, ref.code)}
        if not real:
            raise InputRefused("变更单没有任何改动", problems=[{"field": "entries", "message": "与当前版本相同，没有可发布的内容"}])
        moved = [ref for ref in real if bases.get(ref, "") != head.sha(ref.kind, ref.code)]
        if moved:
            names = "、".join(self.name_of(ref) for ref in moved)
            words = f"{names}在您编辑期间已被他人修改（现为第 {head.release} 版），请重新核对后再发布"
            raise ChangeSetOutdated(words, ref=str(moved[0]), refs=[str(ref) for ref in moved], release=head.release)
        return self._with(real, at, head, later, revision)

    def roll_back(self, target: Snapshot) -> Plan:
        head, later = self._around(self.now)
        changes = {ref: target.find(ref.kind, ref.code) for ref in _differing(head.manifest, target.manifest)}
        if not changes:
            raise InputRefused("与当前版本相同，不需要回退", problems=[{"field": "number", "message": "该版本与当前版本内容相同"}])
        return self._with(changes, None, head, later, 0)

    def withdraw(self, number: int) -> Plan:
        """Everything that was to follow `number`, issued again without it."""
        position = next((at for at, line in enumerate(self.live) if line.number == number), None)
        if position is None or position == 0:
            raise Conflict("这一版已生效或已重排，不能撤回")
        return Plan(self.live[position - 1].number, self.live[position + 1 :])

    def _around(self, moment: datetime) -> tuple[Snapshot, Sequence[Line]]:
        before = [line for line in self.live if line.effective_at is not None and line.effective_at <= moment]
        return self.snapshot_of(before[-1].number), self.live[len(before) :]

    def _with(self, changes: Changes, at: datetime | None, head: Snapshot, later: Sequence[Line], revision: int) -> Plan:
        for line in later:
            self._refuse_overlap(changes, line)
        return Plan(head.release, [Line(0, None, "", "", "", changes, at), *later], 0, revision)

    def _refuse_overlap(self, changes: Changes, line: Line) -> None:
        both = [ref for ref in changes if ref in line.changes]
        if both:
            moment = f"{line.effective_at:%Y-%m-%d %H:%M}" if line.effective_at else ""
            names = "、".join(self.name_of(ref) for ref in both)
            raise Conflict(
                f"已排定于 {moment} 生效的第 {line.number} 版也修改了{names}。请先撤回第 {line.number} 版，把两处修改合在一起后再发布",
                release=line.number,
                refs=[str(ref) for ref in both],
            )


def _differing(one: Manifest, other: Manifest) -> list[Ref]:
    def flat(manifest: Manifest) -> dict[Ref, str]:
        return {Ref(kind, code): str(entry[2]) for kind, entries in manifest.items() for code, entry in entries.items()}

    a, b = flat(one), flat(other)
    return sorted((ref for ref in {*a, *b} if a.get(ref) != b.get(ref)), key=str)


def _sha(body: Body | None) -> str:
    return "" if body is None else digest(canonical(body))
