"""The cases that a mapping brings along to be tried on: each by itself, or laid over one before it (`like`)."""

from collections.abc import Mapping
from typing import Any

from yichuang.mappings.plan import ANY_STEP
from yichuang.mappings.record import filled
from yichuang.ports import Body

LONGEST = 10


def sample_record(body: Body, sample: Mapping[str, Any]) -> dict[str, Any]:
    """A sample's complete record: its own part over that of the sample it is like, the rest empty."""
    partial: dict[str, Any] = {}
    for one in reversed(_line_of(body, sample)):
        partial = laid(partial, one.get("record") or {})
    return filled(partial)


def sample_step(body: Body, sample: Mapping[str, Any]) -> str:
    """The step it is run as: its own, that of the sample it is like, or the mapping's first."""
    named = [str(one["step"]) for one in _line_of(body, sample) if one.get("step")]
    return named[0] if named else next((step for step in body.get("steps", ()) if step != ANY_STEP), "")


def _line_of(body: Body, sample: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sample, the one it is like, and so on."""
    found = [sample]
    while found[-1].get("like") and len(found) < LONGEST:
        other = next((one for one in body.get("samples", ()) if one.get("title") == found[-1]["like"]), None)
        if other is None or any(other is one for one in found):
            break
        found.append(other)
    return found


def laid(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Objects laid over one another; lists and values replaced."""
    found = dict(under)
    for key, value in over.items():
        below = found.get(key)
        found[key] = laid(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return found
