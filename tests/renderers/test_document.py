"""Official documents on paper: what each must say is found as text, the code is read, nothing anybody writes is source."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pytest

from renderers.pdf import PdfRenderer
from tests.renderers.test_pdf import pages, read_codes
from yichuang.catalogue.packing import packaged
from yichuang.catalogue.views import DocumentView
from yichuang.documents.compiled import compile_document
from yichuang.documents.content import content
from yichuang.documents.fields import samples
from yichuang.documents.previewing import sample_content
from yichuang.documents.texts import said

URL = "https://hall.example.gov.cn/v/k7m3p9q2w5x8c4v6b"
VIEW = DocumentView(packaged())
MOMENT = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
TODAY = date(2026, 11, 25)
FOOD = "食品经营许可（新办）"
PEOPLE = ("北京某某餐饮有限公司", FOOD)
CONTACT = ("测试乙", "13900000000")
SAYS: dict[str, tuple[str, ...]] = {
    "receipt": (*PEOPLE, "110107-2026-0000123", "7K3M", "营业执照", "复印件", "份数", "页数", "与原件一致", "演示受理员", 
                "2026年11月24日9时30分", "010-00001102", "不代表受理"),
    "acceptance": (*PEOPLE, *CONTACT, "石市监食许受字〔2026〕第000123号", "2026年11月24日", "《中华人民共和国食品安全法》第三十五条",
                   "2026年11月25日", "2026年12月3日", "石景山区市场监督管理局", "受理专用章", "签收人", "日期：",
                   "一式两份，申请人一份，受理机关一份"),
    "correction": (*PEOPLE, *CONTACT, "经营场所使用证明", "租期已于2026年10月31日届满", "出租方签字或者盖章", "2026年12月9日", "登录网上办事大厅",
                   "演示受理员", "签收人", "一式两份", "受理专用章", "第三十五条"),
    "rejection": (*PEOPLE, *CONTACT, "居民住宅楼", "第三十二条第一款", "60日", "行政复议", "6个月", "行政诉讼", "签收人", "受理专用章", "一式两份"),
    "not_applicable": (*PEOPLE, "居民住宅楼", "北京市市场监督管理局", "60日", "6个月", "受理专用章"),
    "lapse_notice": (*PEOPLE, "110107-2026-0000123", "按撤回处理", "受理专用章", "一式两份"),
    "special_notice": (*PEOPLE, "专家评审", "第四十五条", "20个工作日", "2026年11月26日", "2026年12月23日", "不计入办理期限"),
    "extension": (*PEOPLE, "进一步核实设备参数", "5个工作日", "演示负责人", "2026年12月10日"),
    "decision": (*PEOPLE, "准予从事餐饮服务", "第三十五条", "2026年11月25日", "（盖章：石景山区市场监督管理局）"),
    "decision_denied": (*PEOPLE, "未在规定期限内整改到位", "第三十五条", "60日", "6个月", "复议", "诉讼"),
    "delivery_ack": ("110107-2026-0000123", "食品经营许可证", "北京某某餐饮有限公司", "直接送达", "石景山区政务服务中心",
                     "2026年12月4日10时20分", "受送达人"),
    "handover": ("20261125-01", "110107-2026-0000126", "申请书等6件", "演示受理员", "演示审批员", "2026年11月25日17时00分", "移交人", "接收人"),
    "commitment_notice": (FOOD, "场所产权证明", "不超过50平方米", "书面承诺", "终止办理", "现场检查人员不少于两名", "公开期限为1年",
                          "010-00001102", "2026年11月25日"),
    "commitment_letter": (*PEOPLE, "1101071993****001X", "13800000000", "已经知晓行政机关告知的全部内容", "愿意承担不实承诺的法律责任",
                          "同意行政机关依法核查", "承诺人", "演示受理员", "一式三份"),
    "payment": (*PEOPLE, "特种设备检验费", "300.00元", "2026年12月9日", "某某收费文件", "代收银行"),
}  # fmt: skip
"""What each packaged document must have by domain 2.5 and 3.4, as it reads with the sample values."""


def squeezed(made: bytes) -> str:
    return "".join("".join(pages(made)).split()).replace("\xa0", "")


@pytest.fixture(scope="module")
def printer() -> PdfRenderer:
    return PdfRenderer()


def sheet(printer: PdfRenderer, code: str) -> bytes:
    return printer.document(sample_content(VIEW, code, TODAY, item="food_business_new"), URL, MOMENT)


@pytest.mark.parametrize("code", VIEW.codes("document"))
def test_every_packaged_document_says_what_it_must_on_one_or_two_pages(printer: PdfRenderer, code: str) -> None:
    made = sheet(printer, code)
    text = squeezed(made)
    assert [words for words in SAYS[code] if words not in text] == []
    assert "{" not in text
    assert len(pypdfium2.PdfDocument(made)) <= 2
    assert f"共{len(pypdfium2.PdfDocument(made))}页" in text


@pytest.mark.parametrize("code", ["acceptance", "receipt"])
def test_the_code_beside_the_seal_or_at_the_foot_is_read_by_another_program(printer: PdfRenderer, code: str) -> None:
    content_ = sample_content(VIEW, code, TODAY, item="food_business_new")
    short = {**content_, "blocks": [block for block in content_["blocks"] if block["type"] != "table"]}
    assert read_codes(printer.document(short, URL, MOMENT)) == [URL]


def test_the_same_content_gives_the_same_bytes_of_pdf_a(printer: PdfRenderer) -> None:
    first, second = sheet(printer, "acceptance"), PdfRenderer().document(
        sample_content(VIEW, "acceptance", TODAY, item="food_business_new"), URL, MOMENT
    )
    assert first == second
    assert b"<pdfaid:part>2</pdfaid:part>" in first
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in first
    document = pypdfium2.PdfDocument(io.BytesIO(first))
    assert document.get_metadata_value("Title") == "受理通知书"
    assert document.get_metadata_value("Author") == "石景山区市场监督管理局"


def test_hostile_values_stay_words_and_stay_on_the_page(printer: PdfRenderer) -> None:
    nasty = '#read("/etc/passwd") $x$ *b* <l> @r `c` \\ {dates.due} 👨‍👩‍👧 ' + "w" * 400 + " \u202e反\u0000\ud800"
    values = {**samples(), "applicant.name": nasty, "document.number": "甲〔2026〕第1号", "document.date": TODAY, "document.authority": nasty}
    values["correction.points"] = [{"title": nasty, "problem": nasty, "standard": nasty}]
    made = printer.document(content(compile_document(VIEW, "correction"), values, {"case.round": 1}), URL, MOMENT)
    text = squeezed(made)
    assert '#read("/etc/passwd")$x$*b*' in text
    assert "root:" not in text
    assert "{dates.due}" in text
    for page in pypdfium2.PdfDocument(made):
        words = page.get_textpage()
        right = max(words.get_rect(n)[2] for n in range(words.count_rects()))
        assert right < 595 - 60, "a long word runs over the margin"


def test_what_is_written_by_hand_is_left_open(printer: PdfRenderer) -> None:
    values = {k: v for k, v in samples().items() if not k.startswith("delivery.")} | {"document.date": TODAY}
    values["delivery.documents"], values["delivery.recipient"] = ["准予决定书"], "测试甲"
    made = content(compile_document(VIEW, "delivery_ack"), values, {})
    rows = {row["title"]: row["value"] for block in made["blocks"] if block["type"] == "fields" for row in block["rows"]}
    assert rows["送达时间"] == rows["送达地点"] == ""
    assert "邮寄单号" not in rows
    assert said("delivery.at", None) == ""


def test_a_handwritten_signature_is_drawn_from_numbers_only(printer: PdfRenderer) -> None:
    evil: Any = {"width": 300, "height": 100, "strokes": [[[0, 0], [10, 10, 0.9]], [["<script>", 1], [1, "2"]], "abc"], "svg": "<image/>"}
    values = {**samples(), "commitment.signature": evil, "document.date": TODAY}
    made = content(compile_document(VIEW, "commitment_letter"), values, {})
    drawn = next(b for b in made["blocks"] if b["type"] == "signatures")["lines"][0]["drawing"]
    assert drawn.count("<path") == 1
    assert "script" not in drawn
    assert "image" not in drawn
    assert printer.document(made, URL, MOMENT).startswith(b"%PDF")


def test_the_street_and_the_hall_have_seals_of_their_own() -> None:
    """Change request A17 as packaged."""

    def seal(facts: dict[str, str]) -> str:
        made = sample_content(VIEW, "acceptance", TODAY, item="food_business_new", facts=facts)
        return str(next(block["seal"] for block in made["blocks"] if block["type"] == "seal"))

    assert seal({}) == "石景山区市场监督管理局受理专用章"
    assert seal({"org.street": "lugu"}) == "石景山区市场监督管理局受理专用章（2）"
