"""Workbooks."""

import io

from openpyxl import load_workbook

from renderers.spreadsheet import Sheet, workbook


def test_heads_are_frozen_and_columns_wide_enough_for_chinese() -> None:
    made = workbook(
        [Sheet("按事项", [("title", "事项"), ("issued", "出单")], [{"title": "食品经营许可（新办）", "issued": 12}])]
    )
    page = load_workbook(io.BytesIO(made))["按事项"]
    assert page.freeze_panes == "A2"
    assert [cell.value for cell in page[1]] == ["事项", "出单"]
    assert [cell.value for cell in page[2]] == ["食品经营许可（新办）", 12]
    assert page.column_dimensions["A"].width >= 20
    assert page["A1"].font.bold


def test_text_is_never_a_formula() -> None:
    made = workbook([Sheet("表", [("a", "甲")], [{"a": "=1+1"}, {"a": "@x"}, {"a": "坏\x07字"}])])
    page = load_workbook(io.BytesIO(made))["表"]
    assert [page[f"A{n}"].value for n in (2, 3, 4)] == ["=1+1", "@x", "坏字"]
    assert page["A2"].data_type == "s"


def test_names_that_excel_refuses_are_mended() -> None:
    made = workbook([Sheet("一/二:" + "长" * 40, [("a", "甲")], [])])
    assert load_workbook(io.BytesIO(made)).sheetnames == ["一 二 " + "长" * 27]
