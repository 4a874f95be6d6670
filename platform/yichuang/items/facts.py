"""The facts of an item: everyday ones and those of its situation; the form adds its own."""

from datetime import date
from typing import Any

from yichuang.ports import Body, DefinitionView
from yichuang.rules.everyday import everyday, situation_facts
from yichuang.rules.facts import FactBook


def book_for(view: DefinitionView, item_body: Body) -> FactBook:
    """All facts an item's conditions may read, except its form's."""
    return FactBook([*everyday(view), *situation_facts(item_body)])


def everyday_facts(item: Body, today: date, *, applicant_kind: str | None = None, **org: str | None) -> dict[str, Any]:
    """The facts from outside of the form, flat, by path. `org`: codes as `hall`, `street`, `window`; None where unknown."""
    facts = {
        "item.code": item["code"], "item.case_type": item.get("case_type"), "item.department": item.get("department"),
        "applicant.kind": applicant_kind, "date.today": today.isoformat(),
    } | {f"org.{part}": org.get(part) for part in ("hall", "street", "window")}  # fmt: skip
    return {path: value for path, value in facts.items() if value}
