"""The indicators of a release (定义 `indicator`), ready to be reckoned from sums."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from yichuang.indicators.measures import MEASURES
from yichuang.ports import Body, DefinitionView

KIND = "indicator"
PERCENT, AVERAGE, COUNT = "percent", "average", "count"
UNITS = {PERCENT: "%", AVERAGE: "分", COUNT: "条"}


class Indicator:
    """One definition. Reckoned in whole numbers: thousands of values on a board, each exact and rounded half up."""

    def __init__(self, body: Body) -> None:
        self.body = body
        decimals, percent = int(body.get("decimals", 1)), body["scale"] == PERCENT
        self._shift = 10**decimals
        top, bottom = (body["numerator"], body.get("denominator") or ())
        fine = 10 ** max(_decimals(term) for term in (*top, *bottom))
        self._top = [(str(term["measure"]), int(Decimal(str(term.get("times", 1))) * fine)) for term in top]
        self._bottom = [(str(term["measure"]), int(Decimal(str(term.get("times", 1))) * fine)) for term in bottom]
        self._fine, self._hundred = fine, 100 if percent else 1

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

    def value(self, sums: Mapping[str, int]) -> float | None:
        """None where there is nothing to divide by."""
        top = sum([times * sums.get(measure, 0) for measure, times in self._top])
        bottom = sum([times * sums.get(measure, 0) for measure, times in self._bottom]) if self._bottom else self._fine
        if not bottom:
            return None
        return float((2 * top * self._hundred * self._shift + bottom) // (2 * bottom) / self._shift)

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


def _decimals(term: Mapping[str, object]) -> int:
    exponent = Decimal(str(term.get("times", 1))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _words(terms: Sequence[Mapping[str, object]]) -> str:
    told = [MEASURES[str(term["measure"])] + (f"×{term['times']}" if term.get("times", 1) != 1 else "") for term in terms]
    return f"（{'＋'.join(told)}）" if len(told) > 1 else "".join(told)


def compile_indicators(view: DefinitionView, _code: str) -> Sequence[Indicator]:
    """A snapshot's maker: those in use, in their order."""
    bodies = [body for code in view.codes(KIND) if (body := view.find(KIND, code)) is not None and not body.get("disabled")]
    return tuple(Indicator(body) for body in sorted(bodies, key=lambda body: (int(body.get("order", 100)), str(body["code"]))))
