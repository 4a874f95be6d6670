"""How large a condition or a calculation may be, and what is said about a faulty one."""

from dataclasses import dataclass

DEPTH = 12
NODES = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a condition, pattern or calculation. `place` continues the definition's path (`…/all/0/value`)."""

    place: str
    message: str
    remedy: str
