"""Which groups of the work list belong to which page: the counter's, or a department's."""

from collections.abc import Mapping, Sequence
from typing import Any

from yichuang.access.grants import Grants
from yichuang.ports import DefinitionView
from yichuang.services import Services
from yichuang.web.desk.people import named

DEPARTMENT = frozenset({"case.review", "case.reject_confirm", "case.special", "case.extend", "case.decide"})
"""Powers of a department's approvers."""
ASIDE = frozenset({"case.withdraw"})
"""What may be done at almost any time puts a case on nobody's list."""
LIT = ("overdue", "due_soon")

NONE: frozenset[str] = frozenset()

Group = Mapping[str, Any]


def queue(services: Services, groups: Sequence[Group], grants: Grants, part: str) -> list[Group]:
    """The groups of one page in which this member has something to do; what is late comes first."""
    snapshot = services.catalogue.current()
    powers, ended = snapshot.compiled(_powers, ""), snapshot.compiled(_ended, "")
    waiting = [group for group in groups if group["count"] or group["code"] not in ended]
    shown: list[Group] = [group for group in waiting if group["code"] in LIT or _belongs(powers.get(group["code"], NONE), grants, part)]
    shown = [{**group, "cases": [named(line) for line in group["cases"]]} for group in shown]
    return sorted(shown, key=lambda group: LIT.index(group["code"]) if group["code"] in LIT else len(LIT))


def _belongs(powers: frozenset[str], grants: Grants, part: str) -> bool:
    mine = {power for power in powers if grants.may(power)}
    return bool(mine if part == "department" else mine - DEPARTMENT)


def _powers(view: DefinitionView, _code: str) -> Mapping[str, frozenset[str]]:
    """For `Snapshot.compiled`: state → the powers of the steps that staff may take there, of all flows in force."""
    found: dict[str, set[str]] = {}
    for code in view.codes("flow"):
        for action in (view.find("flow", code) or {}).get("actions", ()):
            if action["by"] == "staff" and action.get("power") not in ASIDE:
                for state in action["from"]:
                    found.setdefault(state, set()).add(action["power"])
    return {state: frozenset(powers) for state, powers in found.items()}


def _ended(view: DefinitionView, _code: str) -> frozenset[str]:
    """For `Snapshot.compiled`: the states in which a case has ended; an empty list of those tells nothing."""
    flows = [view.find("flow", code) or {} for code in view.codes("flow")]
    return frozenset(state["code"] for flow in flows for state in flow.get("states", ()) if state.get("ended"))
