"""The record's paths: reading, filling up, laying corrected values over."""

from typing import Any

from yichuang.catalogue.views import DocumentView
from yichuang.mappings import amended, filled, source_paths
from yichuang.mappings.record import read, source


def test_a_partial_record_is_filled_up_to_every_path() -> None:
    record = filled({"case": {"number": "1"}, "materials": [{"code": "a"}]})
    assert record["case"]["due_on"] == "" and record["case"]["committed"] is False
    assert record["materials"][0] == {"code": "a"} | {key: record["materials"][0][key] for key in record["materials"][0] if key != "code"}
    assert record["materials"][0]["files"] == [] and record["steps"] == []


def test_paths_read_and_nonsense_reads_nothing() -> None:
    record: dict[str, Any] = {"form": {"a": {"b": 1}}, "materials": [{"code": "x", "title": "甲"}]}
    assert read(record, source("form.a.b")) == 1
    assert read(record, source("materials.x.title")) == "甲"
    for path in ("", "form.a.b.c", "nothing", "materials.y.title", "form..a", "row.x"):
        assert read(record, source(path)) == ""


def test_corrected_values_are_laid_over_at_concrete_paths() -> None:
    record = filled({"form": {"staff": [{"name": "甲"}, {"name": "乙"}]}, "documents": [{"code": "acceptance", "number": "1"}]})
    changed = amended(record, {"form.staff[2].name": "丙", "documents.acceptance.number": "2", "form.new.part": "x", "case.number": "9"})
    assert [row["name"] for row in changed["form"]["staff"]] == ["甲", "丙"]
    assert changed["documents"][0]["number"] == "2"
    assert changed["form"]["new"] == {"part": "x"} and changed["case"]["number"] == "9"
    assert record["form"]["staff"][1]["name"] == "乙"


def test_source_paths_are_those_of_the_record_and_of_the_items_form_and_materials(packaged: DocumentView) -> None:
    paths = {path.path: path for path in source_paths(packaged, "food_business_new")}
    assert paths["form.legal_rep.name"].type == "text"
    assert paths["form.managers"].repeated and paths["form.managers[].duty"].repeated
    assert paths["form.premises_area"].type == "number"
    assert paths["situation.business_items"].type == "texts"
    assert paths["materials.layout.files"].repeated
    assert paths["documents.acceptance.number"].title.startswith("受理")
    assert paths["steps.ACCEPT.at"].type == "moment"
    assert "form.managers" not in {path.path for path in source_paths(packaged)}
