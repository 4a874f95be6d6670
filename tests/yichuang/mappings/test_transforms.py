"""Every transform: what it makes of good values, what it makes of nothing, and what it refuses, without ever telling the value."""

from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView
from yichuang.mappings.faults import OMIT, Refused
from yichuang.mappings.transforms import TRANSFORMS, Context, Transform, compile_transform

ADDRESS = {"division": "110107003000", "detail": "某某路1号"}
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FILE = {"name": "图.pdf", "size": 120000, "digest": DIGEST, "url_path": "/files/1"}
AT = "2024-05-06T09:30:00+08:00"
GOOD: list[tuple[dict[str, Any], Any, Any]] = [
    ({"use": "code", "table": {"1": "M", "2": "F"}}, "2", "F"),
    ({"use": "code", "table": {"1": "M"}, "unknown": "keep"}, "9", "9"),
    ({"use": "code", "table": {"1": "M"}, "unknown": {"value": "U"}}, "9", "U"),
    ({"use": "code", "table": {"1": "甲", "2": "乙"}}, ["2", "1"], ["乙", "甲"]),
    ({"use": "code", "table": {"true": 1, "false": 0}}, True, 1),
    ({"use": "code", "from_table": "ethnicity"}, "01", "汉族"),
    ({"use": "code", "from_table": "ethnicity", "strip": "族"}, "05", "维吾尔"),
    ({"use": "code", "to_table": "ethnicity", "strip": "族"}, "汉", "01"),
    ({"use": "code", "to_table": "ethnicity", "strip": "族"}, "汉族", "01"),
    ({"use": "date", "to": "basic_time"}, AT, "20240506T093000"),
    ({"use": "date", "to": "datetime"}, AT, "2024-05-06 09:30:00"),
    ({"use": "date", "to": "datetime"}, "2024-05-06T01:30:00Z", "2024-05-06 09:30:00"),
    ({"use": "date", "to": "datetime"}, "2024-05-05T22:30:00.123-03:00", "2024-05-06 09:30:00"),
    ({"use": "date", "to": "basic_date"}, "2024-05-06", "20240506"),
    ({"use": "date", "to": "basic_date"}, AT, "20240506"),
    ({"use": "date", "to": "slash"}, "2024-05-06", "2024/5/6"),
    ({"use": "date", "to": "slash"}, AT, "2024/5/6"),
    ({"use": "date", "to": "millis"}, AT, 1714959000000),
    ({"use": "date", "to": "chinese"}, AT, "2024年5月6日"),
    ({"use": "date", "to": "HH:mm dd.MM.yyyy"}, AT, "09:30 06.05.2024"),
    ({"use": "date", "to": "datetime", "time": "23:59:59"}, "2024-05-06", "2024-05-06 23:59:59"),
    ({"use": "date", "from": ["slash", "basic_date"], "to": "iso_date"}, "20240506", "2024-05-06"),
    ({"use": "date", "from": "millis", "to": "iso"}, 1714959000000, AT),
    ({"use": "date", "from": "basic_time", "to": "datetime"}, "20240506T093000", "2024-05-06 09:30:00"),
    ({"use": "number", "decimals": 2}, "86.5", "86.50"),
    ({"use": "number", "decimals": 0}, "007", "7"),
    ({"use": "number"}, 12, "12"),
    ({"use": "number", "as": "number"}, "86.50", 86.5),
    ({"use": "number", "as": "number"}, "86.00", 86),
    ({"use": "number", "scale": 2}, "0.125", "12.5"),
    ({"use": "number", "decimals": 1, "round": True}, "-0.04", "0.0"),
    ({"use": "money", "to": "wan", "decimals": 6}, "1234567.00", "123.456700"),
    ({"use": "money", "to": "wan", "decimals": 6}, "0.01", "0.000001"),
    ({"use": "money", "to": "wan"}, "50000", "5"),
    ({"use": "money", "to": "fen", "decimals": 0}, "12.34", "1234"),
    ({"use": "money", "from": "fen", "to": "yuan", "decimals": 2}, "5", "0.05"),
    ({"use": "money", "to": "wan", "decimals": 2, "round": True}, "12345.67", "1.23"),
    ({"use": "money", "from": "wan", "to": "yuan", "as": "number"}, "0.5", 5000),
    ({"use": "substring", "start": 9, "length": 9}, "91110107MA01AB2C3C", "MA01AB2C3"),
    ({"use": "substring", "start": 3}, "abcd", "cd"),
    ({"use": "join", "with": ","}, ["a", "b"], "a,b"),
    ({"use": "join", "with": "-", "skip_empty": False}, ["a", "", "b"], "a--b"),
    ({"use": "join", "with": ","}, ["a", "", 3], "a,3"),
    ({"use": "first"}, ["", None, "b"], "b"),
    ({"use": "split", "by": "|"}, "a|b", ["a", "b"]),
    ({"use": "split", "by": "|", "pick": 2}, "a|b", "b"),
    ({"use": "address", "part": "street"}, ADDRESS, "八角街道"),
    ({"use": "address", "part": "city", "skipped": "市辖区"}, ADDRESS, "市辖区"),
    ({"use": "address", "part": "city"}, ADDRESS, ""),
    ({"use": "address", "part": "whole"}, ADDRESS, "北京市石景山区八角街道某某路1号"),
    ({"use": "address", "part": "detail"}, "北京市石景山区八角街道某某路1号", "某某路1号"),
    ({"use": "address", "part": "district"}, "北京市市辖区石景山区某某路", "石景山区"),
    ({"use": "address", "part": "division"}, "北京市石景山区鲁谷街道1号", "110107011000"),
    ({"use": "address", "part": "whole"}, ["110107003000", "某某路", "1号"], "北京市石景山区八角街道某某路1号"),
    ({"use": "address", "part": "street"}, {"division": "110107", "detail": "鲁谷街道2号"}, "鲁谷街道"),
    ({"use": "id_number", "part": "normalise"}, "11010719900307001x", "11010719900307001X"),
    ({"use": "id_number", "part": "normalise"}, "１１０１０７１９９００３０７００１Ｘ", "11010719900307001X"),
    ({"use": "id_number", "part": "birthday"}, "110107200002290016", "2000-02-29"),
    ({"use": "id_number", "part": "sex"}, "110107199001010021", "2"),
    ({"use": "id_number", "part": "division"}, "110107199001010013", "110107"),
    ({"use": "credit_code", "part": "organisation_code"}, "91350100M000100Y43", "M000100Y4"),
    ({"use": "credit_code", "part": "organisation_code", "dash": True}, "91350100M000100Y43", "M000100Y-4"),
    ({"use": "credit_code", "part": "division"}, "91350100M000100Y43", "350100"),
    ({"use": "credit_code", "part": "normalise"}, "91350100M0001TGQXM", "91350100M0001TGQXM"),
    ({"use": "name"}, "阿依古丽•买买提", "阿依古丽·买买提"),
    ({"use": "name"}, " 阿依古丽 . 买买提 ", "阿依古丽·买买提"),
    ({"use": "name"}, "阿依古丽 买买提", "阿依古丽·买买提"),
    ({"use": "name"}, "John Smith", "John Smith"),
    ({"use": "name"}, "Ｊｏｈｎ　Smith", "John Smith"),
    ({"use": "name", "dot": "."}, "阿依古丽·买买提", "阿依古丽.买买提"),
    ({"use": "phone"}, "+86 138-0013-8000", "13800138000"),
    ({"use": "phone"}, "(010)88688888", "010-88688888"),
    ({"use": "phone", "dash": False}, "010-88688888", "01088688888"),
    ({"use": "phone", "country": "86"}, "13800138000", "8613800138000"),
    ({"use": "width"}, "ＡＢ１２－", "AB12-"),
    ({"use": "division", "digits": 6}, "110107003000", "110107"),
    ({"use": "division", "digits": 12}, "110107", "110107000000"),
    ({"use": "division", "as": "title"}, "110107003000", "八角街道"),
    ({"use": "division", "as": "title"}, "110107000000", "石景山区"),
    ({"use": "division", "as": "path"}, "110107003000", "北京市石景山区八角街道"),
    ({"use": "boolean", "true": "是", "false": "否"}, False, "否"),
    ({"use": "boolean", "true": 1, "false": 0}, True, 1),
    ({"use": "default", "value": "无"}, "", "无"),
    ({"use": "default", "value": "无"}, False, False),
    ({"use": "omit_empty"}, [], OMIT),
    ({"use": "omit_empty"}, 0, 0),
    ({"use": "empty", "as": None}, "", None),
    ({"use": "empty", "as": "无", "words": ["/"]}, "/", "无"),
    ({"use": "empty", "as": 0}, [], 0),
    ({"use": "upper"}, "ab1", "AB1"),
    ({"use": "lower"}, "AB1", "ab1"),
    ({"use": "prefix", "text": "JY"}, "1", "JY1"),
    ({"use": "suffix", "text": "号", "remove": True}, "1号", "1"),
    ({"use": "pua_check"}, "𬱖某", "𬱖某"),
    ({"use": "pua_check", "charset": "gb18030"}, "𬱖某", "𬱖某"),
    ({"use": "material_code", "table": {"layout": "SP04"}}, "layout", "SP04"),
    ({"use": "file", "by": "reference"}, FILE, "/files/1"),
    ({"use": "file", "by": "size"}, FILE, 120000),
    ({"use": "file", "by": "digest"}, [FILE], [DIGEST]),
    ({"use": "file", "by": "reference"}, {"name": "a", "size": 1, "digest": DIGEST}, DIGEST),
]  # fmt: skip
BAD: list[tuple[dict[str, Any], Any, str]] = [
    ({"use": "code", "table": {"1": "M"}}, "9", "unknown_code"),
    ({"use": "code", "table": {"1": "M"}}, 1.5, "type"),
    ({"use": "code", "table": {"1": "M"}}, {"a": 1}, "type"),
    ({"use": "date", "to": "basic_date"}, "2026-02-30", "date"),
    ({"use": "date", "to": "basic_date"}, "2026/2/3", "date"),
    ({"use": "date", "to": "basic_date"}, "6/5/2024", "date"),
    ({"use": "date", "to": "datetime"}, "2024-05-06", "date_time"),
    ({"use": "date", "to": "datetime"}, "2024-05-06T25:00:00+08:00", "date"),
    ({"use": "date", "to": "millis"}, True, "date"),
    ({"use": "number"}, "1,000", "number"),
    ({"use": "number"}, "一百", "number"),
    ({"use": "number"}, 1.5, "number"),
    ({"use": "number"}, True, "number"),
    ({"use": "number", "decimals": 1}, "1.25", "precision"),
    ({"use": "number", "as": "number"}, "1234567890.1234567", "precision"),
    ({"use": "money", "to": "wan", "decimals": 2}, "12345.67", "precision"),
    ({"use": "money", "to": "wan"}, "￥5", "money"),
    ({"use": "substring", "start": 9, "length": 9}, "短", "too_short"),
    ({"use": "substring", "start": 1, "length": 1}, ["a"], "type"),
    ({"use": "join", "with": ","}, ["a,b", "c"], "separator"),
    ({"use": "join", "with": ","}, [{"a": 1}], "type"),
    ({"use": "split", "by": "|", "pick": 3}, "a|b", "pick"),
    ({"use": "address", "part": "street"}, "某某路1号", "address"),
    ({"use": "address", "part": "street"}, {"division": "999999", "detail": "x"}, "address"),
    ({"use": "address", "part": "street"}, 5, "type"),
    ({"use": "id_number", "part": "sex"}, "110107199001010014", "id_number"),
    ({"use": "id_number", "part": "normalise"}, "110107199902300018", "id_number"),
    ({"use": "id_number", "part": "normalise"}, "110107850101123", "id_number"),
    ({"use": "credit_code", "part": "organisation_code"}, "110107000012342", "credit_code"),
    ({"use": "phone"}, "12345", "phone"),
    ({"use": "phone", "mobile": True}, "010-88688888", "phone"),
    ({"use": "division", "digits": 6}, "1101", "division"),
    ({"use": "division", "as": "title"}, "999999", "division"),
    ({"use": "boolean"}, "true", "boolean"),
    ({"use": "suffix", "text": "号", "remove": True}, "1", "affix"),
    ({"use": "pua_check"}, "王?明", "characters"),
    ({"use": "pua_check"}, "王\ue123明", "characters"),
    ({"use": "pua_check", "charset": "gbk"}, "𬱖某", "characters"),
    ({"use": "material_code", "table": {"layout": "SP04"}}, "photo", "material"),
    ({"use": "file", "by": "size", "most_bytes": 100}, FILE, "file_size"),
    ({"use": "file", "by": "size"}, FILE | {"digest": "ab"}, "file_digest"),
    ({"use": "file", "by": "size"}, "x", "type"),
    ({"use": "unheard_of"}, "x", "definition"),
    ({"use": "date", "to": "YYYY-mm"}, "2024-05-06", "definition"),
    ({"use": "code"}, "1", "definition"),
    ({"use": "substring", "start": "x"}, "abc", "definition"),
]  # fmt: skip
BOTH_WAYS = [
    ({"use": "code", "table": {"1": "M", "2": "F"}}, "2"), ({"use": "code", "from_table": "ethnicity", "strip": "族"}, "05"),
    ({"use": "date", "to": "basic_date"}, "2024-05-06"), ({"use": "date", "to": "datetime"}, AT), ({"use": "date", "to": "millis"}, AT),
    ({"use": "date", "to": "slash"}, "2024-05-06"), ({"use": "date", "to": "basic_time"}, AT),
    ({"use": "money", "to": "wan", "decimals": 6}, "1234567"),
    ({"use": "number", "scale": 2}, "1.25"), ({"use": "join", "with": ","}, ["a", "b"]), ({"use": "split", "by": "|"}, "a|b"),
    ({"use": "address", "part": "object"}, ADDRESS), ({"use": "address", "part": "whole"}, ADDRESS),
    ({"use": "division", "as": "title"}, "110107003000"),
    ({"use": "division", "as": "path"}, "110107003000"), ({"use": "boolean", "true": "Y", "false": "N"}, True),
    ({"use": "name", "dot": "•"}, "阿·买"),
    ({"use": "phone", "country": "86"}, "13800138000"), ({"use": "prefix", "text": "JY"}, "1"),
    ({"use": "suffix", "text": "号", "remove": True}, "1号"),
    ({"use": "empty", "as": "无"}, ""), ({"use": "material_code", "table": {"layout": "SP04"}}, "layout"),
]  # fmt: skip


