"""The verbs of the register: look through it, explain gaps, take it along as a spreadsheet."""

from collections.abc import Mapping, Sequence

from renderers.spreadsheet import Sheet, workbook
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.catalogue.snapshot import Snapshot
from yichuang.database import Database
from yichuang.documents import ledger, register
from yichuang.documents.ledger import Book, Line, Volume
from yichuang.errors import InputRefused
from yichuang.ports import Actor, Clock

COLUMNS = (
    ("seq", "序号"), ("number", "文书编号"), ("title", "文书名称"), ("state", "状态"), ("dated", "日期"), ("case_number", "办件编号"),
    ("item_title", "事项"), ("issued_by", "经办人"), ("voided", "作废时间"), ("words", "说明"), ("sha256", "校验值"),
)  # fmt: skip


class Bookkeeping:
    """`view` gives the current definitions, for the names of authorities."""

    def __init__(self, database: Database, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock

    def volumes(self, view: Snapshot) -> list[Volume]:
        with self._database.reading() as connection:
            return ledger.volumes(connection, authorities(view))

    def lines(self, book: Book, page: int = 1, size: int = 50) -> tuple[list[Line], int]:
        """A page of numbers, the highest first, with the reasons of what is voided; and the last number."""
        with self._database.reading() as connection:
            last = ledger.last_number(connection, book)
            top = last - (page - 1) * size
            found = ledger.lines(connection, book, max(1, top - size + 1), top) if top > 0 else []
            reasons = register.void_reasons(connection, [line.document.id for line in found if line.document and line.document.voided])
        return [self._told(line, reasons) for line in found], last

    def _told(self, line: Line, reasons: Mapping[str, str]) -> Line:
        document = line.document
        if document is None or not reasons.get(document.id):
            return line
        return Line(line.seq, line.state, document, self._vault.open(reasons[document.id], f"void/{document.id}"))

    def skip(self, authority: str, word: str, up_to: int, reason: str, actor: Actor) -> tuple[int, int]:
        """This year's numbers up to `up_to` were given out elsewhere (on paper, by a former system). Raises `InputRefused`."""
        reason, now = reason.strip(), self._clock.now()
        if not 2 <= len(reason) <= 300:
            raise InputRefused("请填写跳号原因", problems=[{"field": "reason", "message": "跳号原因须为 2 至 300 字"}])
        with self._database.writing() as connection:
            span = ledger.skip(connection, Book(authority, word, now.year), up_to, reason, actor.name, now)
            detail = f"{authority}/{word}/{now.year}：{span[0]}–{span[1]}"
            self._audit.note(actor, "document.skip", "document", "", detail=detail, within=connection)
        return span

    def spreadsheet(self, book: Book, title: str) -> bytes:
        """The whole register as an Excel file."""
        found, _ = self.lines(book, 1, 10_000_000)
        return workbook([Sheet(title, COLUMNS, [_row(line) for line in reversed(found)])])


def _row(line: Line) -> dict[str, object]:
    row: dict[str, object] = {"seq": line.seq, "state": line.state_title, "words": line.words}
    if (found := line.document) is not None:
        row |= {name: getattr(found, name) for name in ("number", "title", "case_number", "item_title", "issued_by", "sha256")}
        row |= {"dated": found.dated.isoformat(), "voided": f"{found.voided_at:%Y-%m-%d %H:%M}" if found.voided_at else ""}
    return row


def authorities(view: Snapshot) -> dict[str, str]:
    """Code to title of all that may sign a document."""
    bodies: Sequence[Mapping[str, object]] = [view.get("organisation", code) for code in view.codes("organisation")]
    return {
        str(entry["code"]): f"{entry['title']}{'办事处' if part == 'streets' else ''}"
        for body in bodies
        for part in ("departments", "streets", "halls")
        for entry in body.get(part, ())  # type: ignore[attr-defined]
    }
