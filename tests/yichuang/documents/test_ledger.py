"""The register: every number once, and a word for each that no document has."""

import io

import openpyxl
import pytest
from sqlalchemy import delete

from tests.yichuang.documents.conftest import CLERK
from yichuang.documents.ledger import Book
from yichuang.documents.model import documents
from yichuang.errors import InputRefused

BOOK = Book("scjg", "受", 2026)


def test_a_register_tells_what_became_of_every_number(house) -> None:
    first, second = house.issue(), house.issue()
    house.documents.void(first.id, "申请人名称写错", CLERK)
    house.documents.register.skip("scjg", "受", 5, "上线前由旧系统出具", CLERK)
    last = house.issue()
    lines, total = house.documents.register.lines(BOOK)
    assert total == last.seq == 6
    assert [(line.seq, line.state_title) for line in lines] == [
        (6, "有效"), (5, "跳号"), (4, "跳号"), (3, "跳号"), (2, "有效"), (1, "已作废"),
    ]  # fmt: skip
    assert lines[-1].words == "申请人名称写错"
    assert lines[1].words == "上线前由旧系统出具"
    assert lines[-2].document == second


def test_a_number_without_a_trace_stands_out(house) -> None:
    house.issue()
    gone = house.issue()
    house.issue()
    with house.database.writing() as connection:
        connection.execute(delete(documents).where(documents.c.id == gone.id))
    [volume] = house.documents.register.volumes(house.catalogue.current())
    assert (volume.last, volume.issued, volume.missing, volume.authority_title) == (3, 2, 1, "石景山区市场监督管理局")
    lines, _ = house.documents.register.lines(BOOK)
    assert (lines[1].state, lines[1].document) == ("missing", None)


def test_pages_of_a_register(house) -> None:
    for _ in range(7):
        house.issue()
    seen = [[line.seq for line in house.documents.register.lines(BOOK, page, 3)[0]] for page in (1, 2, 3, 4)]
    assert seen == [[7, 6, 5], [4, 3, 2], [1], []]


@pytest.mark.parametrize(("up_to", "reason"), [(1, "旧系统出具"), (10**9, "旧系统出具"), (9, " ")])
def test_only_numbers_ahead_can_be_skipped_and_only_with_a_reason(house, up_to: int, reason: str) -> None:
    house.issue()
    with pytest.raises(InputRefused):
        house.documents.register.skip("scjg", "受", up_to, reason, CLERK)
    assert house.issue().seq == 2


def test_the_spreadsheet_holds_the_whole_register(house) -> None:
    issued = house.issue()
    house.documents.register.skip("scjg", "受", 3, "手工出具", CLERK)
    sheet = openpyxl.load_workbook(io.BytesIO(house.documents.register.spreadsheet(BOOK, "受字2026年"))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["序号", 1, 2, 3]
    assert rows[1][1] == issued.number
    assert (rows[3][3], rows[3][9]) == ("跳号", "手工出具")
