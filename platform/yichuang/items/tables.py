"""A code table, ready for look-up."""

from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.ports import Body, DefinitionView


class Table:
    """Implements `ports.CodeTable`. Disabled entries keep their titles but are no longer offered."""

    def __init__(self, body: Body) -> None:
        self.code: str = body["code"]
        self._entries: Sequence[Mapping[str, Any]] = tuple(body["entries"])
        self.titles: Mapping[str, str] = {entry["code"]: entry["title"] for entry in self._entries}

    def title(self, code: str) -> str | None:
        return self.titles.get(code)

    def has(self, code: str) -> bool:
        return code in self.titles

    def entries(self) -> Sequence[Mapping[str, Any]]:
        return self._entries


def make_table(view: DefinitionView, code: str) -> Table | None:
    """For `Snapshot.compiled`; None when the release has no such table."""
    body = view.find("code_table", code)
    return Table(body) if body is not None else None
