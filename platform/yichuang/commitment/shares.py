"""How many items are under notification-and-commitment, by domain against its goal, on the counting basis of the definitions (domain 3.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.commitment.compiled import RULES_CODE
from yichuang.ports import Body, DefinitionView

UNITS: Mapping[str, str] = {"handling_code": "按业务办理项编码", "impl_code": "按实施编码", "item": "按事项定义"}
ITEM_STATES: Mapping[str, str] = {"active": "在用", "suspended": "暂停"}


@dataclass(frozen=True, slots=True)
class Counted:
    """One item as it is counted: `items` are the definitions that make it up."""

    title: str
    domain: str
    items: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def committed(self) -> bool:
        return bool(self.kinds)


@dataclass(frozen=True, slots=True)
class Share:
    """One domain. `percent` is None without items, `goal` without a goal; `short`: so many more items would reach the goal."""

    code: str
    title: str
    total: int
    committed: int
    goal: int | None

    @property
    def percent(self) -> float | None:
        return round(100 * self.committed / self.total, 1) if self.total else None

    @property
    def short(self) -> int:
        return max(0, -(-self.total * (self.goal or 0) // 100) - self.committed)

    def as_row(self) -> dict[str, Any]:
        reached = "" if self.goal is None else "已达到" if not self.short else f"还差 {self.short} 项"
        return {
            "title": self.title, "total": self.total, "committed": self.committed, "percent": self.percent, "goal": self.goal, "reached": reached,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shares:
    domains: tuple[Share, ...]
    items: tuple[Counted, ...]
    basis: str

    @property
    def domain_of(self) -> dict[str, str]:
        """Item's code → domain's code."""
        return {code: counted.domain for counted in self.items for code in counted.items}

    @property
    def committable(self) -> frozenset[str]:
        """Codes of the items that may be handled by commitment."""
        return frozenset(code for counted in self.items if counted.committed for code in counted.items)


def make_shares(view: DefinitionView, _code: str) -> Shares:
    """For `Snapshot.compiled`: from the definitions alone."""
    general = view.find("commitment_rules", RULES_CODE) or {"domains": [], "counting": {"unit": "item", "states": ["active"], "merge_streets": True}}
    counting, domains = general["counting"], general["domains"]
    kinds = _kinds(view)
    groups: dict[str, list[Body]] = {}
    for code in view.codes("item"):
        item = view.find("item", code)
        if item is not None and item["state"] in counting["states"]:
            groups.setdefault(_key(view, item, counting), []).append(item)
    counted = tuple(_counted(group, domains, kinds) for group in groups.values())
    shares = tuple(_share(domain, counted) for domain in domains)
    return Shares(shares, counted, _basis(counting))


def _kinds(view: DefinitionView) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for code in view.codes("commitment"):
        body = view.find("commitment", code)
        if body is not None and body.get("state", "active") == "active":
            found.setdefault(body["item"], set()).add(body["commitment_kind"])
    return found


def _key(view: DefinitionView, item: Body, counting: Mapping[str, Any]) -> str:
    if counting["merge_streets"] and item.get("department") in _by_street(view):
        return f"street/{item['title']}"
    return str(item.get(counting["unit"]) or item["code"]) if counting["unit"] != "item" else str(item["code"])


def _by_street(view: DefinitionView) -> frozenset[str]:
    bodies = (view.find("organisation", code) or {} for code in view.codes("organisation"))
    return frozenset(entry["code"] for body in bodies for entry in body.get("departments", ()) if entry.get("by_street"))


def _counted(group: Sequence[Body], domains: Sequence[Mapping[str, Any]], kinds: Mapping[str, set[str]]) -> Counted:
    first = group[0]
    found = sorted({kind for item in group for kind in kinds.get(item["code"], ())})
    return Counted(str(first["title"]), _domain(first, domains), tuple(item["code"] for item in group), tuple(found))


def _domain(item: Body, domains: Sequence[Mapping[str, Any]]) -> str:
    """Named items first, then departments, then the domain that takes the rest."""
    for part, code in (("items", item["code"]), ("departments", item.get("department"))):
        for domain in domains:
            if code in domain.get(part, ()):
                return str(domain["code"])
    return next((str(domain["code"]) for domain in domains if domain.get("rest")), "")


def _share(domain: Mapping[str, Any], counted: Sequence[Counted]) -> Share:
    mine = [one for one in counted if one.domain == domain["code"]]
    return Share(domain["code"], domain["title"], len(mine), sum(one.committed for one in mine), domain.get("goal_percent"))


def _basis(counting: Mapping[str, Any]) -> str:
    states = "、".join(ITEM_STATES[state] for state in counting["states"])
    streets = "，街道同名事项合并为一个" if counting["merge_streets"] else ""
    note = f" {counting['note']}" if counting.get("note") else ""
    return f"{UNITS[counting['unit']]}计，计入{states}的事项{streets}。{note}".strip()
