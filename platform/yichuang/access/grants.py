"""How far a member of staff's powers go: pure values, asked before anything is shown or done."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from yichuang.access.powers import CARRYING, HANDLING, KNOWING, POWERS, PUTTING_RIGHT, SERVING
from yichuang.errors import NotAllowed, OutOfReach
from yichuang.ports import Actor, Place


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a power holds: `everything`, or any of the named halls, streets, departments, windows, or what `clerk` handles.

    A place is covered when one of its parts is named; the empty code names nothing and covers nothing. `placed`: of everything, what lies somewhere.
    """

    everything: bool = False
    halls: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    windows: frozenset[str] = frozenset()
    clerk: str = ""
    placed: bool = False

    def covers(self, place: Place, clerk: str = "") -> bool:
        """Whether something at `place`, handled by the member `clerk`, is within reach."""
        return (
            (self.everything and (not self.placed or place != Place()))
            or _named(place.hall, self.halls)
            or _named(place.street, self.streets)
            or _named(place.department, self.departments)
            or _named(place.window, self.windows)
            or bool(clerk and clerk == self.clerk)
        )

    @property
    def nowhere(self) -> bool:
        """True for a role whose reach asks for a posting that is not recorded."""
        return self == NOWHERE

    def __or__(self, other: "Reach") -> "Reach":
        """Either: what several roles give adds up."""
        return Reach(
            self.everything or other.everything,
            self.halls | other.halls,
            self.streets | other.streets,
            self.departments | other.departments,
            self.windows | other.windows,
            self.clerk or other.clerk,
            any(one.everything for one in (self, other)) and not any(one.everything and not one.placed for one in (self, other)),
        )


def _named(code: str, codes: frozenset[str]) -> bool:
    return bool(code) and code in codes


NOWHERE = Reach()
EVERYWHERE = Reach(everything=True)


@dataclass(frozen=True, slots=True)
class Grants:
    """A member's powers, each with its reach. `withheld`: what their roles say besides and they may not have, see `protecting`."""

    powers: Mapping[str, Reach] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()

    def may(self, power: str) -> bool:
        """Whether any of the member's roles gives the power, however far it reaches."""
        return power in self.powers

    def reach(self, power: str) -> Reach:
        """`NOWHERE` for a power that isn't given."""
        return self.powers.get(power, NOWHERE)

    def require(self, power: str, place: Place | None = None, clerk: str = "") -> None:
        """Raises `NotAllowed` without the power, `OutOfReach` when it doesn't cover `place` (or what `clerk` handles)."""
        if power in self.withheld:
            raise NotAllowed(f"您经办办件或属于某个部门，为保护评价人，“{POWERS.get(power, power)}”对您不开放")
        if power not in self.powers:
            raise NotAllowed(f"您的角色没有“{POWERS.get(power, power)}”权限，如需办理请联系安全管理员")
        if place is None or self.powers[power].covers(place, clerk):
            return
        if self.powers[power].nowhere:
            raise OutOfReach("您的账号还没有登记所属的大厅、街道或部门，请联系系统管理员在“用户与角色”中登记")
        raise OutOfReach


def protecting(powers: Mapping[str, Reach], department: str) -> Grants:
    """Whoever handles cases or is posted to a department may be the one who is reviewed: what could tell them who reviewed is withheld."""
    if not department and HANDLING.isdisjoint(powers):
        return Grants(powers)
    held = frozenset(KNOWING | (PUTTING_RIGHT if not SERVING.isdisjoint(powers) else frozenset())) & powers.keys()
    placed = {power: replace(powers[power], placed=True) for power in CARRYING & powers.keys() if powers[power].everything}
    return Grants({power: reach for power, reach in {**powers, **placed}.items() if power not in held}, frozenset(held))


NONE = Grants()
ALL = Grants(dict.fromkeys(POWERS, EVERYWHERE))
"""The system's own, for what no person does: jobs and migrations."""


def reach_of(kind: str, who: Actor) -> Reach:
    """A role's `reach` (`all`, `hall`, `street`, `department`, `window`, `own`) for this member: from where they are posted."""
    post = who.post
    return {
        "all": EVERYWHERE,
        "hall": Reach(halls=_only(post.hall)),
        "street": Reach(streets=_only(post.street)),
        "department": Reach(departments=_only(post.department)),
        "window": Reach(windows=_only(who.window or "")),
        "own": Reach(clerk=who.name),
    }[kind]


def _only(code: str) -> frozenset[str]:
    return frozenset({code}) if code else frozenset()
