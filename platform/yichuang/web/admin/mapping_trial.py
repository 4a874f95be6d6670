"""A drafted mapping tried on a sample: the result now, what the other side's format says to it, what it leaves open, what has changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from yichuang.errors import YichuangError
from yichuang.mappings.compiled import CompiledMapping, compile_body
from yichuang.mappings.faults import MappingFault
from yichuang.mappings.record import filled
from yichuang.mappings.samples import sample_record, sample_step
from yichuang.mappings.suggesting import suggest
from yichuang.mappings.targets import target_fields
from yichuang.mappings.words import differences
from yichuang.ports import Body, DefinitionView
from yichuang.web.admin.draft_words import our_titles, retitled, their_titles
from yichuang.web.admin.mapping_desk import items_of, told_paths
from yichuang.web.admin.mapping_samples import invented
from yichuang.web.admin.previews import BROKEN

TRIED, TOLD = ("form", "situation", "applicant", "agent", "contact"), 200
"""Where what is not sent is worth telling."""
MOST = 60


def tried(view: DefinitionView, body: Body, sample: int, step: str, published: Body | None) -> dict[str, Any]:
    """Everything beside the editor, as plain JSON. Never raises: a draft may be wrong in any way."""
    try:
        return _tried(view, body, sample, step, published)
    except (YichuangError, *BROKEN):
        return _nothing([{"place": "lines", "message": "有的对应关系还没有填完整，暂时算不出结果", "remedy": "请看“检查”中列出的问题"}])


def _nothing(problems: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {
        "problems": list(problems), "body": {}, "faults": [], "verdict": [], "expected": None, "samples": [], "differences": [], "suggestions": [],
        "coverage": {"required": [], "unused": []},
    }  # fmt: skip


def _tried(view: DefinitionView, body: Body, sample: int, step: str, published: Body | None) -> dict[str, Any]:
    mapping, paths = compile_body(view, body), told_paths(view, body)
    titles, theirs = our_titles(paths), their_titles(body)
    samples = [one for one in body.get("samples", ()) if isinstance(one, Mapping)]
    chosen = samples[sample] if 0 <= sample < len(samples) else {}
    given = sample_record(body, chosen) if chosen else filled(invented(view, items_of(body), step))
    mapped = mapping.oracle(_record(given, step), step)
    verdict = mapping.verdict(mapped.body, step)
    failed = {fault.to for fault in mapped.faults}
    return _nothing([]) | {
        "body": mapped.body, "faults": [_told(fault, theirs, titles) for fault in mapped.faults[:MOST]],
        "verdict": [_told(fault, theirs, titles) for fault in verdict[:MOST] if fault.to not in failed],
        "expected": _expected(chosen, mapped.body, mapped.faults, theirs) if chosen else None,
        "samples": [_state(mapping, body, one) for one in samples[:MOST]],
        "coverage": _coverage(mapping, step, paths, theirs),
        "differences": _differences(published, body, titles), "suggestions": _suggestions(view, body, titles, theirs),
    }  # fmt: skip


def _record(record: dict[str, Any], step: str) -> dict[str, Any]:
    """At another step than its own, if wanted."""
    return record | {"step": {**record["step"], "code": step or record["step"]["code"]}}


def _told(fault: MappingFault, theirs: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """A fault with fields called by their titles instead of their paths."""
    message, plain = fault.message, _plain(fault.to)
    if fault.to and message.startswith(fault.to):
        row = "".join(f"第 {number} 行的" for number in _rows(fault.to))
        message = f"{row}“{theirs.get(plain, fault.to)}”" + message.removeprefix(fault.to)
    if fault.source:
        message = message.replace(f"来源 {fault.source} 的值", f"来源“{ours.get(_plain(fault.source), fault.source)}”的值")
    return replace(fault, message=message).as_dict()


def _plain(path: str) -> str:
    """`staff[2].name` without its numbers."""
    return "".join(part if not index else f"[]{part.partition(']')[2]}" for index, part in enumerate(path.split("[")))


def _rows(path: str) -> Iterator[str]:
    yield from (part.partition("]")[0] for part in path.split("[")[1:])


def _expected(sample: Mapping[str, Any], body: Mapping[str, Any], faults: Sequence[MappingFault], theirs: Mapping[str, str]) -> dict[str, Any]:
    if "faults" in sample:
        wanted = {(str(f.get("to")), str(f.get("kind"))) for f in sample["faults"] or () if isinstance(f, Mapping)}
        found = {(fault.to, fault.kind) for fault in faults}
        words = [f"{to}：预期的错误没有出现" for to, _ in sorted(wanted - found)] + [f"{to}：多出一处错误" for to, _ in sorted(found - wanted)]
        return {"state": "differs" if words else "same", "differences": words}
    if "result" not in sample:
        return {"state": "unset", "differences": []}
    words = [f"{_named(place, theirs)}：{said}" for place, said in _unlike(sample["result"], body, "")]
    return {"state": "differs" if words or faults else "same", "differences": words}


def _named(place: str, theirs: Mapping[str, str]) -> str:
    rows = "".join(f"第 {number} 行" for number in _rows(place))
    return f"{rows}“{theirs.get(_plain(place), place)}”"


def _unlike(wanted: Any, found: Any, place: str) -> Iterator[tuple[str, str]]:
    """What differs: the place, and how in words. What isn't wanted may be anything, as at the gate."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for key in wanted:
            inner = f"{place}.{key}" if place else str(key)
            if key not in found:
                yield inner, f"预期{_short(wanted[key])}，现在没有"
            else:
                yield from _unlike(wanted[key], found[key], inner)
    elif isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            yield place, f"预期 {len(wanted)} 行，现在 {len(found)} 行"
        for number, (one, other) in enumerate(zip(wanted, found, strict=False), 1):
            yield from _unlike(one, other, f"{place}[{number}]")
    elif wanted != found or isinstance(wanted, bool) is not isinstance(found, bool):
        yield place, f"预期{_short(wanted)}，现在{_short(found)}"


