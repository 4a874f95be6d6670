"""Sheets: text that can be found, tags, codes that can be read, and nothing that staff write is source."""

import logging
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy
import pypdfium2
import pytest

from renderers.pdf import PdfRenderer, numeral

URL = "https://hall.example.gov.cn/n/k7m3p9q2w5x8c4v6b"
COLUMNS = [
    {"key": key, "title": title} for key, title in (("number", "序号"), ("title", "材料名称"), ("reason", "为什么需要"))
]


def content(materials: int = 3, name: str = "材料") -> dict[str, Any]:
    rows = [
        {"code": f"m{n}", "cells": {"number": str(n), "title": f"{name}{n}", "reason": "所有情形都需要"}}
        for n in range(1, materials + 1)
    ]
    phone = [{"text": "010-00002000", "tel": "01000002000"}]
    window = {"title": "B12", "location": "二层", "phone": phone}
    place = {
        "title": "区大厅",
        "address": "演示路 1 号",
        "hours": "9:00–17:00",
        "phone": phone,
        "traffic": "",
        "note": "",
        "windows": [window],
    }
    return {
        "title": "食品经营许可（新办）一次性告知单", "standing": False, "footer": "以最新办事指南为准。",
        "item": {"code": "food", "title": "食品经营许可（新办）", "department": "区市场监督管理局", "state": "active", "demo": True},
        "facts": [{"label": "承诺时限", "value": "6 个工作日"}, {"label": "收费", "value": "不收费"}],
        "contacts": {"consult": "010-00001102", "supervise": "010-00001202"},
        "blocks": [
            {"type": "tips", "code": "tips", "title": "温馨提示", "content": [{"text": "B12 已搬", "tone": "alert", "period": "至 12 月 31 日"}]},
            {"type": "summary", "code": "summary", "title": "事项概要", "content": [{"label": "类型", "value": "行政许可"}]},
            {"type": "materials", "code": "m", "title": "申请材料", "columns": COLUMNS, "content": [{"title": "", "rows": rows}]},
            {"type": "process", "code": "p", "title": "流程", "content": [{"title": "受理", "by": "窗口", "limit": "当场", "note": ""}]},
            {"type": "places", "code": "pl", "title": "地点", "content": [place]},
            {"type": "basis", "code": "b", "title": "依据", "content": [{"law": "食品安全法", "article": "第三十五条", "text": "许可制度。"}]},
            {"type": "faq", "code": "f", "title": "问答", "content": [{"question": "多久？", "answer": "五年。"}]},
            {"type": "text", "code": "t", "title": "说明", "content": ["请带齐。"]},
            {"type": "conditions", "code": "c", "title": "条件", "content": ["有场所。"]},
            {"type": "situation", "code": "s", "title": "情形", "content": [{"question": "由谁？", "answers": ["本人"]}]},
        ],
    }  # fmt: skip


