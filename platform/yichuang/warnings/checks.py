"""The gate's checks of warning rules: what a schema can't say."""

from collections.abc import Iterator

from yichuang.ports import Body, DefinitionView, Finding
from yichuang.rules.correlation import MOST_RULES
from yichuang.warnings.compiled import COMPARED, FALLING, KIND, LATE, LONGEST, REPEATED, SILENT, STUCK, UNITS, seconds

NEEDED = {
    REPEATED: ("same", "times", "within"), SILENT: ("within",), STUCK: ("times", "within"), FALLING: ("same", "points", "least"), LATE: ("within",),
}  # fmt: skip
TITLES = {"same": "同一个", "times": "达到几次", "within": "时间范围", "points": "下降几个百分点", "least": "至少多少条评价"}


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for a rule that is valid against its schema."""
    return [*_needed(body), *_sensible(body), *_most(body, view), *_told(body, view)]


def _needed(body: Body) -> Iterator[Finding]:
    for name in NEEDED[body["watch"]]:
        if name not in body:
            yield _found(body, name, f"没有填写“{TITLES[name]}”", f"请填写“{TITLES[name]}”")


def _sensible(body: Body) -> Iterator[Finding]:
    watch = body["watch"]
    if "within" in body and seconds(body["within"]) > LONGEST:
        yield _found(body, "within/amount", "时间范围超过 31 天", "事件只保存 40 天，请缩短时间范围")
    if watch == FALLING and body.get("same", COMPARED[0]) not in COMPARED:
        yield _found(body, "same", "好评率只按窗口、事项、部门、大厅比较", "请改选“同一个”")
    if watch == REPEATED and body.get("reviews") == "any" and body.get("times", 2) == 1:
        yield _found(body, "times", "每一条评价都会产生预警", "请改为只看差评，或增加次数", warning=True)
    hours = body.get("hours")
    if hours and hours["from"] >= hours["to"]:
        yield _found(body, "hours/to", "工作时段的结束不晚于开始", "请更正工作时段")
    if hours and watch != SILENT:
        yield _found(body, "hours", "工作时段只用于“评价屏没有回应”", "请去掉工作时段", warning=True)
    if "repeat" in body and int(body["repeat"]["amount"]) * UNITS[body["repeat"]["unit"]] < UNITS["minute"] * 5:
        yield _found(body, "repeat/amount", "再提醒的间隔短于 5 分钟", "请加长间隔，以免打扰", warning=True)


def _most(body: Body, view: DefinitionView) -> Iterator[Finding]:
    if body["watch"] != REPEATED or body.get("disabled"):
        return
    others = [view.find(KIND, code) or {} for code in view.codes(KIND)]
    if sum(one.get("watch") == REPEATED and not one.get("disabled") for one in others) > MOST_RULES:
        yield _found(body, "watch", f"在用的“评价重复出现”规则超过 {MOST_RULES} 条", "请停用或合并一些规则")


def _found(body: Body, place: str, message: str, remedy: str, *, warning: bool = False) -> Finding:
    return Finding(KIND, str(body["code"]), place, message, remedy, "warning" if warning else "error")


def _told(body: Body, view: DefinitionView) -> Iterator[Finding]:
    for n, code in enumerate(body.get("tell", ())):
        target = view.find("target", code)
        if target is not None and target.get("transport") not in ("webhook", "mail"):
            words = f"“{target.get('title', code)}”不是预警接口或预警邮件，不能用来发预警"
            yield Finding(KIND, body["code"], f"tell/{n}", words, "请改选方式为“预警接口”或“预警邮件”的交换对象")
