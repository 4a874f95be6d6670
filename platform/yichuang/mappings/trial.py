"""Trying a draft on, for the editor: plain JSON, whatever state the draft is in."""

from collections.abc import Mapping
from typing import Any

from yichuang.mappings.compiled import CompiledMapping, compile_body
from yichuang.mappings.coverage import coverage
from yichuang.mappings.plan import steps_of
from yichuang.mappings.record import filled
from yichuang.mappings.sources import source_paths
from yichuang.mappings.targets import target_fields
from yichuang.ports import Body, DefinitionView


def trial(view: DefinitionView, body: Body, record: Mapping[str, Any], step: str = "") -> dict[str, Any]:
    """A draft run over a record (filled up with empties): `body`, `faults`, `verdict`, `sources`."""
    return tried(compile_body(view, body), record, step)


def tried(mapping: CompiledMapping, record: Mapping[str, Any], step: str = "") -> dict[str, Any]:
    mapped = mapping.run(filled(record), step)
    return {
        "body": mapped.body,
        "faults": [fault.as_dict() for fault in mapped.faults],
        "verdict": [fault.as_dict() for fault in mapping.verdict(mapped.body, step)],
        "sources": dict(mapped.sources),
    }


def inspect(view: DefinitionView, body: Body, step: str = "") -> dict[str, Any]:
    """A draft looked at: `targets` (the schema's fields), `sources` (what there is to choose), `coverage`, `steps` with lines of their own."""
    mapping = compile_body(view, body)
    paths = source_paths(view, mapping.items)
    asked = [path.path for path in paths if path.path.startswith(("form.", "situation."))]
    open_ = coverage(body.get("schema"), mapping.of_step(step).sources, asked)
    return {
        "targets": [
            {"path": one.path, "title": one.title, "type": one.type, "required": one.required} for one in target_fields(body.get("schema"))
        ],
        "sources": [{"path": one.path, "title": one.title, "type": one.type, "repeated": one.repeated} for one in paths],
        "coverage": {
            "unmapped_required": list(open_.unmapped_required), "unused_sources": list(open_.unused_sources), "mapped": dict(open_.mapped),
        },
        "steps": sorted(steps_of(body.get("lines")) | set(mapping.steps)),
    }  # fmt: skip
