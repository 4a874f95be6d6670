"""Sending a message to its target: the recorded step put into the target's shape by the mapping in force, checked, handed over."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from yichuang.catalogue.feed import Catalogue
from yichuang.connections import Connection
from yichuang.errors import ConnectorFailed, Unmapped
from yichuang.exchange.targets import REVIEWS, Target, compile_targets
from yichuang.mappings import CompiledMapping, amended, compile_mapping, mapping_for
from yichuang.outbox.inbox import Inbox
from yichuang.outbox.message import INBOX, Delivery, Inside, step_title
from yichuang.outbox.policy import Policy
from yichuang.outbox.ways import PlainWay, Way
from yichuang.ports import Connector, DefinitionView, Parcel, Receipt

_ROW = re.compile(r"\[\d+\]")


class Line(NamedTuple):
    """What a connector is made from; another one, another connector. `target`: where the other side doesn't know our keys."""

    transport: str
    connection: Connection
    budget: float
    connections: int
    target: str = ""
    recipients: tuple[str, ...] = ()


Make = Callable[[Line], Connector]


class Sending:
    """`make` a connector from a line; each is made once and kept, whatever is published."""

    def __init__(self, catalogue: Catalogue, connections: Mapping[str, Connection], make: Make) -> None:
        self._catalogue, self._connections, self._make = catalogue, connections, make
        self._inbox = PlainWay(Inbox())
        self._made: dict[Line, Connector] = {}
        self._lock = threading.Lock()

    def way(self, code: str) -> Way:
        """The way to a target as the release in force has it."""
        if code == INBOX:
            return self._inbox
        view = self._catalogue.current()
        target = view.compiled(compile_targets, "").all.get(code)
        if target is not None and target.alerted:
            return PlainWay(self.connector(target), target.policy)
        return TargetWay(view, target, self.connector(target)) if target else PlainWay(_Nowhere("交换对象已从定义中删除", "no_target"))

    def connector(self, target: Target) -> Connector:
        """How to reach a target; one that always fails where nobody configured it."""
        connection = self._connections.get(target.connection)
        if connection is None:
            return _Nowhere(f"没有配置连接“{target.connection}”", "not_configured")
        named = target.code if target.transport == REVIEWS else ""
        line = Line(target.transport, connection, target.policy.budget_seconds, target.policy.in_flight, named, target.recipients)
        with self._lock:
            if line not in self._made:
                self._made[line] = self._make(line)
            return self._made[line]


    def receivers(self, department: str, item: str, step: str) -> list[str]:
        """Codes of the targets that get a step of a department's case."""
        return [target.code for target in self._catalogue.current().compiled(compile_targets, "").receivers(department, item, step)]

    def connector_of(self, code: str) -> Connector | None:
        """How to ask a target what it has; None for one that comes and asks itself, or that isn't there."""
        target = self._catalogue.current().compiled(compile_targets, "").all.get(code)
        return self.connector(target) if target and target.pushed else None

    def digest(self, delivery: Delivery, _inside: Inside, body: Mapping[str, Any]) -> str:
        """Of a mapped body, as the target's connector counts it; empty where that isn't known."""
        connector = self.connector_of(delivery.target)
        return connector.digest(body) if connector else ""


class TargetWay:
    """A `Way`: mapping, the target schema's verdict, connector."""

    def __init__(self, view: DefinitionView, target: Target, connector: Connector) -> None:
        self._mapper, self._target, self._connector = Mapper(view), target, connector

    @property
    def policy(self) -> Policy:
        return self._target.policy

    def hand(self, parcel: Parcel) -> Receipt:
        return self._connector.hand(replace(parcel, payload=self._mapper.body(parcel)))


class Mapper:
    """A release's mappings as parcels need them, each looked up once."""

    def __init__(self, view: DefinitionView) -> None:
        self._view = view
        self._known: dict[tuple[str, str, str], CompiledMapping | None] = {}

    def body(self, parcel: Parcel) -> dict[str, Any]:
        """What the target takes. Raises `Unmapped` with every problem."""
        mapping = self._mapping(parcel.target, parcel.item, parcel.step)
        if mapping is None:
            raise _no_mapping(parcel)
        record = amended(parcel.payload, parcel.amended) if parcel.amended else parcel.payload
        made = mapping.run(record, parcel.step)
        found = made.faults or mapping.verdict(made.body, parcel.step)
        if found:
            raise Unmapped(problems=[fault.as_dict() for fault in found], cause=f"{found[0].kind}/{_ROW.sub('[]', found[0].to)}"[:120])
        return made.body

    def _mapping(self, target: str, item: str, step: str) -> CompiledMapping | None:
        key = (target, item, step)
        if key not in self._known:
            code = mapping_for(self._view, target, item, step)
            compiled: Callable[[Any, str], CompiledMapping] | None = getattr(self._view, "compiled", None)
            made = compiled(compile_mapping, code) if compiled is not None and code else None
            self._known[key] = made or (compile_mapping(self._view, code) if code else None)
        return self._known[key]


def _no_mapping(parcel: Parcel) -> Unmapped:
    words = f"这个事项的“{step_title(parcel.step)}”没有发往该对象的字段映射"
    problem = {"to": "", "source": "", "kind": "no_mapping", "value_class": "", "message": words, "remedy": "请新建或补充字段映射后重试"}
    return Unmapped(problems=[problem], cause=f"no_mapping/{parcel.item}")


class _Nowhere:
    """A `Connector` to where nothing can be sent; trying again may help when it is put right."""

    def __init__(self, words: str, reason: str) -> None:
        self._words, self._reason = words, reason

    def hand(self, parcel: Parcel) -> Receipt:
        raise ConnectorFailed(self._words, reason=self._reason)

    def digest(self, payload: Mapping[str, Any]) -> str:
        return ""

    def holdings(self, since: Any, until: Any) -> Any:
        raise ConnectorFailed(self._words, reason=self._reason)
