"""What the conditions of a handling may read."""

from yichuang.ports import Body, DefinitionView
from yichuang.rules.everyday import everyday
from yichuang.rules.facts import Fact, FactBook

CLASSES = {"true_reasonable": "属实且诉求合理", "true_unreasonable": "属实但诉求不合理", "untrue": "不属实", "malicious": "恶意差评"}
"""As domain 6.6 divides bad reviews."""
GRADES = {"1": "非常不满意", "2": "不满意"}
FACTS: tuple[Fact, ...] = (
    Fact("rectification.state", "text", "处置状态"),
    Fact("rectification.grade", "number", "评价等级（2 不满意、1 非常不满意）"),
    Fact("rectification.classification", "text", "核实结论", CLASSES),
    Fact("rectification.named", "boolean", "可以联系到评价人"),
    Fact("rectification.evidence", "number", "已上传的证据件数"),
    Fact("rectification.contacted", "boolean", "已联系过评价人"),
    Fact("rectification.appeals", "number", "已申诉次数"),
    Fact("rectification.overdue", "boolean", "已超过整改期限"),
    Fact("rectification.days_left", "number", "距整改期限的自然日数"),
)


def rectification_book(view: DefinitionView, body: Body) -> FactBook:
    """Everyday facts, and those of the handling with its own states as options."""
    states = {str(state.get("code")): str(state.get("title")) for state in body.get("states", ()) if isinstance(state, dict)}
    own = [Fact(fact.path, fact.type, fact.title, states) if fact.path == "rectification.state" else fact for fact in FACTS]
    return FactBook([*everyday(view), *own])
