"""The gate: a set of definitions may be published only when every finding of severity error is gone.

Schema first; only a body that fits its schema is asked for its references and given to the checks of its kind's room.
"""

from collections.abc import Collection, Iterator, Sequence

from yichuang.catalogue.kinds import Check, Kind, KindTable
from yichuang.catalogue.references import Reference, Targets, references
from yichuang.catalogue.schema_findings import schema_findings
from yichuang.catalogue.titles import place_in_words
from yichuang.catalogue.views import Remembering
from yichuang.errors import YichuangError
from yichuang.ports import Body, DefinitionView, Finding, Ref

PARTS = {"departments": "部门", "streets": "街道", "halls": "大厅", "windows": "窗口"}


def check(view: DefinitionView, kinds: KindTable, only: Collection[Ref] | None = None) -> list[Finding]:
    """All findings over the view, or over `only` those definitions. Errors first, in the order of kinds and codes."""
    view = Remembering(view)
    targets = Targets(view)
    found: list[Finding] = []
    for kind in kinds:
        for code in view.codes(kind.name):
            if only is None or Ref(kind.name, code) in only:
                found += check_one(view, kinds, kind, code, targets)
    return sorted(found, key=lambda finding: finding.severity != "error")


def check_one(view: DefinitionView, kinds: KindTable, kind: Kind, code: str, targets: Targets | None = None) -> list[Finding]:
    body = view.find(kind.name, code)
    if body is None:
        return []
    wrong = list(_name_findings(kind, code, body)) + list(schema_findings(kind, body))
    if wrong:
        return wrong
    dangling = list(_dangling(kind, kinds, body, targets or Targets(view)))
    return dangling + [finding for run in kind.checks for finding in _checked(run, body, view, kinds)]


def _checked(run: Check, body: Body, view: DefinitionView, kinds: KindTable) -> Sequence[Finding]:
    """A check that stumbles over *another* definition which doesn't fit its schema says nothing: that one's findings come first."""
    try:
        return run(body, view)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, YichuangError):
        if all(kind.validator.is_valid(view.find(kind.name, code)) for kind in kinds for code in view.codes(kind.name)):
            raise
        return []


def _name_findings(kind: Kind, code: str, body: Body) -> Iterator[Finding]:
    if body.get("kind") == kind.name and body.get("code") != code:
        yield Finding(kind.name, code, "code", f"代码“{body.get('code')}”与名称“{code}”不一致", f"请改为“{code}”")


def _dangling(kind: Kind, kinds: KindTable, body: Body, targets: Targets) -> Iterator[Finding]:
    for reference in references(body, kind.schema):
        if reference.target.startswith("self:"):
            continue
        allowed = targets.codes(reference.target)
        if allowed is None or reference.value not in allowed:
            where = place_in_words(reference.place, body, kind.schema)
            message, remedy = _words(reference, kinds, missing_table=allowed is None)
            yield Finding(kind.name, str(body["code"]), reference.place, f"{where}：{message}", remedy)


def _words(reference: Reference, kinds: KindTable, *, missing_table: bool) -> tuple[str, str]:
    name, _, part = reference.target.partition(":")
    title = kinds.get(name).title
    if not part:
        return f"没有名为“{reference.value}”的{title}", f"请改选已有的{title}，或在同一变更单中新建"
    if missing_table:
        return f"没有代码表“{part}”", "请在同一变更单中恢复或新建这个代码表"
    if name == "code_table":
        return f"代码表“{part}”中没有“{reference.value}”", "请改选表中的代码，或先在代码表中增加"
    return f"组织机构中没有{PARTS.get(part, part)}“{reference.value}”", "请改选，或先在组织机构中增加"
