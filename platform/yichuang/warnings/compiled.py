"""The warning rules of a release, ready to be asked: whether an event counts, and for which subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yichuang.ports import Body, DefinitionView
from yichuang.rules.correlation import Pattern

KIND = "warning"
REPEATED, SILENT, STUCK, FALLING, LATE = "repeated", "screen_silent", "push_stuck", "rate_falling", "rectification_late"
REVIEW = "review"
"""The kind of event that rules count."""
UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
UNIT_TITLES = {"minute": "分钟", "hour": "小时", "day": "天"}
LONGEST = 31 * 86_400
LEVELS = {"notice": "提示", "serious": "严重"}
SAME = {
    "window": "窗口", "item": "事项", "department": "部门", "hall": "大厅", "clerk": "工作人员",
    "tag_at_item": "事项的同一标签", "device": "评价设备",
}  # fmt: skip
SHARED_DEVICES = ("counter", "kiosk")
"""Channels where one device serves everybody."""
COMPARED = ("window", "item", "department", "hall")
"""By which a rate is compared."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One definition of the kind `warning`."""

    body: Body

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def title(self) -> str:
        return str(self.body["title"])

    @property
    def watch(self) -> str:
        return str(self.body["watch"])

    @property
    def same(self) -> str:
        return str(self.body.get("same", "window"))

    @property
    def times(self) -> int:
        return int(self.body.get("times", 1))

    @property
    def seconds(self) -> int:
        return seconds(self.body.get("within"))

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.times, self.seconds)

    @property
    def repeat(self) -> timedelta | None:
        given = self.body.get("repeat")
        return timedelta(seconds=seconds(given)) if given else None

    @property
    def roles(self) -> Sequence[str]:
        """As accounts hold them."""
        return [str(code).upper() for code in self.body.get("roles", ())]

    @property
    def tell(self) -> Sequence[str]:
        """Targets that are told too, beside the pages."""
        return [str(code) for code in self.body.get("tell", ())]

    @property
    def selection(self) -> str:
        """The same for rules that count the same events for the same subjects."""
        body = self.body
        return repr((body.get("reviews", "bad"), self.same, sorted(body.get("items", ())), sorted(body.get("departments", ()))))

    def subjects(self, event: Mapping[str, Any]) -> Sequence[str]:
        """For which subjects an event's payload counts; none where it doesn't."""
        body = self.body
        if body.get("reviews", "bad") == "bad" and not event.get("bad"):
            return ()
        if body.get("items") and event.get("item") not in body["items"]:
            return ()
        if body.get("departments") and event.get("department") not in body["departments"]:
            return ()
        if self.same == "tag_at_item":
            return [f"{event.get('item', '')}/{tag}" for tag in event.get("tags", ())]
        if self.same == "device" and event.get("channel") in SHARED_DEVICES:
            return ()
        found = str(event.get(self.same) or "")
        return (found,) if found else ()

    def awake(self, now: datetime) -> bool:
        """Whether the rule's hours hold."""
        hours = self.body.get("hours")
        return not hours or str(hours["from"]) <= f"{now:%H:%M}" < str(hours["to"])


def seconds(given: Any) -> int:
    return int(given["amount"]) * UNITS[given["unit"]] if given else 0


def span_words(given: Any) -> str:
    return f"{given['amount']} {UNIT_TITLES[given['unit']]}"


def compile_warnings(view: DefinitionView, _code: str) -> Sequence[Rule]:
    """A snapshot's maker: the rules in use."""
    bodies = (view.find(KIND, code) for code in view.codes(KIND))
    return tuple(Rule(body) for body in bodies if body is not None and not body.get("disabled"))


def told(body: Body) -> str:
    """The rule as a sentence."""
    rule, watch = Rule(body), body["watch"]
    if watch == SILENT:
        hours = body.get("hours")
        when = f"每天 {hours['from']} 至 {hours['to']}，" if hours else ""
        return f"{when}已绑定的评价屏超过 {span_words(body['within'])}没有回应时预警。"
    if watch == STUCK:
        return f"有 {rule.times} 条以上服务记录或评价超过 {span_words(body['within'])}还没有报送成功时预警。"
    if watch == FALLING:
        return f"同一{SAME[rule.same]}最近 7 天的好评率比之前四周低 {body['points']} 个百分点以上（各不少于 {body['least']} 条主动评价）时预警。"
    if watch == LATE:
        return f"差评离整改期限不到 {span_words(body['within'])}还没有办结，或已经超期时预警。"
    what = "差评" if body.get("reviews", "bad") == "bad" else "主动评价"
    within = f"在 {span_words(body['within'])}以内有 {rule.times} 次" if rule.times > 1 else "有 1 次"
    return f"同一{SAME[rule.same]}{within}{what}时预警。"
