"""Samples laid over one another."""

from yichuang.mappings import sample_record, sample_step

BODY = {
    "steps": ["ACCEPT", "RESULT"],
    "samples": [
        {"title": "甲", "step": "RESULT", "record": {"case": {"number": "1", "summary": "s"}, "form": {"rows": [1, 2], "a": {"b": 1, "c": 2}}}},
        {"title": "乙", "like": "甲", "record": {"case": {"number": "2"}, "form": {"rows": [3], "a": {"b": 9}}}},
        {"title": "丙", "like": "丁", "record": {}},
        {"title": "丁", "like": "丙", "record": {"case": {"number": "4"}}},
    ],
}  # fmt: skip


def test_objects_are_laid_over_one_another_lists_replaced() -> None:
    record = sample_record(BODY, BODY["samples"][1])
    assert (record["case"]["number"], record["case"]["summary"]) == ("2", "s")
    assert record["form"] == {"rows": [3], "a": {"b": 9, "c": 2}}


def test_the_step_is_that_of_the_sample_it_is_like() -> None:
    assert [sample_step(BODY, sample) for sample in BODY["samples"][:3]] == ["RESULT", "RESULT", "ACCEPT"]


def test_a_circle_ends() -> None:
    assert sample_record(BODY, BODY["samples"][2])["case"]["number"] == "4"
