"""Two sides compared (两边对账): what we sent against what the other side says it holds, by key and digest (pure)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from yichuang.ports import Holding

MISSING_THERE, MISSING_HERE, DIFFERENT = "missing_there", "missing_here", "different"
KINDS: Mapping[str, str] = {MISSING_THERE: "对方没有", DIFFERENT: "内容不一致", MISSING_HERE: "我方没有"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the other side must hold."""

    id: str
    key: str
    digest: str
    case_number: str
    item: str
    department: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """What doesn't agree. `message_id` and what is known of the case are empty for what is missing here."""

    kind: str
    key: str
    message_id: str = ""
    case_number: str = ""
    item: str = ""
    department: str = ""
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    here: int
    there: int
    found: tuple[Discrepancy, ...]

    def count(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.found)


def compare(ours: Iterable[Sent], theirs: Iterable[Holding], known: Collection[str] = ()) -> Comparison:
    """`theirs` may reach beyond the range at its edges: what stands there under a key in `known` is nobody's loss, for it was sent at
    another time. A message without a digest is compared by its key alone."""
    sent = {one.key: one for one in ours}
    held = {one.key: one.digest for one in theirs}
    beyond = {key for key in held if key not in sent and key in known}
    missing = [_lacking(one) for key, one in sent.items() if key not in held]
    differing = [_differing(one, held[key]) for key, one in sent.items() if key in held and _differs(one.digest, held[key])]
    strange = [Discrepancy(MISSING_HERE, key, theirs=digest) for key, digest in held.items() if key not in sent and key not in known]
    return Comparison(len(sent), len(held) - len(beyond), (*missing, *differing, *strange))


def _differs(ours: str, theirs: str) -> bool:
    return bool(ours and theirs) and ours != theirs


def _lacking(sent: Sent) -> Discrepancy:
    return Discrepancy(MISSING_THERE, sent.key, sent.id, sent.case_number, sent.item, sent.department, sent.digest)


def _differing(sent: Sent, theirs: str) -> Discrepancy:
    return Discrepancy(DIFFERENT, sent.key, sent.id, sent.case_number, sent.item, sent.department, sent.digest, theirs)
