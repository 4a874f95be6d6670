"""The verbs of documents: issue, of_case, pdf, void, verify, preview; `register` has those of the register."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from renderers.pdf import PdfRenderer
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.snapshot import Snapshot
from yichuang.database import Database
from yichuang.documents import register
from yichuang.documents.bookkeeping import Bookkeeping
from yichuang.documents.compiled import CompiledDocument, compile_document
from yichuang.documents.content import content
from yichuang.documents.ledger import counter
from yichuang.documents.model import documents
from yichuang.documents.numbers import next_number
from yichuang.documents.order import CODE_LENGTH, STATES, TYPES, DocumentOrder, Issued, Verification, is_code, new_code
from yichuang.documents.papers import Papers
from yichuang.documents.previewing import sample_content
from yichuang.documents.requirements import MANDATORY
from yichuang.documents.texts import listed, said
from yichuang.documents.values import authority, document_values, item_word, masked, own_values
from yichuang.errors import Conflict, DocumentMissing, InputRefused
from yichuang.outbox.marks import mark
from yichuang.ports import Actor, Clock, DefinitionView

PRESS_AFTER = timedelta(seconds=20)
"""A document that nobody opened for so long is pressed by the worker."""
BATCH = 40


@dataclass(frozen=True, slots=True)
class DocumentRooms:
    """What documents stand on."""

    database: Database
    catalogue: Catalogue
    vault: Vault
    papers: Papers
    pdf: PdfRenderer
    audit: Audit
    clock: Clock
    base_url: str


class Documents:
    def __init__(self, rooms: DocumentRooms) -> None:
        self._rooms = rooms
        self.register = Bookkeeping(rooms.database, rooms.vault, rooms.audit, rooms.clock)

    # ------------------------------------------------------------------ issuing

    def issue(self, connection: Connection, order: DocumentOrder) -> Issued:
        """Issue within the caller's transaction: number and content stand or fall with it.

        The same `key` for the same case and definition gives the document that is there. Raises `DefinitionMissing`, `ReleaseMissing`, and
        `InputRefused` naming each value that must not be missing.
        """
        if order.key and (known := self._keyed(connection, order)):
            return known
        view = self._rooms.catalogue.at(order.release)
        document = view.compiled(compile_document, order.document)
        values = masked({**own_values(view, order), **order.values})
        _refuse_missing(document, values)
        return self._store(connection, view, document, order, values)

    def _keyed(self, connection: Connection, order: DocumentOrder) -> Issued | None:
        columns = documents.c
        return register.select_one(
            connection, columns.case_id == order.case_id, columns.document == order.document, columns.key == order.key
        )

    def _store(
        self, connection: Connection, view: Snapshot, document: CompiledDocument, order: DocumentOrder, values: Mapping[str, Any]
    ) -> Issued:
        now, document_id = self._rooms.clock.now(), str(uuid.uuid4())
        issuer = authority(view, str(document.body["authority"]), order)
        seq, number = 0, ""
        if (numbering := document.numbering) is not None:
            seq = next_number(connection, counter(issuer.code, numbering.word), now.year)
            number = numbering.write(issuer.prefix, item_word(view, order), now.year, seq)
        full = {**values, **document_values(number, now.date(), issuer)}
        said_all = content(document, full, order.facts) | {"review": f"{self._rooms.base_url}{order.review}" if order.review else ""}
        row = {
            "id": document_id, "case_id": order.case_id, "case_number": order.case_number, "document": order.document,
            "doc_type": document.body["doc_type"], "title": document.title, "item_title": str(values.get("item.title", "")),
            "authority": issuer.code, "authority_title": issuer.title, "word": numbering.word if numbering else "", "year": now.year,
            "seq": seq, "number": number or None, "release": order.release, "department": order.department, "hall": order.place.hall,
            "street": order.place.street, "window": order.place.window, "state": "issued",
            "content": self._rooms.vault.seal(json.dumps(said_all, ensure_ascii=False), f"document/{document_id}"),
            "verify_code": new_code(), "sha256": "", "size": 0, "key": order.key or None, "dated": now.date(), "issued_at": now,
            "issued_by": order.actor.name, "voided_at": None, "voided_by": "", "void_reason": "",
        }  # fmt: skip
        register.store(connection, row)
        return self._found(connection, document_id)

    # ------------------------------------------------------------------ reading

    def find(self, document_id: str) -> Issued:
        """Raises `DocumentMissing`."""
        with self._rooms.database.reading() as connection:
            return self._found(connection, document_id)

    def of_case(self, case_id: str, connection: Connection | None = None) -> list[Issued]:
        """All documents of a case, voided ones too, in order of issue."""
        with self._rooms.database.reading(connection) as reading:
            return register.of_case(reading, case_id)

    def content(self, document_id: str) -> Mapping[str, Any]:
        """What the paper says, as plain data (`documents.content`). Personal data: whoever shows it notes that in the audit."""
        with self._rooms.database.reading() as connection:
            sealed = register.sealed_content(connection, document_id)
        if sealed is None:
            raise DocumentMissing
        opened: Mapping[str, Any] = json.loads(self._rooms.vault.open(sealed, f"document/{document_id}"))
        return opened

    def pdf(self, document_id: str, actor: Actor | None = None) -> bytes:
        """The paper, pressed when first asked for and the same ever after. With `actor` the reading is noted. Raises `DocumentMissing`."""
        found = self.find(document_id)
        if actor is not None:
            self._rooms.audit.note(actor, "document.read", "document", document_id, detail=found.name)
        kept = self._rooms.papers.read(found.id, found.sha256) if found.sha256 else None
        return kept if kept is not None else self._pressed(found)

    def _pressed(self, found: Issued) -> bytes:
        """Press; of several who do so at once all give out the one that is kept. Raises `DocumentMissing` when a kept one is lost."""
        made = self._rooms.pdf.document(self.content(found.id), self.url(found), found.issued_at)
        digest = self._rooms.papers.keep(found.id, made)
        with self._rooms.database.writing() as connection:
            won = register.settle_paper(connection, found.id, digest, len(made))
            if won and found.case_number:
                mark(connection, found.case_id, self._rooms.clock.now())
        kept = digest if won else self.find(found.id).sha256
        if kept == digest:
            return made
        self._rooms.papers.drop(found.id, digest)
        other = self._rooms.papers.read(found.id, kept)
        if other is None:
            raise DocumentMissing("文书文件缺失，请从备份恢复后再试")
        return other

    def press_waiting(self, limit: int = BATCH) -> int:
        """Press what nobody has opened yet. For the worker; safe to run anywhere, any number of times. Returns how many."""
        with self._rooms.database.reading() as connection:
            waiting = register.unpressed(connection, self._rooms.clock.now() - PRESS_AFTER, limit)
        for document_id in waiting:
            self.pdf(document_id)
        return len(waiting)

    def preview(self, view: DefinitionView, code: str, **chosen: Any) -> bytes:
        """A paper with invented values from a draft's view; nothing is stored. `chosen`: as `previewing.sample_content`."""
        now = self._rooms.clock.now()
        return self._rooms.pdf.document(sample_content(view, code, now.date(), **chosen), self._sample_url, now)

    def preview_pictures(self, view: DefinitionView, code: str, **chosen: Any) -> list[bytes]:
        """The same as one PNG a page."""
        return self._rooms.pdf.document_pictures(sample_content(view, code, self._rooms.clock.now().date(), **chosen), self._sample_url)

    @property
    def _sample_url(self) -> str:
        return f"{self._rooms.base_url}/v/{'2' * CODE_LENGTH}"

    def url(self, found: Issued) -> str:
        """What the QR code holds: an address and nothing else."""
        return self._rooms.base_url + found.path

    # ------------------------------------------------------------------ voiding and verifying

    def void(self, document_id: str, reason: str, actor: Actor) -> Issued:
        """The number stays taken and the document stays on record. Raises `DocumentMissing`, `InputRefused`, `Conflict` when voided before."""
        reason = reason.strip()
        if not 2 <= len(reason) <= 500:
            raise InputRefused("请填写作废原因", problems=[{"field": "reason", "message": "作废原因须为 2 至 500 字"}])
        with self._rooms.database.writing() as connection:
            found = self._found(connection, document_id)
            sealed = self._rooms.vault.seal(reason, f"void/{document_id}")
            if not register.void(connection, document_id, sealed, actor.name, self._rooms.clock.now()):
                raise Conflict("这份文书已经作废")
            mark(connection, found.case_id, self._rooms.clock.now())
            self._rooms.audit.note(actor, "document.void", "document", document_id, detail=found.name, within=connection)
            return self._found(connection, document_id)

    def verify(self, code: str) -> Verification:
        """What anyone may know of a document. Raises `DocumentMissing`."""
        if not is_code(code):
            raise DocumentMissing
        with self._rooms.database.reading() as connection:
            found = register.select_one(connection, documents.c.verify_code == code)
        if found is None:
            raise DocumentMissing
        return Verification(
            found.title, TYPES.get(found.doc_type, ""), found.number, found.dated, found.authority_title, found.item_title, found.state,
            STATES[found.state], found.voided_at.date() if found.voided_at else None, found.sha256, found.size,
        )  # fmt: skip

    def _found(self, connection: Connection, document_id: str) -> Issued:
        found = register.select_one(connection, documents.c.id == document_id)
        if found is None:
            raise DocumentMissing
        return found


def _refuse_missing(document: CompiledDocument, values: Mapping[str, Any]) -> None:
    """A document that doesn't say what it must is not issued. Raises `InputRefused`."""
    required = MANDATORY[str(document.body["doc_type"])].fields
    missing = [r for r in required if not r.by_hand and not any(_given(path, values) for path in r.fields)]
    if missing:
        problems = [{"field": r.fields[0], "message": f"{document.title}必须写明{r.title}"} for r in missing]
        raise InputRefused(f"{document.title}缺少：{'、'.join(r.title for r in missing)}", problems=problems)


def _given(path: str, values: Mapping[str, Any]) -> bool:
    if path.startswith("document."):
        return True
    value = values.get(path)
    return bool(value) if isinstance(value, list | tuple) else bool(said(path, value) or listed(value))

