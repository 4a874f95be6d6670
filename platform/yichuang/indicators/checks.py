"""The gate's checks of an indicator: what a schema can't say."""

from yichuang.indicators.compiled import COUNT, KIND
from yichuang.ports import Body, DefinitionView, Finding


def findings(body: Body, _view: DefinitionView) -> list[Finding]:
    """All findings for a definition that is valid against its schema."""
    found = []
    if body["scale"] != COUNT and not body.get("denominator"):
        found.append(Finding(KIND, body["code"], "denominator", "比率和平均分须有分母", "请填写分母，或把口径改为“条数”"))
    if body["scale"] == COUNT and body.get("denominator"):
        found.append(Finding(KIND, body["code"], "denominator", "条数没有分母", "请去掉分母，或改选比率"))
    for part in ("numerator", "denominator"):
        codes = [term["measure"] for term in body.get(part, ())]
        if len(codes) != len(set(codes)):
            found.append(Finding(KIND, body["code"], part, "同一个计数出现了两次", "请合并为一项，用“乘以”表示倍数"))
    return found
