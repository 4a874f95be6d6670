"""What a form makes of answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.ports import FieldError
from yichuang.rules.traces import Trace


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one set of answers.

    `visible`, `required`: paths (`area`, `address/division`, `shareholders/0/amount`). `computed`: path to value, None when it can't
    be computed yet. `errors`: all at once, in form order; some are warnings. `answers`: what is submitted: visible fields only,
    canonical, computed ones included. `facts`: the facts given plus those of the form. `traces`: only when asked for, by path.
    """

    visible: frozenset[str]
    required: frozenset[str]
    computed: Mapping[str, Any]
    errors: tuple[FieldError, ...]
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    traces: Mapping[str, Mapping[str, Trace]]

    @property
    def ok(self) -> bool:
        """Whether it may be submitted: no error, warnings allowed."""
        return all(error.severity != "error" for error in self.errors)
