"""What the gate looks at in a single field: properties that fit its type, limits in order, defaults and options that exist."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from yichuang.forms.compiled import compile_form
from yichuang.forms.fields import FACT_TYPES, Wrong
from yichuang.ports import CodeTable
from yichuang.rules.condition_problems import pattern_problems
from yichuang.rules.facts import TYPE_TITLES, FactBook
from yichuang.rules.limits import Problem

_TEXTS = frozenset({"text", "textarea"})
_DATES = frozenset({"date", "date_range"})
_CHOICES = frozenset({"choice", "choices"})
BELONGS: Mapping[str, frozenset[str]] = {
    "fields": frozenset({"group"}), "min_rows": frozenset({"group"}), "max_rows": frozenset({"group"}),
    "layout": frozenset({"group"}), "row_title": frozenset({"group"}), "fills": frozenset({"id_number"}),
    "options": _CHOICES, "code_table": _CHOICES | {"address"}, "pattern": _TEXTS, "pattern_message": _TEXTS,
    "min_length": _TEXTS, "max_length": _TEXTS, "min": frozenset({"number", "money"}), "max": frozenset({"number", "money"}),
    "scale": frozenset({"number"}), "earliest": _DATES, "latest": _DATES, "accept": frozenset({"attachment"}),
    "max_files": frozenset({"attachment"}), "max_megabytes": frozenset({"attachment"}), "text": frozenset({"static"}),
}  # fmt: skip
TITLES: Mapping[str, str] = {
    "fields": "组内栏目", "min_rows": "最少行数", "max_rows": "最多行数", "layout": "展示", "row_title": "每行称呼", "fills": "自动带出",
    "options": "选项", "code_table": "代码表", "pattern": "格式", "pattern_message": "格式不符时的提示", "min_length": "最少字数",
    "max_length": "最多字数", "min": "最小值", "max": "最大值", "scale": "小数位数", "earliest": "最早日期", "latest": "最晚日期",
    "accept": "允许的文件类型", "max_files": "最多文件数", "max_megabytes": "单个文件上限", "text": "说明内容",
}  # fmt: skip
_ORDERED = (("min_length", "max_length"), ("min", "max"), ("earliest", "latest"), ("min_rows", "max_rows"))
Spec = Mapping[str, Any]


class Around(NamedTuple):
    """What a field is looked at with: its neighbours, the facts of its place, the code tables."""

    beside: Mapping[str, Spec]
    book: FactBook
    tables: Mapping[str, CodeTable]


def property_problems(spec: Spec, place: str, around: Around) -> Iterator[Problem]:
    yield from _belonging(spec, place)
    yield from _limits(spec, place)
    yield from _choosing(spec, place, around)
    if "pattern" in spec and spec["type"] in _TEXTS:
        yield from pattern_problems(spec["pattern"], f"{place}/pattern")
    yield from _filling(spec, place, around)
    yield from _default(spec, place, around)
    yield from _default_from(spec, place, around)


def _belonging(spec: Spec, place: str) -> Iterator[Problem]:
    for key, types in BELONGS.items():
        if key in spec and spec["type"] not in types:
            yield Problem(f"{place}/{key}", f"“{spec['title']}”的类型用不到“{TITLES[key]}”", "请删去这一项，或更换栏目类型")
    if spec["type"] == "group" and not spec.get("fields"):
        yield Problem(f"{place}/fields", f"重复组“{spec['title']}”里没有栏目", "请至少加入一个组内栏目")
    if spec["type"] == "static" and not spec.get("text"):
        yield Problem(f"{place}/text", f"说明文字“{spec['title']}”没有内容", "请填写说明内容")
    if "compute" in spec and (spec["type"] not in FACT_TYPES or spec["type"] in ("group", "attachment")):
        yield Problem(f"{place}/compute", f"“{spec['title']}”的类型不能自动计算", "请更换栏目类型，或删去自动计算")


def _limits(spec: Spec, place: str) -> Iterator[Problem]:
    for low, high in _ORDERED:
        if low in spec and high in spec and "today" not in (spec[low], spec[high]) and spec[low] > spec[high]:
            message = f"“{spec['title']}”的{TITLES[low]}大于{TITLES[high]}"
            yield Problem(f"{place}/{low}", message, f"请使{TITLES[low]}不超过{TITLES[high]}")


def _choosing(spec: Spec, place: str, around: Around) -> Iterator[Problem]:
    codes = [option["code"] for option in spec.get("options", ())]
    for n, code in enumerate(codes):
        if code in codes[:n]:
            yield Problem(f"{place}/options/{n}/code", f"“{spec['title']}”的选项代码“{code}”重复", "请更换代码")
    if spec["type"] in _CHOICES and not codes and not spec.get("code_table"):
        yield Problem(place, f"“{spec['title']}”没有可选的内容", "请列出选项，或指定代码表")
    if codes and spec.get("code_table"):
        yield Problem(f"{place}/code_table", f"“{spec['title']}”既列了选项又指定了代码表", "请只保留一种")
    elif spec.get("code_table") and spec["code_table"] not in around.tables:
        yield Problem(f"{place}/code_table", f"没有代码表“{spec['code_table']}”", "请选择已有的代码表，或先建立这个代码表")


def _filling(spec: Spec, place: str, around: Around) -> Iterator[Problem]:
    wanted = {"sex": ("choice", "text"), "birth_date": ("date",)}
    for kind, target in spec.get("fills", {}).items():
        found = around.beside.get(target)
        if found is None:
            yield Problem(f"{place}/fills/{kind}", f"同一处没有栏目“{target}”，无法自动带出", "请填写同组或同表单的栏目代码")
        elif found["type"] not in wanted[kind] or "compute" in found:
            able = "单选或单行文字" if kind == "sex" else "日期"
            yield Problem(f"{place}/fills/{kind}", f"“{found['title']}”不能接收自动带出的内容", f"目标须是可填写的{able}栏")


def _default(spec: Spec, place: str, around: Around) -> Iterator[Problem]:
    if "default" not in spec:
        return
    plain = {key: value for key, value in spec.items() if key not in ("visible_when", "required_when", "compute", "default_from")}
    body = {"title": "", "sections": [{"title": "", "fields": [plain]}]}
    form = compile_form(body, FactBook(), around.tables)
    field = form.fields[0]
    value = form.initial().get(spec["code"])
    if value is None:
        yield Problem(f"{place}/default", f"“{spec['title']}”的默认值类型不符", "请填写与栏目类型相符的默认值")
    elif not isinstance(value, Wrong):
        for fault in field.faults(value, {}):
            yield Problem(f"{place}/default", f"“{spec['title']}”的默认值不合格：默认值{fault.whole or fault.rest}", "请更改默认值")


def _default_from(spec: Spec, place: str, around: Around) -> Iterator[Problem]:
    path = spec.get("default_from")
    if not path:
        return
    fact = around.book.get(path)
    if fact is None or fact.column or path.startswith(("form.", "row.")):
        yield Problem(f"{place}/default_from", f"默认值不能取自“{path}”", "请选择表单以外的事实，例如情形、服务对象、日期")
    elif FACT_TYPES.get(spec["type"]) != fact.type and (spec["type"], fact.type) != ("choices", "text"):
        kind = TYPE_TITLES[fact.type]
        yield Problem(f"{place}/default_from", f"“{fact.title}”是{kind}，与“{spec['title']}”的类型不符", "请选择同类的事实")