def pages(made: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(made)
    return [page.get_textpage().get_text_range().replace("\r\n", "") for page in document]


def read_codes(made: bytes, columns: int = 1, rows: int = 1) -> list[str]:
    """The codes on the first page, looked for in overlapping windows: the decoder reads one code a picture."""
    picture = pypdfium2.PdfDocument(made)[0].render(scale=2).to_numpy()[:, :, :3]
    height, width = picture.shape[0], picture.shape[1] // columns
    step = height // (2 * rows) if rows > 1 else height
    decoder, found = cv2.wechat_qrcode.WeChatQRCode(), set()
    for left in range(columns):
        for top in range(0, height, step):
            window = picture[top : top + (2 * step if rows > 1 else height), left * width : (left + 1) * width]
            found.update(decoder.detectAndDecode(numpy.ascontiguousarray(window))[0])
    return sorted(found)


@pytest.fixture(scope="module")
def printer() -> PdfRenderer:
    return PdfRenderer()


def test_the_text_of_a_notice_is_found(printer: PdfRenderer) -> None:
    text = "".join(pages(printer.notice(content(), URL, ["告知单号：k7m3"])))
    for words in (
        "食品经营许可（新办）一次性告知单",
        "B12 已搬",
        "一、事项概要",
        "材料 3",
        "告知单号：k7m3",
        "咨询电话：010-00001102",
        "许可制度。",
        "答：五年。",
    ):
        assert words in text


@pytest.mark.skipif(not shutil.which("pdftotext") and not os.environ.get("CI"), reason="poppler-utils is not installed")
def test_pdftotext_finds_the_chinese(printer: PdfRenderer, tmp_path: Path) -> None:
    path = tmp_path / "notice.pdf"
    path.write_bytes(printer.notice(content(), URL))
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
    assert "食品经营许可（新办）一次性告知单" in text
    assert "所有情形都需要" in text


def test_a_sheet_claims_pdf_a_2a_is_tagged_titled_and_in_chinese(printer: PdfRenderer) -> None:
    made = printer.notice(content(), URL)
    document = pypdfium2.PdfDocument(made)
    assert document.get_metadata_value("Title") == "食品经营许可（新办）一次性告知单"
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert b"/MarkInfo" in made
    assert b"/StructTreeRoot" in made
    assert b"/Lang" in made
    assert [round(side) for side in document[0].get_size()] == [595, 842]


def test_the_head_of_a_long_table_is_repeated_and_pages_are_counted(printer: PdfRenderer) -> None:
    text = pages(printer.notice(content(materials=90), URL))
    assert len(text) >= 3
    assert sum("为什么需要" in page for page in text) >= 3
    assert all(f"第 {n} 页，共 {len(text)} 页" in page for n, page in enumerate(text, 1))


def test_the_code_on_the_sheet_is_read_by_another_program(printer: PdfRenderer) -> None:
    assert read_codes(printer.notice(content(), URL)) == [URL]


def test_what_staff_write_is_never_source(printer: PdfRenderer) -> None:
    nasty = '#read("/etc/passwd") $x$ *b* = 标题 <label> @ref `raw` \\ #panic()'
    text = "".join(pages(printer.notice(content(materials=1, name=nasty), URL)))
    assert '#read("/etc/passwd")' in text.replace(" ", "")
    assert "root:" not in text


def test_a_character_no_font_has_becomes_a_geta_with_a_warning(
    printer: PdfRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        text = "".join(pages(printer.notice(content(materials=1, name="\U00020bb7字\ue123\x07\ufeff甲"), URL)))
    assert "〓字〓甲" in text
    assert "U+20BB7" in caplog.text
    again = "".join(pages(printer.notice(content(materials=2, name="\U00020bb7"), URL)))
    assert "〓2" in again.replace(" ", "")


def test_the_same_notice_gives_the_same_bytes(printer: PdfRenderer) -> None:
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert printer.notice(content(), URL, made_at=moment) == printer.notice(content(), URL, made_at=moment)


def test_every_code_on_a_poster_is_read(printer: PdfRenderer) -> None:
    entries = [{"title": f"事项{n}", "url": f"{URL[:-1]}{n}", "department": "某局"} for n in range(2, 8)]
    made = printer.poster("开餐馆　一次告知", entries, "演示")
    assert read_codes(made, columns=3, rows=4) == [entry["url"] for entry in entries]
    assert "开餐馆" in pages(made)[0]


def test_a_form_is_printed_with_ticks_groups_and_lines_for_signing(printer: PdfRenderer) -> None:
    person = [{"code": "who", "type": "text", "title": "姓名"}, {"code": "amount", "type": "money", "title": "出资额"}]
    fields = [
        {"code": "name", "type": "text", "title": "名称"},
        {"code": "chain", "type": "boolean", "title": "是否连锁"},
        {"code": "note", "type": "static", "title": "说明", "text": "请如实填写"},
        {"code": "people", "type": "group", "title": "股东", "fields": person},
    ]
    wire = {"title": "申请书", "sections": [{"title": "基本信息", "fields": fields}]}
    answers = {"name": "测试小馆", "chain": True, "people": [{"who": "测试甲", "amount": "10.00"}, {"who": "测试乙"}]}
    text = "".join(pages(printer.form(wire, answers, case=[{"label": "受理编号", "value": "20261124-7K"}], url=URL)))
    for words in (
        "申请书",
        "受理编号：20261124-7K",
        "测试小馆",
        "请如实填写",
        "测试乙",
        "10.00 元",
        "申请人（签字或者盖章）",
    ):
        assert words in text
    assert "√\xa0是" in text or "√ 是" in text


def test_numerals() -> None:
    assert [numeral(n) for n in (1, 9, 10, 11, 20, 21, 99)] == ["一", "九", "十", "十一", "二十", "二十一", "九十九"]
