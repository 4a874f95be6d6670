"""What an evaluation found: a tree of the condition's shape."""

from typing import Any, NamedTuple


class Trace(NamedTuple):
    """One node. `kind` is `all`, `any`, `not` or `compare`; `found` is None when the fact was missing,
    `holds` None only where a condition is described without an evaluation."""

    kind: str
    holds: bool | None
    parts: "tuple[Trace, ...]" = ()
    fact: str = ""
    op: str = ""
    wanted: Any = None
    other: str = ""
    found: Any = None
    found_other: Any = None

    def as_dict(self) -> dict[str, Any]:
        """As plain JSON, for the page that explains a decision."""
        if self.kind != "compare":
            return {"kind": self.kind, "holds": self.holds, "parts": [part.as_dict() for part in self.parts]}
        told = {"kind": "compare", "holds": self.holds, "fact": self.fact, "op": self.op, "found": self.found}
        if self.other:
            return told | {"other": self.other, "found_other": self.found_other}
        return told | {"wanted": list(self.wanted) if isinstance(self.wanted, tuple) else self.wanted}
