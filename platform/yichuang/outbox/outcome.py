"""What came of trying to hand a message over, and what of it goes into its row (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from yichuang.errors import ConnectorFailed, ConnectorRefused, Unmapped, YichuangError
from yichuang.outbox.message import FAILED, REFUSED, SENT, UNMAPPED, WAITING
from yichuang.outbox.policy import Policy
from yichuang.ports import Receipt

AGAIN = "again"
MOST_ANSWER = 4096
"""Characters of the other side's answer that are kept."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A message that a relay held: its id, and the number of this attempt. `receipt` when it got through, `error` when it didn't.

    Neither: it was put back untried, until `again`.
    """

    id: str
    attempt: int
    receipt: Receipt | None = None
    error: Exception | None = None
    again: datetime | None = None

    @property
    def sent(self) -> bool:
        return self.receipt is not None

    @property
    def tells_of_the_target(self) -> bool:
        """Whether the target itself failed; what can't be mapped or is refused says nothing about its health."""
        return self.error is not None and not isinstance(self.error, Unmapped | ConnectorRefused)

    def outcome(self, state: str) -> str:
        """A word for the record, of the state it led to: `again` when it will be tried once more; empty for what was not tried."""
        if self.error is None:
            return state if self.sent else ""
        return AGAIN if state == WAITING else state

    @property
    def reached(self) -> bool:
        return self.sent or isinstance(self.error, ConnectorRefused)


def columns_of(tried: Tried, now: datetime, policy: Policy, seal: Callable[[str, str], str]) -> dict[str, Any]:
    """What to write. `seal(text, column)` makes a text unreadable at rest."""
    plain = {"attempts": tried.attempt, "next_at": now, "last_error": "", "cause": "", "problems": "", "answer": ""}
    if tried.receipt is not None:
        sent = {"state": SENT, "sent_at": now, "reference": tried.receipt.reference[:100], "digest": tried.receipt.digest}
        return plain | sent
    if tried.error is None:
        return {"state": WAITING, "attempts": tried.attempt - 1, "next_at": tried.again or now}
    state, next_at = _verdict(tried, now, policy)
    return plain | {"state": state, "next_at": next_at} | _said(tried.error, seal)


def _verdict(tried: Tried, now: datetime, policy: Policy) -> tuple[str, datetime]:
    error = tried.error
    if isinstance(error, Unmapped):
        return UNMAPPED, now
    if isinstance(error, ConnectorRefused):
        return REFUSED, now
    if tried.attempt >= policy.attempts:
        return FAILED, now
    asked = error.extra.get("after") if isinstance(error, ConnectorFailed) else None
    least = timedelta(seconds=min(float(asked), policy.longest_seconds)) if asked else timedelta()
    return WAITING, now + max(least, policy.pause(tried.attempt))


def _said(error: Exception, seal: Callable[[str, str], str]) -> dict[str, str]:
    """Why, in words for people, a word for grouping, and sealed what may be personal."""
    if not isinstance(error, YichuangError):
        return {"last_error": f"推送程序出错（{type(error).__name__}）", "cause": f"broken/{type(error).__name__}"[:120]}
    extra: Mapping[str, Any] = error.extra
    cause = error.cause if isinstance(error, Unmapped) else str(extra.get("reason") or "")
    said = {"last_error": str(error)[:500], "cause": (cause or error.code)[:120]}
    if answer := str(extra.get("answer") or "")[:MOST_ANSWER]:
        said["answer"] = seal(answer, "answer")
    if isinstance(error, Unmapped):
        said["problems"] = seal(orjson.dumps(list(error.problems)).decode(), "problems")
    return said