def _short(value: Any) -> str:
    if value is None or isinstance(value, bool) or value == "":
        return {None: "空值", True: "“是”", False: "“否”"}.get(value, "空文字")
    words = str(value)
    return f"“{words if len(words) <= 40 else words[:38] + '…'}”"


def _state(mapping: CompiledMapping, body: Body, sample: Mapping[str, Any]) -> str:
    """`same`, `differs`, `faults` (nobody expected them), or nothing."""
    step = sample_step(body, sample)
    mapped = mapping.oracle(_record(sample_record(body, sample), step), step)
    told = _expected(sample, mapped.body, mapped.faults, {})["state"]
    if told != "unset":
        return str(told)
    return "faults" if mapped.faults or mapping.verdict(mapped.body, step) else ""


def _coverage(mapping: CompiledMapping, step: str, paths: Sequence[Mapping[str, Any]], theirs: Mapping[str, str]) -> dict[str, Any]:
    asked = [one["path"] for one in paths if "[]" not in one["path"] and one["path"].split(".")[0] in TRIED and one["path"].count(".") == 1]
    found = mapping.coverage(asked, step)
    return {
        "required": [{"path": path, "title": theirs.get(path, path)} for path in found.unmapped_required],
        "unused": list(found.unused_sources[:TOLD]),
    }  # fmt: skip


def _differences(published: Body | None, body: Body, ours: Mapping[str, str]) -> list[str]:
    if published is None:
        return []
    theirs = their_titles(published) | their_titles(body)
    return [retitled(words, ours, theirs) for words in differences(published, body)][:MOST]


def _suggestions(view: DefinitionView, body: Body, ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[dict[str, str]]:
    groups = {field.path for field in target_fields(body.get("schema")) if field.type == "object"}
    return [
        {"to": to, "from": source, "why": why, "to_title": theirs.get(to, to), "from_title": ours.get(source, source)}
        for to, source, why in suggest(view, body) if to not in groups
    ][:MOST]  # fmt: skip
