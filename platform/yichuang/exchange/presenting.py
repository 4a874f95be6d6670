"""How an intake is given to whoever fetches it: without what is kept back from them, in their own shape where they have one."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, Protocol

from yichuang.errors import Unmapped
from yichuang.mappings import CompiledMapping, compile_mapping, filled, mapping_for
from yichuang.ports import Body

ANY = "INTAKE"
"""The step under which a mapping is looked for when none is asked for."""


class Release(Protocol):
    """A snapshot, as far as it is needed here."""

    release: int

    def find(self, kind: str, code: str) -> Body | None: ...

    def codes(self, kind: str) -> Any: ...

    def compiled(self, maker: Any, code: str) -> Any: ...


class Releases(Protocol):
    def current(self) -> Any:
        """The `Release` in force."""
        ...


class Shown(NamedTuple):
    """What is given out. `mapping`: its code, empty for the record as it is. `faults`: why it can't be given in this shape."""

    body: Mapping[str, Any]
    mapping: str = ""
    faults: tuple[Mapping[str, str], ...] = ()


class Presenting:
    """Mappings are those of the release in force: what the other side takes is a fact of the world now."""

    def __init__(self, releases: Releases) -> None:
        self._releases = releases
        self._known: tuple[Any, dict[tuple[str, str, str], CompiledMapping | None]] = (None, {})

    def show(self, record: dict[str, Any], target: str, hidden: Collection[str], step: str = "") -> Shown:
        """The record for one target (none: as it is), without the `hidden` parts. Never raises."""
        given = without(record, hidden) if hidden else record
        if not target:
            return Shown(given)
        mapping = self._mapping(target, str(record["case"]["item"]), step or ANY)
        if mapping is None:
            return Shown({}, "", (_nothing(target),))
        made = mapping.run(given, step)
        faults = made.faults or mapping.verdict(made.body, step)
        return Shown(made.body, mapping.code, tuple(_told(fault) for fault in faults))

    def require(self, record: dict[str, Any], target: str, hidden: Collection[str], step: str = "") -> Shown:
        """As `show`. Raises `Unmapped` with the faults."""
        shown = self.show(record, target, hidden, step)
        if shown.faults:
            raise Unmapped(problems=shown.faults, cause="intake")
        return shown

    def _mapping(self, target: str, item: str, step: str) -> CompiledMapping | None:
        snapshot: Release = self._releases.current()
        made_for, known = self._known
        if made_for is not snapshot:
            self._known = made_for, known = snapshot, {}
        key = (target, item, step)
        if key not in known:
            code = mapping_for(snapshot, target, item, step)
            known[key] = snapshot.compiled(compile_mapping, code) if code else None
        return known[key]

    def samples(self, target: str = "") -> dict[str, dict[str, Any]]:
        """The sample cases of the packaged and published mappings (of a target when given), by the number they are fetched under."""
        snapshot: Release = self._releases.current()
        found: dict[str, dict[str, Any]] = {}
        for code in snapshot.codes("mapping"):
            body = snapshot.find("mapping", code) or {}
            if target in ("", body.get("target")):
                for n, sample in enumerate(body.get("samples", ()), 1):
                    number = f"SAMPLE-{code}-{n}"
                    found[number] = _sample(sample, number)
        return found


def _sample(sample: Mapping[str, Any], number: str) -> dict[str, Any]:
    record = filled(sample["record"])
    record["case"] = {**record["case"], "id": "", "number": number}
    step = record["step"]
    record["step"] = {**step, "code": step["code"] or sample.get("step", "")}
    return record


def without(record: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """The record with these parts empty; `part` or `part.field`."""
    given = dict(record)
    for path in hidden:
        part, _, field = path.partition(".")
        if field:
            given[part] = {**given[part], field: ""}
        else:
            given[part] = _emptied(given[part])
    return given


def _emptied(part: Any) -> Any:
    if isinstance(part, list):
        return []
    return {key: "" for key in part} if part and all(isinstance(value, str) for value in part.values()) else {}


def _told(fault: Any) -> Mapping[str, str]:
    return {"field": fault.to, **fault.as_dict()}


def _nothing(target: str) -> Mapping[str, str]:
    return {"field": "", "message": f"“{target}”没有适用于这个事项和环节的映射，请联系接口管理员", "kind": "no_mapping"}
