"""Cases with paper on the counter: what waits to be handed over to departments, and the sheet's number and document."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, select

from yichuang.access.grants import Reach
from yichuang.cases.ledger import within
from yichuang.cases.model import case_materials, cases
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database
from yichuang.documents.numbers import next_number
from yichuang.documents.order import DocumentOrder
from yichuang.documents.service import Documents
from yichuang.entrustment.handover import Entry, Handover
from yichuang.entrustment.handovers import on_a_sheet
from yichuang.entrustment.places import compile_places
from yichuang.ports import SHANGHAI, Actor, Clock, Place

MOST = 200
LOOKED_BACK = timedelta(days=60)
"""Older paper than this is looked for by its case, not in the list of what waits."""


class PaperCases:
    """Accepted cases whose materials came on paper, as long as they are on no sheet."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue

    def waiting(self, reach: Reach, until: date, department: str = "", limit: int = MOST) -> Sequence[Entry]:
        """What was accepted until that day (included), oldest first, within reach; of one department when given."""
        columns = cases.c
        paper = select(case_materials.c.case_id).where(_on_paper())
        start = datetime.combine(until - LOOKED_BACK, time(), SHANGHAI)
        query = select(cases).where(
            columns.updated_at >= start, columns.accepted_on >= start.date(), columns.accepted_on <= until,
            columns.id.in_(paper), columns.id.not_in(on_a_sheet()), columns.hall != "", within(reach)
        )
        query = query.where(columns.department == department) if department else query
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(columns.accepted_at, columns.id).limit(limit)).all()
            return [self._entry(connection, row) for row in rows]

    def entries(self, case_ids: Sequence[str], reach: Reach) -> Sequence[Entry]:
        """These cases as they are put on a sheet; what is out of reach or without paper is left out."""
        paper = select(case_materials.c.case_id).where(_on_paper())
        query = select(cases).where(cases.c.id.in_(list(case_ids)[:MOST]), cases.c.id.in_(paper), within(reach))
        with self._database.reading() as connection:
            found = {row.id: self._entry(connection, row) for row in connection.execute(query).all()}
        return [found[case_id] for case_id in case_ids if case_id in found]

    def _entry(self, connection: Connection, row: Any) -> Entry:
        mine = select(case_materials).where(case_materials.c.case_id == row.id, _on_paper()).order_by(case_materials.c.seq)
        materials = connection.execute(mine).all()
        originals, copies = (sum(counts) for counts in zip(*self._counts(row, materials), strict=True))
        titles, pages = [m.title for m in materials], sum(m.pages for m in materials)
        return Entry(row.id, row.number, row.department, row.hall, row.item_title, row.label, titles, originals, copies, pages)

    def _counts(self, row: Any, materials: Sequence[Any]) -> Iterator[tuple[int, int]]:
        """Originals and copies of each: as counted, or as the item asks for them where all were taken as complete at once."""
        item = self._catalogue.at(row.release).find("item", row.item) or {}
        asked = {material["code"]: material for material in item.get("materials", ())}
        for material in materials:
            body = asked.get(material.code, {})
            counted = (material.originals, material.copies)
            yield counted if any(counted) else (int(body.get("originals", 0)), int(body.get("copies", 0)))


def _on_paper() -> Any:
    """What was taken in at the counter; only files without a count are electronic."""
    columns = case_materials.c
    return columns.needed & (columns.state == "received") & ((columns.originals > 0) | (columns.copies > 0) | (columns.files == "[]"))


class SheetPaper:
    """`entrustment.handovers.Paper`: numbers per hall and year, the document `handover`."""

    def __init__(self, catalogue: Catalogue, documents: Documents, clock: Clock) -> None:
        self._catalogue = catalogue
        self._documents = documents
        self._clock = clock

    def number(self, connection: Connection, hall: str) -> str:
        """`石景山区政务服务中心交接〔2026〕1号`."""
        year = self._clock.now().year
        return f"{self._hall(hall)}交接〔{year}〕{next_number(connection, f'handover/{hall}', year)}号"

    def issue(self, connection: Connection, sheet: Handover, actor: Actor) -> str:
        snapshot = self._catalogue.current()
        departments = snapshot.compiled(compile_places, "").departments
        values = {
            "handover.batch": sheet.number,
            "handover.count": len(sheet.lines),
            "handover.from": self._hall(sheet.hall),
            "handover.to": str(departments.get(sheet.department, {}).get("title", sheet.department)),
            "handover.giver": actor.title or actor.name,
            "handover.at": self._clock.now().isoformat(),
            "handover.entries": [line.printed() for line in sheet.lines],
        }
        place = Place(sheet.department, sheet.hall, sheet.street)
        order = DocumentOrder(
            sheet.id, "", "handover", snapshot.release, sheet.department, place, values, actor=actor, key=f"handover/{sheet.revision}"
        )
        return self._documents.issue(connection, order).id

    def _hall(self, hall: str) -> str:
        found = self._catalogue.current().compiled(compile_places, "").halls.get(hall)
        return found.title if found else hall
