"""The indicators of a release (定义 `indicator`), ready to be reckoned from sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from yichuang.indicators.measures import MEASURES
from yichuang.ports import Body, DefinitionView

KIND = "indicator"
PERCENT, AVERAGE, COUNT = "percent", "average", "count"
UNITS = {PERCENT: "%", AVERAGE: "分", COUNT: "条"}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One definition."""

    body: Body

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def title(self) -> str:
        return str(self.body["title"])

    @property
    def unit(self) -> str:
        return UNITS[self.body["scale"]]

    @property
    def public(self) -> bool:
        return bool(self.body.get("public"))

    @property
    def goal(self) -> Decimal | None:
        return Decimal(str(self.body["goal"])) if "goal" in self.body else None

    def parts(self, sums: Mapping[str, int]) -> tuple[Decimal, Decimal]:
        """(numerator, denominator); a count has the denominator 1."""
        bottom = self.body.get("denominator")
        return _sum(self.body["numerator"], sums), _sum(bottom, sums) if bottom else Decimal(1)

    def value(self, sums: Mapping[str, int]) -> float | None:
        """None where there is nothing to divide by."""
        top, bottom = self.parts(sums)
        if not bottom:
            return None
        exact = top / bottom * (100 if self.body["scale"] == PERCENT else 1)
        return float(exact.quantize(Decimal(1).scaleb(-int(self.body.get("decimals", 1))), ROUND_HALF_UP))

    def met(self, value: float | None) -> bool | None:
        """Whether the goal is reached; None without one or without a value."""
        if self.goal is None or value is None:
            return None
        return Decimal(str(value)) <= self.goal if self.body.get("better") == "lower" else Decimal(str(value)) >= self.goal

    @property
    def basis(self) -> str:
        """The formula in words."""
        top, bottom = _words(self.body["numerator"]), _words(self.body.get("denominator", ()))
        return f"{top} ÷ {bottom}" + (" × 100%" if self.body["scale"] == PERCENT else "") if bottom else top


def _sum(terms: Sequence[Mapping[str, object]], sums: Mapping[str, int]) -> Decimal:
    return sum((Decimal(str(term.get("times", 1))) * sums.get(str(term["measure"]), 0) for term in terms), Decimal(0))


def _words(terms: Sequence[Mapping[str, object]]) -> str:
    told = [MEASURES[str(term["measure"])] + (f"×{term['times']}" if term.get("times", 1) != 1 else "") for term in terms]
    return f"（{'＋'.join(told)}）" if len(told) > 1 else "".join(told)


def compile_indicators(view: DefinitionView, _code: str) -> Sequence[Indicator]:
    """A snapshot's maker: those in use, in their order."""
    bodies = [body for code in view.codes(KIND) if (body := view.find(KIND, code)) is not None and not body.get("disabled")]
    return tuple(Indicator(body) for body in sorted(bodies, key=lambda body: (int(body.get("order", 100)), str(body["code"]))))
