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
    changes: Changes = field(repr=False)
    effective_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`lines` are written in order on top of release `base`; `fresh` is the position of the new one, -1 for none.

    All other lines are waiting releases issued again.
    """

    base: int
    lines: Sequence[Line]
    fresh: int
    said: str = ""


def plan_publish(
    live: Sequence[Line],
    changes: Changes,
    bases: Mapping[Ref, str],
    at: datetime | None,
    now: datetime,
    snapshot_of: Callable[[int], Snapshot],
) -> Plan:
    """`live` begins with the release in force. Raises `InputRefused`, `ChangeSetOutdated`, `Conflict`."""
    moment = at or now
    before = [line for line in live if line.effective_at is not None and line.effective_at <= moment]
    later = live[len(before) :]
    head = snapshot_of(before[-1].number)
    real = {ref: body for ref, body in changes.items() if _sha(body) != head.sha(ref.kind, ref.code)}
    if not real:
        raise InputRefused("变更单没有任何改动", problems=[{"field": "entries", "message": "与当前版本相同，没有可发布的内容"}])
    for ref in real:
        if bases.get(ref, "") != head.sha(ref.kind, ref.code):
            words = f"“{ref}”在您编辑期间已由第 {head.release} 版修改，请重新核对这一定义后再发布"
            raise ChangeSetOutdated(words, ref=str(ref), release=head.release)
    _refuse_overlap(real, later)
    return Plan(head.release, [Line(0, None, "", real, at), *later], 0)


def plan_roll_back(live: Sequence[Line], target: Snapshot, now: datetime, snapshot_of: Callable[[int], Snapshot]) -> Plan:
    before = [line for line in live if line.effective_at is not None and line.effective_at <= now]
    later = live[len(before) :]
    head = snapshot_of(before[-1].number)
    changes = {ref: target.find(ref.kind, ref.code) for ref in _differing(head.manifest, target.manifest)}
    if not changes:
        raise InputRefused("与当前版本相同，不需要回退", problems=[{"field": "number", "message": "该版本与当前版本内容相同"}])
    _refuse_overlap(changes, later)
    return Plan(head.release, [Line(0, None, "", changes, None), *later], 0)


def plan_withdraw(live: Sequence[Line], number: int) -> Plan:
    """Everything that was to follow `number`, issued again without it."""
    position = next((at for at, line in enumerate(live) if line.number == number), None)
    if position is None or position == 0:
        raise Conflict("这一版已生效或已重排，不能撤回")
    return Plan(live[position - 1].number, live[position + 1 :], -1)


def _refuse_overlap(changes: Changes, later: Sequence[Line]) -> None:
    for line in later:
        both = [str(ref) for ref in changes if ref in line.changes]
        if both:
            moment = f"{line.effective_at:%Y-%m-%d %H:%M}" if line.effective_at else ""
            raise Conflict(
                f"已排定于 {moment} 生效的第 {line.number} 版也修改了“{'、'.join(both)}”。请先撤回第 {line.number} 版，把两处修改合在一起后再发布",
                release=line.number,
                refs=both,
            )


def _differing(one: Manifest, other: Manifest) -> list[Ref]:
    def flat(manifest: Manifest) -> dict[Ref, str]:
        return {Ref(kind, code): str(entry[2]) for kind, entries in manifest.items() for code, entry in entries.items()}

    a, b = flat(one), flat(other)
    return sorted((ref for ref in {*a, *b} if a.get(ref) != b.get(ref)), key=str)


def _sha(body: Body | None) -> str:
    return "" if body is None else digest(canonical(body))
