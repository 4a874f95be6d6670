"""Which of our fields a target's field may want: by name, by the national names (domain 2.6), by title, and by type."""

import re
from collections.abc import Iterator, Mapping, Sequence

from yichuang.mappings.compiled import compile_body
from yichuang.mappings.plan import steps_of
from yichuang.mappings.sources import SourcePath, source_paths
from yichuang.mappings.targets import TargetField, target_fields
from yichuang.ports import Body, DefinitionView

NATIONAL: Mapping[str, Sequence[str]] = {
    "case.number": ("project_no", "case_no", "apply_no", "case_number", "receive_no", "办件编号"),
    "case.summary": ("project_name", "case_name", "办理摘要"),
    "case.state": ("project_state", "case_state"),
    "case.applied_at": ("apply_date", "apply_time", "申请时间", "申办时间"),
    "case.accepted_at": ("accept_date", "accept_time", "受理时间"),
    "case.due_on": ("promise_date", "due_date", "承诺办结时间"),
    "case.channel": ("apply_type", "apply_channel", "申报来源"),
    "case.case_type": ("project_type", "case_type", "办件类型"),
    "case.department_code": ("org_code", "受理单位代码"),
    "case.department_title": ("org_name", "受理单位"),
    "case.decided_at": ("result_date", "办结时间", "决定时间"),
    "case.outcome": ("result_type", "办理结果"),
    "documents.acceptance.number": ("accept_doc_no", "受理文书编号"),
    "step.code": ("step", "process_step", "环节代码"),
    "step.title": ("process_name", "环节名称"),
    "step.by": ("handle_user_name", "handler", "办理人"),
    "step.opinion": ("handle_explain", "opinion", "意见"),
    "step.at": ("event_time", "handle_time", "办理时间"),
    "item.title": ("task_name", "item_name", "事项名称"),
    "item.catalog_code": ("catalog_code",),
    "item.implement_code": ("task_code", "item_code", "事项编码"),
    "item.handling_code": ("task_handle_item", "办理项编码"),
    "item.version": ("task_version",),
    "applicant.name": ("applyer_name", "applicant_name", "applicant", "申请人", "申请人名称", "申请人姓名"),
    "applicant.kind": ("applyer_type", "applicant_type", "申请人类型"),
    "applicant.id_type": ("applyer_page_type", "id_type", "cert_type", "证件类型"),
    "applicant.id_no": ("applyer_page_code", "id_no", "id_number", "cert_no", "证件号码"),
    "applicant.phone": ("applyer_mobile", "applicant_phone", "申请人电话"),
    "applicant.legal_rep": ("legal", "legal_person", "legal_rep_name", "法定代表人"),
    "contact.name": ("contact_name", "联系人"),
    "contact.id_type": ("contact_type",),
    "contact.id_no": ("contact_code",),
    "contact.phone": ("contact_mobile", "contact_phone", "联系电话", "mobile", "手机号", "手机号码"),
    "agent.name": ("agent_name", "代理人", "代理人姓名"),
    "materials": ("materials", "material_list", "attachments", "材料"),
}  # fmt: skip
FITS: Mapping[str, frozenset[str]] = {
    "array": frozenset({"rows", "files", "texts"}), "object": frozenset({"address", "person", "organisation", "object"}),
    "boolean": frozenset({"boolean", "text"}), "integer": frozenset({"number"}), "number": frozenset({"number"}),
    "string": frozenset({"text", "number", "boolean", "date", "moment", "texts", "address"}),
}  # fmt: skip
SURE = 3
"""From here on a likeness counts for papers too, whose parts have names that could be anything's."""
Suggestion = tuple[str, str, str]


def suggest(view: DefinitionView, body: Body) -> list[Suggestion]:
    """(target path, source path, why) for every field of the target that no line gives yet and something of ours may fill."""
    mapping = compile_body(view, body)
    written = {to for step in steps_of(body.get("lines")) | {""} for to in mapping.of_step(step).sources}
    paths = source_paths(view, mapping.items)
    return list(_suggested([field for field in target_fields(body.get("schema")) if field.path not in written], paths))


def _suggested(fields: Sequence[TargetField], paths: Sequence[SourcePath]) -> Iterator[Suggestion]:
    rows: dict[str, str] = {}
    for field in fields:
        array, _, _ = field.path.rpartition("[].")
        inside = rows.get(array, "") if array else ""
        offered = [path for path in paths if _beside(path, inside, bool(array))]
        best = max((_score(field, path) for path in offered), default=(0, 0, "", ""))
        if best[0] > 0:
            yield field.path, best[3], best[2]
            if field.type == "array":
                rows[field.path] = best[3]


def _beside(path: SourcePath, inside: str, in_array: bool) -> bool:
    """In an array only the columns of its rows; outside no columns."""
    if in_array:
        return bool(inside) and path.path.startswith(f"{inside}[].")
    return "[]" not in path.path


def _score(field: TargetField, path: SourcePath) -> tuple[int, int, str, str]:
    """How well they fit, our form's fields before others; why; which."""
    if path.type not in FITS.get(field.type, frozenset()):
        return 0, 0, "", path.path
    score, why = likeness(field.path, field.title, path)
    if score < SURE and path.path.startswith("documents."):
        return 0, 0, "", path.path
    return score, int(path.path.startswith(("form.", "row."))), why, path.path


def likeness(to: str, title: str, path: SourcePath) -> tuple[int, str]:
    name, ours = plain(to.rpartition(".")[2]), plain(path.path.rpartition(".")[2])
    said, titled = title.strip(), path.title.rpartition(" › ")[2]
    national = {plain(one) for one in NATIONAL.get(path.path, ())}
    if plain(to) == plain(path.path.removeprefix("form.").replace("[]", "")) or (name == ours and len(name) > 4):
        return 4, f"名称相同：{path.path.rpartition('.')[2]}"
    if said and said == titled:
        return 4, f"标题相同：{titled}"
    if name in national or (said and said in NATIONAL.get(path.path, ())):
        return 3, f"通用字段名：{to.rpartition('.')[2]}"
    if name == ours:
        return 2, f"名称相同：{path.path.rpartition('.')[2]}"
    if len(titled) > 2 and said and (titled in said or said in titled):
        return 1, f"标题相近：{titled}"
    return 0, ""


def plain(name: str) -> str:
    """`applyerName`, `APPLYER_NAME` and `applyer_name` are one name."""
    return re.sub(r"[\W_]", "", name).lower()


def by_national_name(name: str, title: str = "") -> str:
    """The record's path that a field of this name means in the national data set; empty when none."""
    wanted = plain(name)
    for path, names in NATIONAL.items():
        if wanted in {plain(one) for one in names} or (title and title in names):
            return path
    return ""