@pytest.fixture
def make(packaged: DocumentView) -> Any:
    def made(spec: dict[str, Any], many: bool = False) -> Transform:
        return compile_transform(spec, Context(lambda code: packaged.find("code_table", code), many))

    return made


def named(case: Any) -> str:
    return str(case.get("use")) if isinstance(case, dict) else repr(case)[:30].encode("ascii", "replace").decode()


@pytest.mark.parametrize(("spec", "value", "expected"), GOOD, ids=named)
def test_a_good_value_becomes_what_the_target_wants(make: Any, spec: dict[str, Any], value: Any, expected: Any) -> None:
    came = make(spec).apply(value)
    assert came == expected
    assert type(came) is type(expected)


@pytest.mark.parametrize(("spec", "value", "kind"), BAD, ids=named)
def test_a_bad_value_is_refused_with_words_that_do_not_tell_it(make: Any, spec: dict[str, Any], value: Any, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        make(spec).apply(value)
    assert refused.value.kind == kind
    assert refused.value.words and refused.value.remedy
    assert str(value) not in refused.value.words or len(str(value)) < 2


@pytest.mark.parametrize("use", sorted(set(TRANSFORMS) - {"default", "omit_empty", "empty", "address"}))
def test_nothing_stays_nothing(make: Any, use: str) -> None:
    spec = {"use": use, "table": {"1": "M"}, "to": "wan" if use == "money" else "iso_date", "start": 1, "by": "size" if use == "file" else ","}
    spec |= {"part": "division" if use == "id_number" else "normalise", "text": "x"}
    for nothing in ("", None, []):
        assert make(spec).apply(nothing) in (nothing, "")


@pytest.mark.parametrize(("spec", "value"), BOTH_WAYS, ids=named)
def test_what_has_a_way_back_comes_back(make: Any, spec: dict[str, Any], value: Any) -> None:
    transform = make(spec)
    assert transform.back(transform.apply(value)) == value


def test_two_codes_that_become_one_have_no_way_back(make: Any) -> None:
    assert make({"use": "code", "table": {"1": "x", "2": "x"}}).back is None
    assert make({"use": "credit_code", "part": "division"}).back is None
    assert make({"use": "join", "with": " "}, many=True).back is None
    assert make({"use": "date", "to": "yyyy"}).back is None


def test_several_fields_may_contain_the_separator_one_list_may_not(make: Any) -> None:
    assert make({"use": "join", "with": " "}, many=True).apply(["甲 乙", "丙"]) == "甲 乙 丙"
    with pytest.raises(Refused):
        make({"use": "join", "with": " "}).apply(["甲 乙", "丙"])


def test_moving_the_point_in_the_text_is_what_exact_arithmetic_gives(make: Any) -> None:
    for text in ("0", "0.1", "00012.340", "999999999999.99", "1", "123456.789"):
        for shift, decimals in ((-4, 7), (2, 2), (0, 3), (-6, 9)):
            quick = make({"use": "number", "scale": shift, "decimals": decimals}).apply(text)
            exact = make({"use": "number", "scale": shift}).apply(text)
            assert float(quick) == pytest.approx(float(exact), abs=0)


def test_every_transform_stands_in_the_schema_of_the_kind() -> None:
    import json
    from importlib.resources import files

    schema = json.loads((files("definitions") / "schemas" / "mapping.json").read_text("utf-8"))["$defs"]["transform"]["properties"]
    assert schema["use"]["enum"] == list(TRANSFORMS)
    assert schema["use"]["x-enum-titles"] == [use.title for use in TRANSFORMS.values()]
    assert set(schema) - {"use"} == {option for use in TRANSFORMS.values() for option in use.options}
