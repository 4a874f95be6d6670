"""The packaged mappings: the eighteen usual differences between systems (domain 4.4), in both directions where there is a way back."""

import json
from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView
from yichuang.mappings import CompiledMapping, compile_mapping, filled, sample_record, sample_step
from yichuang.mappings.checks import difference

DIFFERENCES: dict[int, tuple[str, dict[str, tuple[str, ...]], tuple[str, ...]]] = {
    1: ("性别", {"city_bus_nurse": ("nurse.sex",)}, ("food_bureau_case",)),
    2: ("民族", {"city_bus_nurse": ("nurse.nation",)}, ()),
    3: ("证件类型", {"food_bureau_case": ("legal_id_type", "legal_id_no")}, ("health_front_case",)),
    4: ("日期", {"food_bureau_case": ("apply_date", "step_time", "accept.time", "accept.due"),
    "health_front_case": ("up_pro_process.event_start_time",)}, ()),
    5: ("行政区划", {"food_bureau_case": ("enterprise.area_code",), "city_bus_company": ("company.area_name",)}, ()),
    6: ("地址", {"city_bus_company": ("company.address",), "food_bureau_case": ("enterprise.address", "premises.address")}, ()),
    7: ("金额", {"city_bus_company": ("company.capital",)}, ()),
    8: ("信用代码", {"food_bureau_case": ("enterprise.credit_code",)}, ()),
    9: ("布尔", {"food_bureau_case": ("online", "warehouse")}, ()),
    10: ("多选", {"food_bureau_case": ("business_items",)}, ()),
    11: ("重复组", {"food_bureau_case": ("employees",), "city_bus_company": ("company.holder_name1", "company.holder_amount2")}, ()),
    12: ("附件", {}, ("food_bureau_case",)),
    13: ("间隔号", {"food_bureau_case": ("legalPerson",), "city_bus_nurse": ("nurse.name",)}, ()),
    14: ("生僻字", {"food_bureau_case": ("legalPerson",)}, ("city_bus_case",)),
    15: ("身份证末位", {"food_bureau_case": ("employees",), "city_bus_nurse": ("nurse.id_no",)}, ()),
    16: ("空值", {"food_bureau_case": ("remark",), "city_bus_nurse": ("nurse.degree",)}, ("health_front_case",)),
    17: ("材料代码", {"food_bureau_case": ("materials",)}, ()),
    18: ("手机号", {"food_bureau_case": ("phone",)}, ("city_bus_case",)),
}  # fmt: skip
"""What it is about; which targets of which mappings can be run back; mappings with samples that can't."""
CODES = ("food_bureau_case", "health_front_case", "city_bus_case", "city_bus_company", "city_bus_nurse")


def samples_of(mapping: CompiledMapping, number: int) -> list[Any]:
    return [sample for sample in mapping.body["samples"] if sample["title"].startswith(f"差异 {number}：")]


def at(body: Any, path: str) -> Any:
    for step in path.split("."):
        body = body[step]
    return body


def at_or_none(body: Any, path: str) -> Any:
    try:
        return at(body, path)
    except KeyError:
        return None


def restored(mapping: CompiledMapping, body: Any, step: str, record: Any) -> Any:
    """The body read back into a record, and mapped again. The day and the outcome, which conditions read, are the record's."""
    back = mapping.back(body, step)
    assert back.faults == ()
    again = filled(back.record)
    again["case"] = record["case"] | {k: v for k, v in again["case"].items() if v}
    return mapping.run(again, step)


@pytest.mark.parametrize("code", CODES)
def test_every_sample_gives_its_result_or_its_faults_and_fits_the_targets_schema(packaged: DocumentView, code: str) -> None:
    mapping = compile_mapping(packaged, code)
    for sample in mapping.body["samples"]:
        step = sample_step(mapping.body, sample)
        mapped = mapping.run(sample_record(mapping.body, sample), step)
        assert {(f.to, f.kind) for f in mapped.faults} == {(f["to"], f["kind"]) for f in sample.get("faults", ())}, sample["title"]
        if not mapped.faults:
            assert difference(sample["result"], mapped.body) is None, sample["title"]
            assert mapping.verdict(mapped.body, step) == (), sample["title"]


@pytest.mark.parametrize("number", DIFFERENCES, ids=lambda number: f"{number}-{DIFFERENCES[number][0]}")
def test_each_of_the_eighteen_differences_is_a_sample_and_goes_both_ways(packaged: DocumentView, number: int) -> None:
    _, invertible, others = DIFFERENCES[number]
    for code in {*invertible, *others}:
        assert samples_of(compile_mapping(packaged, code), number), (code, number)
    for code, targets in invertible.items():
        mapping = compile_mapping(packaged, code)
        for sample in [*samples_of(mapping, number), mapping.body["samples"][0]]:
            if "faults" in sample:
                continue
            step, record = sample_step(mapping.body, sample), sample_record(mapping.body, sample)
            body = mapping.run(record, step).body
            closed = mapping.back(body, step).not_invertible
            again = restored(mapping, body, step, record).body
            for target in targets:
                assert target not in closed, (code, target)
                if at_or_none(body, target) is None:
                    continue
                assert strip(at(again, target), closed, target) == strip(at(body, target), closed, target), (sample["title"], target)


def strip(value: Any, closed: tuple[str, ...], place: str) -> Any:
    """Without the parts that have no way back."""
    if isinstance(value, dict):
        return {k: strip(v, closed, f"{place}.{k}") for k, v in value.items() if f"{place}.{k}" not in closed}
    if isinstance(value, list):
        return [strip(v, closed, f"{place}[{n}]") for n, v in enumerate(value, 1)]
    return value


@pytest.mark.parametrize("code", CODES)
def test_generated_and_closures_agree_on_every_sample(packaged: DocumentView, code: str) -> None:
    mapping = compile_mapping(packaged, code)
    for sample in mapping.body["samples"]:
        record, step = sample_record(mapping.body, sample), sample_step(mapping.body, sample)
        assert json.dumps(mapping.run(record, step).body) == json.dumps(mapping.oracle(record, step).body)
