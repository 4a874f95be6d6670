"""To which departments a definition belongs: who may change it without touching anybody else's business."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from yichuang.catalogue.kinds import KindTable
from yichuang.catalogue.references import references
from yichuang.catalogue.snapshot import Snapshot
from yichuang.catalogue.views import Overlay
from yichuang.ports import Body, DefinitionView

DEPARTMENT_OF = {"item": "department", "entrustment": "principal"}
"""Kinds that name their department themselves."""
BY_ITEMS = ("commitment", "document")
"""Kinds that belong where the items belong which they name; a document that names none is everybody's. A mapping belongs to its target's
departments."""


class Line(NamedTuple):
    department: str
    forms: frozenset[str]


class Belonging:
    """Asked of a release, or of a change set laid over one."""

    def __init__(self, view: DefinitionView, kinds: KindTable) -> None:
        self._view = view
        self._kinds = kinds

    def departments(self, kind: str, code: str, body: Body) -> frozenset[str] | None:
        """Codes of departments, none for what nobody uses yet; None for what is shared by all (code tables, notices, calendars …)."""
        if kind in DEPARTMENT_OF:
            return frozenset({str(body.get(DEPARTMENT_OF[kind], ""))}) - {""}
        if kind == "target":
            return frozenset(map(str, body.get("departments", ()))) or None
        if kind == "mapping":
            target = str(body.get("target", ""))
            return self.departments("target", target, self._view.find("target", target) or {})
        if kind == "form":
            return frozenset(line.department for line in self.items.values() if code in line.forms)
        if kind == "mapping":
            return self._of_mapping(body)
        if kind in BY_ITEMS:
            named = [r.value for r in references(body, self._kinds.get(kind).schema) if r.target == "item"]
            return frozenset(self.items[item].department for item in named if item in self.items) if named else None
        return None

    def _of_mapping(self, body: Body) -> frozenset[str] | None:
        """The departments of its target and of the items it names; one for a target of all departments is shared."""
        if not body.get("target"):
            return frozenset()
        target = self._view.find("target", str(body["target"])) or {}
        named = {self.items[code].department for code in body.get("items", ()) if code in self.items}
        return frozenset(target.get("departments", ())) | named if target.get("departments") else None

    @cached_property
    def items(self) -> Mapping[str, Line]:
        """Every item's department and the forms it uses, without reading bodies where the release keeps words."""
        return dict(_lines(self._view))


def _lines(view: DefinitionView) -> Iterator[tuple[str, Line]]:
    if isinstance(view, Overlay):
        kept = dict(_lines(view.base)) | {ref.code: _line(body or {}) for ref, body in view.changes.items() if ref.kind == "item"}
        yield from kept.items()
    elif isinstance(view, Snapshot):
        for code, words in view.words("item").items():
            forms = (ref.removeprefix("form/") for ref in words.get("refs", ()) if ref.startswith("form/"))
            yield code, Line(str(words.get("department", "")), frozenset(forms))
    else:
        yield from ((code, _line(view.find("item", code) or {})) for code in view.codes("item"))


def _line(body: Body) -> Line:
    return Line(str(body.get("department", "")), frozenset({str(body["form"])} if body.get("form") else ()))
