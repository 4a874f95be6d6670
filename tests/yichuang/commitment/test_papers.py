"""Notice and letter on paper: issued with the acceptance, with all they must say, and with the signature in them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from yichuang import bootstrap
from yichuang.commitment.signature import signature_of
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.ports import Actor, Application, Party, Place
from yichuang.settings import Settings

CLERK = Actor("clerk", "演示受理员")
SITUATION = {"composition": "personal", "premises": "own", "pre_approval": "without_pre", "with_name": "unnamed", "handler": "self"}


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Any]:
    settings = Settings(data_dir=str(tmp_path / "data"))
    bootstrap.initialise(settings)
    made = bootstrap.services_of(settings)
    made.catalogue.refresh()
    yield made
    made.database.dispose()


def business(services: Any) -> Application:
    snapshot = services.catalogue.current()
    item = snapshot.compiled(compile_item, "individual_business_new")
    facts = item.decide(SITUATION, {}, everyday_facts(item.body, services.clock.now().date())).facts
    party = Party("测试甲", "1", "111", "11010719900307001X")
    place = Place("scjg", "district_hall", "", "b10")
    return Application("case-1", item.code, snapshot.release, SITUATION, {}, facts, party, None, "desk", place, "110107-2026-0000001")


def test_acceptance_puts_notice_and_letter_on_paper_with_the_signature(services: Any) -> None:
    application, room = business(services), services.commitments
    found = room.offer(application, "individual_business", CLERK)
    line = [[20 + 6 * n, 40 + (n % 3) * 9, 0.5, 12 * n] for n in range(24)]
    signature = signature_of({"strokes": [line], "width": 400, "height": 160})
    room.sign(found.id, application, signature, CLERK, letter_hash=room.letter(application, "individual_business")[1])
    with services.database.writing() as connection:
        room.on_accepted(connection, application, CLERK)
    papers = {paper.document: paper for paper in services.documents.of_case("case-1")}
    assert set(papers) == {"commitment_notice", "commitment_letter"}
    text = {code: words(services.documents.pdf(paper.id)) for code, paper in papers.items()}
    for expected in ("市场主体登记管理条例", "经营场所使用证明", "信用记录", "在线核查", "不对外公开", "咨询电话"):
        assert expected in text["commitment_notice"], text["commitment_notice"]
    letter_hash = room.get(found.id).letter_hash
    for expected in ("测试甲", "110107********001X", "经营场所地址真实", "居民身份证", letter_hash):
        assert expected in text["commitment_letter"].replace("\n", ""), text["commitment_letter"]


def words(pdf: Any) -> str:
    document = pypdfium2.PdfDocument(getattr(pdf, "content", pdf))
    return "".join(page.get_textpage().get_text_range() for page in document).replace("\r", "").replace("\u200b", "")
