"""Which items go where (事项特殊性管理): item by target, at which steps there is a mapping, where one is lacking, since when. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from yichuang.exchange.targets import TRANSPORTS, Target, compile_targets
from yichuang.mappings.choosing import mapping_for
from yichuang.ports import Body, DefinitionView

ANY, ASKED = "*", "INTAKE"
WHOLE, PART, NONE, NATIVE = "whole", "part", "none", "native"
STATES = {WHOLE: "已对应", PART: "部分环节没有对应", NONE: "没有对应", NATIVE: "按本平台字段"}
"""`native`: a target that comes and asks gets our own names where there is no mapping."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An item as lists know it, without its body."""

    code: str
    title: str
    department: str
    department_title: str


@dataclass(frozen=True, slots=True)
class Route:
    """One item on its way to one target. `mappings`: code to the steps it is for; `own`: one of them names the item."""

    item: Listed
    target: str
    target_title: str
    transport: str
    steps: tuple[str, ...]
    missing: tuple[str, ...]
    mappings: Mapping[str, tuple[str, ...]]
    own: bool

    @property
    def state(self) -> str:
        if not self.mappings:
            return NONE if self.steps else NATIVE
        return PART if self.missing else WHOLE


def routes(view: DefinitionView, items: Iterable[Listed], order: Sequence[str]) -> Iterator[Route]:
    """Item by item. `order`: all steps as people order them."""
    targets = compile_targets(view, "").all.values()
    bodies = {code: view.find("mapping", code) or {} for code in view.codes("mapping")}
    for item in items:
        for target in targets:
            if target.concerns(item.department, item.code):
                yield _route(view, item, target, bodies, order)


def _route(view: DefinitionView, item: Listed, target: Target, bodies: Mapping[str, Body], order: Sequence[str]) -> Route:
    steps = [step for step in order if step in target.pushes] if target.pushed else []
    found: dict[str, list[str]] = {}
    missing = []
    for step in steps or order:
        code = mapping_for(view, target.code, item.code, step)
        if code is not None:
            found.setdefault(code, []).append(step)
        elif steps:
            missing.append(step)
    if not steps:
        asked = mapping_for(view, target.code, item.code, ASKED)
        found |= {asked: [*found.get(asked, ()), ASKED]} if asked else {}
    mappings = {code: tuple(dict.fromkeys(told)) for code, told in found.items()}
    own = any(item.code in bodies[code].get("items", ()) for code in mappings)
    return Route(item, target.code, target.title, TRANSPORTS.get(target.transport, target.transport), tuple(steps), tuple(missing), mappings, own)


@dataclass(frozen=True, slots=True)
class Stage:
    """A release in force at which a mapping changed: from when, and the mapping as it stood."""

    at: datetime
    body: Body | None


def since(item: str, target: str, stages: Sequence[Stage]) -> datetime | None:
    """From when on a mapping has been for an item without a break, the oldest stage first; None when it isn't now."""
    began: datetime | None = None
    for stage in stages:
        serves = stage.body is not None and stage.body.get("target") == target and (not stage.body.get("items") or item in stage.body["items"])
        began = (began or stage.at) if serves else None
    return began
