"""Whether what somebody gives can be taken (pure): all that is wrong at once, each with the kind of anomaly it is."""

from collections.abc import Iterator

from yichuang.reviews import anomalies
from yichuang.reviews.compiled import ReviewRules
from yichuang.reviews.grades import GRADES, bad, grade_of_tag
from yichuang.reviews.pictures import fault_of
from yichuang.reviews.review import Given

Fault = tuple[str, str, str]
"""Field, words, kind of anomaly."""


def faults(given: Given, rules: ReviewRules) -> list[Fault]:
    return [*_grade(given), *_tags(given, rules), *_words(given, rules), *_pictures(given, rules)]


def _grade(given: Given) -> Iterator[Fault]:
    if given.grade not in GRADES:
        yield "grade", "请先选择一个等级", anomalies.EMPTY
    elif bad(given.grade) and not given.tags and not given.words.strip():
        yield "words", "请选一个标签，或写几个字说明哪里不满意", anomalies.EMPTY


def _tags(given: Given, rules: ReviewRules) -> Iterator[Fault]:
    if len(set(given.tags)) != len(given.tags):
        yield "tags", "标签重复", anomalies.DISAGREES
    for code in dict.fromkeys(given.tags):
        tag = rules.tags.get(code)
        if grade_of_tag(code) != given.grade:
            yield "tags", f"标签“{tag.title if tag else code[:8]}”不属于所选等级，请重新选择", anomalies.DISAGREES
        elif tag is None or not tag.shows(given.channel):
            yield "tags", f"标签“{tag.title if tag else code[:8]}”已停用或不用于这个渠道，请重新选择", anomalies.DISAGREES


def _words(given: Given, rules: ReviewRules) -> Iterator[Fault]:
    if (more := len(given.words) - rules.words_max) > 0:
        yield "words", f"文字最多 {rules.words_max} 个字，超出 {more} 个", anomalies.TOO_LONG


def _pictures(given: Given, rules: ReviewRules) -> Iterator[Fault]:
    if words := fault_of(given.pictures, rules):
        yield "pictures", words, anomalies.PICTURE
