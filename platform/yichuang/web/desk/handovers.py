"""`/desk/handovers`: paper from the hall to the department. Clerks put sheets together and hand over, the department confirms line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.utils import redirect

from yichuang.access.grants import Reach
from yichuang.entrustment.handover import STATES, Entry, Handover, gives, takes
from yichuang.entrustment.places import Places, compile_places
from yichuang.errors import DocumentMissing, InputRefused, YichuangError
from yichuang.ports import Actor, Place
from yichuang.services import Services
from yichuang.web.desk.people import name_of
from yichuang.web.session import grants, holder

POWER = "handover"


def install(pages: Blueprint, services: Services) -> None:
    sheets = Sheets(services)
    _reading(pages, sheets)
    _handing_over(pages, sheets)
    _receiving(pages, sheets)


def _reading(pages: Blueprint, sheets: "Sheets") -> None:
    @pages.get("/desk/handovers")
    def handovers() -> str:
        holder(POWER)
        return sheets.overview()

    @pages.get("/desk/handovers/<sheet>")
    def handover(sheet: str) -> str:
        holder(POWER)
        return sheets.page(sheet)

    @pages.get("/desk/handovers/<sheet>.pdf")
    def handover_paper(sheet: str) -> Response:
        who = holder(POWER)
        found = sheets.services.handovers.find(sheet, _reach())
        if not found.document_id:
            raise DocumentMissing("交出以后才有交接单可以打印")
        content = sheets.services.documents.pdf(found.document_id, who)
        return Response(content, mimetype="application/pdf", headers={"Cache-Control": "private, no-store"})


def _handing_over(pages: Blueprint, sheets: "Sheets") -> None:
    @pages.post("/desk/handovers")
    def collect() -> Any:
        """The chosen cases, one sheet per department."""
        who = holder(POWER)
        return sheets.collect(who, request.form.getlist("case"))

    @pages.post("/desk/handovers/<sheet>/remove")
    def take_off(sheet: str) -> Any:
        who, case = holder(POWER), request.form.get("case", "")[:36]
        return sheets.done(sheet, lambda: sheets.services.handovers.remove(sheet, case, who, _reach()))

    @pages.post("/desk/handovers/<sheet>/send")
    def send(sheet: str) -> Any:
        who = holder(POWER)
        return sheets.done(sheet, lambda: sheets.services.handovers.send(sheet, who, _reach()))

    @pages.post("/desk/handovers/<sheet>/cancel")
    def cancel(sheet: str) -> Any:
        who = holder(POWER)
        return sheets.done(sheet, lambda: sheets.services.handovers.cancel(sheet, who, _reach()))


def _receiving(pages: Blueprint, sheets: "Sheets") -> None:
    @pages.post("/desk/handovers/<sheet>/receive")
    def receive_sheet(sheet: str) -> Any:
        """Every line not marked as disputed is confirmed."""
        who, form = holder(POWER), request.form
        disputed = {case: form.get(f"words-{case}", "") for case in form.getlist("disputed")}
        return sheets.done(sheet, lambda: sheets.services.handovers.receive(sheet, disputed, who, _reach()))


def _reach() -> Reach:
    return grants().reach(POWER)


@dataclass(frozen=True, slots=True)
class Sheets:
    """The two pages, and what they do."""

    services: Services

    @property
    def places(self) -> Places:
        return self.services.catalogue.current().compiled(compile_places, "")

    def overview(self, refused: YichuangError | None = None) -> str:
        reach = _reach()
        today = self.services.clock.now().date()
        own = bool(reach.everything or reach.halls or reach.streets)
        waiting = self.services.paper.waiting(reach, today) if own else []
        return render_template(
            "desk/handovers.html", waiting=_by_department(waiting), sheets=self.services.handovers.list(reach), own=own, refused=refused,
            states=STATES, **self._titles(),
        )  # fmt: skip

    def page(self, sheet_id: str, refused: YichuangError | None = None) -> str:
        reach, sheet = _reach(), self.services.handovers.find(sheet_id, _reach())
        typed = request.form if refused else {}
        return render_template(
            "desk/handover.html", sheet=sheet, refused=refused, typed=typed, name_of=name_of, **self._titles(),
            may_give=sheet.state == "draft" and gives(reach, sheet), may_take=sheet.state == "sent" and takes(reach, sheet),
        )  # fmt: skip

    def collect(self, who: Actor, case_ids: Sequence[str]) -> Any:
        try:
            made = self._collected(who, case_ids)
        except YichuangError as error:
            return self.overview(error), error.status
        return redirect(f"/desk/handovers/{made[0].id}" if len(made) == 1 else "/desk/handovers")

    def _collected(self, who: Actor, case_ids: Sequence[str]) -> list[Handover]:
        entries = self.services.paper.entries(case_ids, _reach())
        if not entries:
            raise InputRefused("请先勾选要交接的办件", problems=[{"field": "case", "message": "至少选一件"}])
        groups: dict[Place, list[Entry]] = {}
        for entry in entries:
            hall = self.places.halls.get(entry.hall)
            groups.setdefault(Place(entry.department, entry.hall, hall.street if hall else ""), []).append(entry)
        return [self._put(place, chosen, who) for place, chosen in groups.items()]

    def _put(self, place: Place, entries: Sequence[Entry], who: Actor) -> Handover:
        sheet = self.services.handovers.open(place, who, _reach())
        return self.services.handovers.add(sheet.id, entries, who, _reach())

    def done(self, sheet_id: str, act: Callable[[], object]) -> Any:
        try:
            act()
        except YichuangError as error:
            return self.page(sheet_id, error), error.status
        return redirect(f"/desk/handovers/{sheet_id}")

    def _titles(self) -> dict[str, Any]:
        departments = {code: str(body.get("short_title") or body["title"]) for code, body in self.places.departments.items()}
        return {"departments": departments, "halls": {code: hall.title for code, hall in self.places.halls.items()}}


def _by_department(waiting: Sequence[Entry]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {}
    for entry in waiting:
        groups.setdefault(entry.department, []).append(entry)
    return groups
