"""The gate's check of a form's parties: every column named is there and holds text."""

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.forms.compiled import CompiledForm
from yichuang.ports import Body
from yichuang.rules.limits import Problem

TITLES = {"applicant": "申请人", "agent": "代理人"}


def party_problems(body: Body, form: CompiledForm) -> Iterator[Problem]:
    for role, title in TITLES.items():
        for number, spec in enumerate(body.get("parties", {}).get(role, ())):
            yield from _unknown(spec, form, f"parties/{role}/{number}", title)


def _unknown(spec: Mapping[str, Any], form: CompiledForm, place: str, title: str) -> Iterator[Problem]:
    for part, path in spec.items():
        fact = form.book.get(f"form.{path.replace('/', '.')}")
        if fact is None or fact.type != "text" or fact.column:
            yield Problem(f"{place}/{part}", f"{title}：表单中没有可作“{part}”的栏目“{path}”", "请填表单中的栏目代码，人员、单位内的用 / 连接")
