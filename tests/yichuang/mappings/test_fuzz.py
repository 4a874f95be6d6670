"""The generated function and the closures give the same, for any record and any lines, sensible or not; and neither ever raises."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yichuang.catalogue.views import DocumentView
from yichuang.mappings import compile_body, compile_mapping, filled, inspect, sample_record, sample_step, suggest, trial
from yichuang.mappings.transforms import TRANSFORMS

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
TEXTS = st.sampled_from(
    ["", "1", "2", "男", "01", "2026-02-28", "2026-02-30", "2026-11-24T09:30:00+08:00", "20260101", "12.5", "-3", "0.000001", "110107199001010013",
     "11010719900101001x", "92110107MA0AAAA1XU", "13800138000", "86-138 0013 8000", "北京市石景山区八角街道1号", "110107003000", "a,b",
     "阿•买", "王?",
     "无", "Ａ１", "true", "x" * 40, "\ue000"]
) | st.text(max_size=12)  # fmt: skip
PLAIN = st.none() | st.booleans() | st.integers(-3, 10**13) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
ADDRESS = st.fixed_dictionaries({}, optional={"division": TEXTS, "detail": TEXTS})
FILE = st.fixed_dictionaries({}, optional={"name": TEXTS, "size": PLAIN, "digest": st.just("a" * 64) | TEXTS, "url_path": TEXTS})
VALUES = PLAIN | st.lists(PLAIN, max_size=4) | ADDRESS | FILE | st.lists(FILE, max_size=2)
NAMES = ("a", "b", "c", "d")
ROW = st.fixed_dictionaries({}, optional={**dict.fromkeys(NAMES, VALUES), "files": st.lists(FILE | PLAIN, max_size=2), "code": TEXTS}) | PLAIN
FORM = st.fixed_dictionaries({}, optional={**dict.fromkeys(NAMES, VALUES), "rows": st.lists(ROW, max_size=4) | PLAIN})
PARTS = st.fixed_dictionaries({}, optional={"case": st.dictionaries(st.sampled_from(("number", "outcome", "due_on", "committed")), VALUES) | PLAIN,
    "form": FORM | PLAIN, "applicant": st.dictionaries(st.sampled_from(("name", "id_no", "kind")), VALUES) | PLAIN,
    "documents": st.lists(ROW, max_size=3) | PLAIN, "materials": st.lists(ROW, max_size=3) | PLAIN, "step": st.just({"code": "ACCEPT"}) | PLAIN,
})  # fmt: skip
FILLED = PARTS.map(filled)
RECORDS = FILLED | FILLED | FILLED | PARTS | PLAIN | st.lists(PLAIN, max_size=2)
PATHS = st.sampled_from(
    ["case.number", "case.outcome", "case.due_on", "case.committed", "form.a", "form.b", "form.c.division", "form.d.detail", "form.rows",
    "applicant.id_no",
     "documents.1.a", "materials.01.files", "steps.last.at", "step.code", "row.a", "row.b", "row.c.division", "row.number", "row", "case",
     "nothing.x", ""]
)  # fmt: skip
CONDITIONS = st.sampled_from(
    [{"fact": "case.outcome", "op": "eq", "value": "1"}, {"fact": "case.outcome", "op": "in", "value": ["1", "男"]},
     {"fact": "case.number", "op": "eq", "value": ""}, {"all": [{"fact": "case.outcome", "op": "eq", "value": "1"}] * 2},
     {"any": [{"fact": "row.code", "op": "in", "value": ["01", "1", ""]}, {"fact": "case.number", "op": "eq", "value": "1"}]},
     {"fact": "case.number", "op": "exists"}, {"fact": "applicant.kind", "op": "missing"},
     {"fact": "row.number", "op": "gt", "value": 1}, {"fact": "row.code", "op": "eq", "value": "01"},
     {"not": {"fact": "case.due_on", "op": "exists"}},
     {"any": [{"fact": "case.committed", "op": "eq", "value": True}]}, {"fact": "unknown", "op": "eq", "value": "1"}]
)  # fmt: skip
OPTIONS: dict[str, Any] = {
    "table": st.sampled_from([{"1": "M", "2": "F", "true": 1}, {"1": "", "01": "x"}, {"a": "1"}, "division", {}]),
    "from_table": st.sampled_from(["ethnicity", "sex", "none"]), "to_table": st.sampled_from(["ethnicity", "sex"]), "strip": st.just("族"),
    "unknown": st.sampled_from(["fault", "keep", {"value": "9"}]),
    "from": st.sampled_from(["iso", "slash", ["iso", "basic_date"], "yuan", "fen", "??"]),
    "to": st.sampled_from(["iso_date", "basic_date", "basic_time", "datetime", "slash", "millis", "iso", "wan", "yuan", "HH:mm yyyy-M-d", "bad("]),
    "time": st.sampled_from(["09:00", "23:59:59", "x"]), "decimals": st.integers(0, 6), "scale": st.integers(-6, 6), "round": st.booleans(),
    "as": st.sampled_from(["text", "number", "title", "path", "", "无", None, 0]), "words": st.just(["无", "/"]), "start": st.integers(1, 9),
    "length": st.integers(1, 9), "with": st.sampled_from(["", ",", "||"]), "skip_empty": st.booleans(),
    "by": st.sampled_from([",", "size", "digest", "reference"]),
    "pick": st.integers(1, 3), "part": st.sampled_from(["normalise", "birthday", "sex", "division", "organisation_code", "whole", "object",
    "street", "city"]),
    "skipped": st.just("市辖区"), "dash": st.booleans(), "dot": st.sampled_from(["•", "."]), "mobile": st.booleans(), "country": st.just("86"),
    "digits": st.sampled_from([6, 12]), "true": st.sampled_from(["Y", 1, True]), "false": st.sampled_from(["N", 0, False]),
    "value": st.sampled_from(["", "1", 0]),
    "text": st.sampled_from(["x", ""]), "remove": st.booleans(), "charset": st.sampled_from(["gbk", "gb2312"]), "most_bytes": st.integers(1, 100),
}  # fmt: skip
SPECS = st.sampled_from(sorted(TRANSFORMS)).flatmap(
    lambda use: st.fixed_dictionaries({"use": st.just(use)}, optional={name: OPTIONS[name] for name in sorted(TRANSFORMS[use].options)})
) | st.just({"use": "unheard_of"})
CHOICES = st.lists(st.fixed_dictionaries({}, optional={"when": CONDITIONS, "from": PATHS, "value": PLAIN, "otherwise": st.just(True)}),
min_size=1, max_size=3)
TARGETS = st.sampled_from(["x", "y", "z.x", "z.y", "w.v.u", "w.v", "q{n}", "z.q{n}"])
COMMON = {"when": CONDITIONS, "steps": st.sampled_from([["ACCEPT"], ["RESULT"], ["*"]]), "transforms": st.lists(SPECS, max_size=3)}
SIMPLE = (
    st.fixed_dictionaries({"to": TARGETS, "from": PATHS | st.lists(PATHS, min_size=1, max_size=3)}, optional=COMMON)
    | st.fixed_dictionaries({"to": TARGETS, "value": PLAIN}, optional=COMMON)
    | st.fixed_dictionaries({"to": TARGETS, "choose": CHOICES}, optional=COMMON)
)
ROWS = st.sampled_from(["form.rows", "form.rows[]", "documents", "materials", "form.a", "row.files"])


def groups(inner: Any) -> Any:
    return st.fixed_dictionaries(
        {"to": TARGETS, "each": ROWS, "lines": st.lists(inner, max_size=3)}, optional={"when": CONDITIONS, "columns": st.just({"most": 2})}
    )


LINES = st.lists(SIMPLE | groups(SIMPLE | groups(SIMPLE)), max_size=5)


def own_step(record: Any) -> str:
    step = record.get("step") if isinstance(record, dict) else None
    return "ACCEPT" if isinstance(step, dict) and step.get("code") == "ACCEPT" else ""


def told(body: Any) -> str:
    """With types and the order of keys."""
    return json.dumps(body, ensure_ascii=False)


@SETTINGS
@given(lines=LINES, records=st.lists(RECORDS, min_size=1, max_size=3), step=st.sampled_from(["", "ACCEPT", "RESULT", "OTHER"]))
def test_generated_and_closures_are_the_same_for_anything(packaged: DocumentView, lines: Any, records: list[Any], step: str) -> None:
    mapping = compile_body(packaged, {"code": "f", "target": "t", "items": [], "steps": ["*"], "lines": lines, "schema": {"type": "object"}})
    for record in records:
        by_closures = mapping.oracle(record, step)
        came = mapping.run(record, step)
        assert told(came.body) == told(by_closures.body)
        assert came.faults == by_closures.faults
        try:
            body = mapping.of_step(step or own_step(record)).run(record)
        except Exception:
            continue
        assert not by_closures.faults
        assert told(body) == told(by_closures.body)


@SETTINGS
@given(lines=LINES | st.none() | st.just([1, "x", {}]), record=RECORDS, schema=st.sampled_from([None, {}, {"type": "object"}, {"type": 3}, "x"]))
def test_an_unfinished_draft_can_be_tried_and_looked_at(packaged: DocumentView, lines: Any, record: Any, schema: Any) -> None:
    body = {"target": "t", "items": ["food_business_new"], "steps": ["ACCEPT"], "lines": lines, "schema": schema}
    tried = trial(packaged, body, record if isinstance(record, dict) else {}, "ACCEPT")
    assert set(tried) >= {"body", "faults", "verdict"}
    inspect(packaged, body, "ACCEPT")
    suggest(packaged, body)


@SETTINGS
@given(lines=LINES, body=VALUES | st.dictionaries(st.sampled_from(["x", "y", "z", "w", "q1"]), VALUES | st.dictionaries(TEXTS, VALUES)))
def test_running_back_never_raises_either(packaged: DocumentView, lines: Any, body: Any) -> None:
    compile_body(packaged, {"items": [], "steps": ["*"], "lines": lines}).back(body, "ACCEPT")


@SETTINGS
@given(record=RECORDS, value=TEXTS)
def test_no_fault_tells_the_value(packaged: DocumentView, record: Any, value: str) -> None:
    secret = "测试机密甲" + value
    lines = [{"to": use, "from": "applicant.name", "transforms": [{"use": use, "part": "sex", "to": "wan", "table": {"1": "2"},
    "by": "size"}]} for use in TRANSFORMS]
    mapping = compile_body(packaged, {"items": [], "steps": ["*"], "lines": lines})
    for fault in mapping.run(filled({"applicant": {"name": secret}})).faults:
        assert "测试机密" not in json.dumps(fault.as_dict(), ensure_ascii=False)


def test_good_data_never_needs_the_closures(packaged: DocumentView) -> None:
    for code in packaged.codes("mapping"):
        mapping = compile_mapping(packaged, code)
        for sample in mapping.body["samples"]:
            step = sample_step(mapping.body, sample)
            record = sample_record(mapping.body, sample)
            if "faults" not in sample:
                assert told(mapping.of_step(step).run(record)) == told(mapping.oracle(record, step).body)
