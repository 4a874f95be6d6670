"""The gate's checks of a mapping: what a schema can't say. Every finding names its place and the way out."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.mappings.choosing import places
from yichuang.mappings.compiled import CompiledMapping, compile_body
from yichuang.mappings.line_checks import Surroundings, line_problems
from yichuang.mappings.plan import ANY_STEP, steps_of
from yichuang.mappings.samples import sample_record, sample_step
from yichuang.mappings.sources import fact_book, source_paths
from yichuang.mappings.targets import TargetField, resolved, target_fields
from yichuang.mappings.transforms import Context
from yichuang.mappings.verdict import Verdict
from yichuang.ports import Body, DefinitionView, Finding
from yichuang.rules.limits import Problem

KIND = "mapping"


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a mapping that is valid against its schema."""
    found = [*_steps(body), *_schema(body), *line_problems(body["lines"], _around(body, view), "lines")]
    found += [*_rivals(body, view), *_open(body, view)]
    if not found:
        found += _samples(compile_body(view, body))
    return [Finding(KIND, body["code"], p.place, p.message, p.remedy) for p in dict.fromkeys(found)]


def _around(body: Body, view: DefinitionView) -> Surroundings:
    paths = source_paths(view, body.get("items"))
    fields = {field.path: field for field in target_fields(body["schema"])}
    context = Context(lambda code: view.find("code_table", code))
    closed = bool(fields) and _closed(body["schema"], body["schema"])
    types = {path.path: path.type for path in paths}
    return Surroundings(types, fact_book(paths), context, fields, closed, bool(body.get("items")))


def _closed(schema: Any, root: Any) -> bool:
    """Whether nothing may stand in the body that the schema doesn't name."""
    schema = resolved(schema, root)
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if isinstance(schema.get("items"), Mapping) else [])]
    own = "properties" not in schema or schema.get("additionalProperties") is False
    return own and all(_closed(one, root) for one in inner)


def _steps(body: Body) -> Iterator[Problem]:
    steps = body["steps"]
    if ANY_STEP in steps and len(steps) > 1:
        yield Problem("steps", "“*”表示任何环节，不能与其他环节并列", "请只写 *，或逐个列出环节")
    for step in sorted(steps_of(body["lines"]) - set(steps)):
        if ANY_STEP not in steps:
            yield Problem("lines", f"有的行只用于环节 {step}，而映射不用于这一环节", "请在映射的环节中增加，或更正该行")


def _schema(body: Body) -> Iterator[Problem]:
    verdict = Verdict(body["schema"])
    if verdict.problem:
        yield Problem("schema", f"对方的 JSON Schema 无效：{verdict.problem}", "请对照对方的接口文档更正")
    elif not target_fields(body["schema"]):
        yield Problem("schema", "对方的 JSON Schema 中没有一个字段", "请写上 properties")


def _rivals(body: Body, view: DefinitionView) -> Iterator[Problem]:
    """Exactly one mapping for a target, item and step; those that name the item come first, and `*` last."""
    own = set(places(body))
    for code in view.codes(KIND):
        other = view.find(KIND, code) or {}
        if code != body["code"] and other.get("target") == body["target"]:
            for item, step in sorted(own & set(places(other))):
                words = f"事项“{item}”" if item else "全部事项"
                said = "任何环节" if step == ANY_STEP else f"环节 {step}"
                yield Problem("steps", f"{words}、{said}已有映射“{other.get('title', code)}”", "请从其中一个映射中去掉这个事项或环节")


def _open(body: Body, view: DefinitionView) -> Iterator[Problem]:
    """Mandatory fields of the target that no line gives, by step."""
    mapping = compile_body(view, body)
    missing: dict[str, list[str]] = {}
    steps = [step for step in body["steps"] if step != ANY_STEP] or ["", *sorted(steps_of(body["lines"]))]
    for step in steps:
        for path in mapping.coverage((), step).unmapped_required:
            missing.setdefault(path, []).append(step)
    fields = {field.path: field for field in target_fields(body["schema"])}
    for path, lacking in missing.items():
        where = "" if len(lacking) == len(steps) else f"（环节 {'、'.join(step or '其他' for step in lacking)}）"
        yield Problem("lines", f"对方必填的“{_named(fields[path])}”没有映射{where}", "请增加这一行；确实没有来源的，写固定值并与对方商定")


def _named(field: TargetField) -> str:
    return f"{field.path} {field.title}".strip()


def _samples(mapping: CompiledMapping) -> Iterator[Problem]:
    """Each sample is run: its result, or its faults, and the target's verdict."""
    titles = [sample["title"] for sample in mapping.body.get("samples", ())]
    for n, sample in enumerate(mapping.body.get("samples", ())):
        if sample.get("like", titles[0]) not in titles[: max(n, 1)] or titles.index(sample["title"]) != n:
            yield Problem(f"samples/{n}", f"样例“{sample['title']}”重名，或参照的样例不在它前面", "请更改名称，或改为参照前面的样例")
    for n, sample in enumerate(mapping.body.get("samples", ())):
        step = sample_step(mapping.body, sample)
        mapped = mapping.run(sample_record(mapping.body, sample), step)
        expected = {(fault["to"], fault["kind"]) for fault in sample.get("faults", ())}
        came = {(fault.to, fault.kind) for fault in mapped.faults}
        place, title = f"samples/{n}", sample["title"]
        for to, kind in sorted(came - expected):
            message = next(fault.message for fault in mapped.faults if (fault.to, fault.kind) == (to, kind))
            yield Problem(place, f"样例“{title}”：{message}", "请更正映射或样例；应当报错的，写入样例的“应报的错”")
        for to, kind in sorted(expected - came):
            yield Problem(place, f"样例“{title}”应报 {to} 的错（{kind}），却没有报", "请更正映射或样例")
        if not expected and not came:
            yield from _result(mapping, sample, mapped.body, step, place)


def _result(mapping: CompiledMapping, sample: Mapping[str, Any], body: Any, step: str, place: str) -> Iterator[Problem]:
    if "result" in sample and (where := difference(sample["result"], body)) is not None:
        yield Problem(f"{place}/result", f"样例“{sample['title']}”的结果不符：{where or '整体'}", "请在编辑器中试运行，更正映射或样例")
    for fault in mapping.verdict(body, step)[:5]:
        yield Problem(place, f"样例“{sample['title']}”：{fault.message}", fault.remedy)


def difference(wanted: Any, came: Any, place: str = "") -> str | None:
    """Where a body first differs from what is wanted of it; None where it doesn't. Fields that aren't mentioned may be anything."""
    if isinstance(wanted, Mapping) and isinstance(came, Mapping):
        for key, value in wanted.items():
            here = f"{place}.{key}" if place else str(key)
            if key not in came:
                return here
            if (found := difference(value, came[key], here)) is not None:
                return found
        return None
    if isinstance(wanted, list) and isinstance(came, list):
        for n, (one, other) in enumerate(zip(wanted, came, strict=False), 1):
            if (found := difference(one, other, f"{place}[{n}]")) is not None:
                return found
        return None if len(wanted) == len(came) else place
    same = wanted == came and isinstance(wanted, bool) == isinstance(came, bool)
    return None if same else place
