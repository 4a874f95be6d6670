"""What a mapping leaves open: mandatory fields of the target without a line, and what of ours goes nowhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.mappings.targets import target_fields


@dataclass(frozen=True, slots=True)
class Coverage:
    """`unmapped_required`: target paths. `unused_sources`: those of the paths asked for. `mapped`: target path to source path."""

    unmapped_required: tuple[str, ...]
    unused_sources: tuple[str, ...]
    mapped: Mapping[str, str]


def coverage(schema: Any, sources: Mapping[str, str], paths: Iterable[str]) -> Coverage:
    written = set(sources)
    needed = [field for field in target_fields(schema) if field.required or (field.needed and _begun(field.path, written))]
    bare = {to for to in written if not sources[to].endswith("[]") and not any(other.startswith((f"{to}.", f"{to}[")) for other in written)}
    open_ = tuple(field.path for field in needed if not _given(field.path, written, bare))
    used = {path for joined in sources.values() for path in joined.split(",") if path}
    return Coverage(open_, tuple(path for path in paths if not _used(path, used)), dict(sources))


def _begun(path: str, written: set[str]) -> bool:
    """Whether something of the object that it is part of is written."""
    around = path.rpartition(".")[0]
    return bool(around) and any(to.startswith(f"{around}.") for to in written)


def _given(path: str, written: set[str], bare: set[str]) -> bool:
    """Written itself, in part, or as a part of something that is written as a whole."""
    inside = any(to.startswith((f"{path}.", f"{path}[")) for to in written)
    return path in written or inside or any(path.startswith((f"{to}.", f"{to}[")) for to in bare)


def _used(path: str, used: set[str]) -> bool:
    plain = path.removesuffix("[]")
    return any(one == plain or one.startswith((f"{plain}.", f"{plain}[")) or plain.startswith((f"{one}.", f"{one}[")) for one in used)
