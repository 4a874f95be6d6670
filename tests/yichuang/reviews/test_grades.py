"""Grades, tags and channels in both codings, with all five grades: 3 is the same in both and proves nothing alone."""

import pytest

from yichuang.catalogue.packing import packaged
from yichuang.reviews.checks import findings
from yichuang.reviews.compiled import rules_of
from yichuang.reviews.grades import CHANNELS, GRADES, PF, PF_ZHEJIANG, bad, from_gb, grade_of_tag, pf_of, to_gb

BODY = next(body for body in packaged() if body["kind"] == "review")


@pytest.mark.parametrize(("grade", "title", "gb"), [(5, "非常满意", 1), (4, "满意", 2), (3, "基本满意", 3), (2, "不满意", 4), (1, "非常不满意", 5)])
def test_the_two_codings_run_in_opposite_directions(grade: int, title: str, gb: int) -> None:
    assert (GRADES[grade], to_gb(grade), from_gb(gb)) == (title, gb, grade)


@pytest.mark.parametrize("wrong", [0, 6, -1])
def test_what_is_no_grade_is_not_converted(wrong: int) -> None:
    with pytest.raises(ValueError, match="no grade"):
        to_gb(wrong)


def test_the_first_three_are_good_and_the_last_two_are_bad() -> None:
    assert [bad(grade) for grade in (5, 4, 3, 2, 1)] == [False, False, False, True, True]


def test_channel_codes_of_the_national_interface_and_of_zhejiang() -> None:
    assert {channel: pf_of(channel) for channel in CHANNELS} == {
        "web": "1", "mobile": "2", "qr": "3", "counter": "4", "kiosk": "5", "phone": "6", "sms": "7", "default": "",
    }  # fmt: skip
    assert (PF["sms"], PF_ZHEJIANG["sms"], PF_ZHEJIANG["default"]) == ("7", "6", "7")


def test_the_packaged_tags_are_the_forty_of_the_national_platform_each_of_its_grade() -> None:
    tags = rules_of(BODY).tags
    assert len(tags) == 40
    assert {grade: sum(tag.grade == grade for tag in tags.values()) for grade in GRADES} == dict.fromkeys(GRADES, 8)
    assert all(grade_of_tag(code) == tag.grade for code, tag in tags.items())
    assert (tags["510"].title, tags["413"].title, tags["307"].title, tags["214"].title, tags["115"].title) == (
        "一窗受理一次办结", "服务态度较好", "一次性告知需补正材料", "服务态度生硬", "服务态度差效率低",
    )  # fmt: skip


@pytest.mark.parametrize("code", ["", "51", "5100", "611", "x10", "５10"])
def test_what_is_no_tag_has_no_grade(code: str) -> None:
    assert grade_of_tag(code) == 0


class _Nothing:
    def find(self, kind: str, code: str) -> None:
        return None

    def codes(self, kind: str) -> tuple[str, ...]:
        return ()


def test_the_gate_refuses_a_tag_of_another_grade_doubles_and_missing_grades() -> None:
    assert findings(BODY, _Nothing()) == []
    wrong = {**BODY, "tags": [*BODY["tags"], {"code": "216", "grade": 1, "title": "排队时间长"}, {"code": "510", "grade": 5, "title": "又一个"}]}
    assert {finding.place.split("/")[0] for finding in findings(wrong, _Nothing())} == {"tags"}
    assert any("不属于等级 1" in finding.message for finding in findings(wrong, _Nothing()))
    less = {**BODY, "grades": [*BODY["grades"][:4], {**BODY["grades"][0]}]}
    assert findings(less, _Nothing())[0].place == "grades"
