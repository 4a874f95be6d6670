"""The gate's checks of review rules: what a schema can't say."""

from collections import Counter
from collections.abc import Iterator

from yichuang.ports import Body, DefinitionView, Finding
from yichuang.reviews.compiled import KIND
from yichuang.reviews.grades import GRADES, bad, grade_of_tag


def findings(body: Body, view: DefinitionView) -> list[Finding]:
    """All findings for rules that are valid against their schema."""
    return [*_grades(body), *_tags(body), *_silent(body), *_services(body), *_default(body), *_rivals(body, view)]


def _grades(body: Body) -> Iterator[Finding]:
    given = [one["grade"] for one in body["grades"]]
    if sorted(given) != sorted(GRADES):
        yield _found(body, "grades", "等级须是 5 至 1 各一个", "请补齐五个等级，不要重复")
    for n, one in enumerate(body["grades"]):
        if one["good"] == bad(one["grade"]):
            yield _found(body, f"grades/{n}/good", f"“{one['title']}”的好评、差评与等级不符", "5、4、3 级为好评，2、1 级为差评，请更正")


def _tags(body: Body) -> Iterator[Finding]:
    codes = Counter(tag["code"] for tag in body["tags"])
    titles = Counter((tag["grade"], tag["title"]) for tag in body["tags"] if not tag.get("disabled"))
    for n, tag in enumerate(body["tags"]):
        if grade_of_tag(tag["code"]) != tag["grade"]:
            words = f"标签“{tag['title']}”的代码 {tag['code']} 不属于等级 {tag['grade']}"
            yield _found(body, f"tags/{n}/code", words, "代码第一位须与等级相同，请更正其中之一")
        if codes[tag["code"]] > 1:
            yield _found(body, f"tags/{n}/code", f"代码 {tag['code']} 用了不止一次", "请换一个没有用过的代码；停用的标签也占用代码")
        if titles[tag["grade"], tag["title"]] > 1 and not tag.get("disabled"):
            yield _found(body, f"tags/{n}/title", f"等级 {tag['grade']} 有两个“{tag['title']}”", "请合并，或更改说法")


def _silent(body: Body) -> Iterator[Finding]:
    """A bad grade needs a tag or words; without any tag everybody would have to write."""
    for grade, title in GRADES.items():
        if not any(tag["grade"] == grade and not tag.get("disabled") and not tag.get("channels") for tag in body["tags"]):
            yield _found(body, "tags", f"等级“{title}”没有各渠道通用的标签，评价人只能写字", "请增加标签", warning=True)


def _services(body: Body) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for n, one in enumerate(body["services"]):
        for channel in one.get("channels") or ("desk", "apply"):
            if (one["step"], channel) in seen:
                yield _found(body, f"services/{n}", f"“{one['name']}”与前面的服务是同一环节、同一渠道", "同一环节只算一次服务，请删去一个")
            seen.add((one["step"], channel))


def _default(body: Body) -> Iterator[Finding]:
    given = body.get("default_review") or {}
    if given.get("enabled") and given.get("after_days", 7) > body["window_days"]:
        yield _found(body, "default_review/after_days", "默认评价晚于评价期限", "请调小天数，或延长评价期限")


def _rivals(body: Body, view: DefinitionView) -> Iterator[Finding]:
    own = set(body.get("items") or ("",))
    for code in view.codes(KIND):
        other = view.find(KIND, code) or {}
        if code != body["code"] and own & set(other.get("items") or ("",)):
            yield _found(body, "items", f"与“{other.get('title', code)}”用于同样的事项", "每个事项只能有一套规则，请从其中一套去掉")


def _found(body: Body, place: str, message: str, remedy: str, *, warning: bool = False) -> Finding:
    return Finding(KIND, str(body["code"]), place, message, remedy, "warning" if warning else "error")
