"""Reconciliation (两边对账): figures by day with chart and Excel, runs asked for and followed, discrepancies repaired."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_appbuilder import expose
from werkzeug.utils import redirect

from renderers.spreadsheet import Sheet, workbook
from yichuang.errors import InputRefused, NotFound, YichuangError
from yichuang.exchange.comparing import DIFFERENT, KINDS, MISSING_HERE, MISSING_THERE
from yichuang.exchange.run import LINE_STATES, OPEN, Run
from yichuang.web.admin.exchange_scope import ExchangePage, day_of, days_asked, seeing, settling, steers
from yichuang.web.admin.page import allowed, exporting
from yichuang.web.admin.permissions import EDIT, READ
from yichuang.web.json import json_response
from yichuang.web.session import member

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIGURES: Mapping[str, str] = {"here": "我方送达", "there": "对方持有", MISSING_THERE: "对方没有", DIFFERENT: "内容不一致", MISSING_HERE: "我方没有"}
TONES = {"running": "brand", "done": "good", "failed": "bad", "stopped": ""}
LINES = (
    ("case_number", "办件编号"), ("key", "键"), ("day", "日期"), ("kind_title", "类别"), ("ours", "我方摘要"), ("theirs", "对方摘要"),
    ("state_title", "处理"), ("settled_by", "处理人"), ("settled", "处理时间"), ("note", "核查情况"),
)  # fmt: skip
PAGE = 100


class Reconciliation(ExchangePage):
    route_base = "/admin/reconciliation"
    default_view = "index"

    @property
    def _room(self) -> Any:
        return self.services.exchange.reconciling

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        return self._page()

    @expose("/", methods=["POST"])
    @allowed(EDIT)
    def ask(self) -> Any:
        """Begin a run over the days asked for."""
        target = request.form.get("target", "")[:64]
        self._mine(target, settling())
        try:
            since, until = day_of(request.form.get("since")), day_of(request.form.get("until"))
            if since is None or until is None:
                raise InputRefused("请选择起止日期")
            run = self._room.ask(target, since, until, member())
        except YichuangError as refused:
            return self._page(refused), refused.status
        return redirect(f"/admin/reconciliation/{run}")

    @expose("/figures.xlsx")
    @allowed(READ)
    def figures(self) -> Response:
        """The figures by day, with the lines of nothing."""
        who, chosen = exporting(), self._chosen()
        since, until = days_asked(self.services)
        columns = [("title", "日期"), *FIGURES.items(), ("compared", "对账时间")]
        self.services.audit.note(who, "reconciliation.export", "target", chosen, detail=f"{since} 至 {until}")
        return _sheet([Sheet("两边对账", columns, _rows(self._room.latest(chosen, since, until)))], "reconciliation")

    @expose("/<run>")
    @allowed(READ)
    def one(self, run: str) -> str:
        return self._run_page(self._run(run))

    @expose("/<run>/state")
    @allowed(READ)
    def state(self, run: str) -> Response:
        """How far a run is, for its page."""
        found = self._run(run)
        return json_response({"state": found.state, "days": found.days, "compared": found.compared, "words": found.words})

    @expose("/<run>.xlsx")
    @allowed(READ)
    def lines(self, run: str) -> Response:
        who, found = exporting(), self._run(run)
        lines = [_line(line) for line in self._room.lines(run, limit=None)]
        self.services.audit.note(who, "reconciliation.export", "reconciliation", run, detail=f"{len(lines)} 条")
        columns = [("title", "日期"), *FIGURES.items(), ("compared", "对账时间")]
        sheets = [Sheet("不一致的条目", LINES, lines), Sheet("按日", columns, _rows(self._room.days(run)))]
        return _sheet(sheets, f"reconciliation-{found.since:%Y%m%d}")

    @expose("/<run>/stop", methods=["POST"])
    @allowed(EDIT)
    def stop(self, run: str) -> Any:
        return self._done(run, lambda: self._room.stop(run, member()))

    @expose("/<run>/repair", methods=["POST"])
    @allowed(EDIT)
    def repair(self, run: str) -> Any:
        kinds = [kind for kind in request.form.getlist("kind") if kind in KINDS]
        return self._done(run, lambda: self._room.repair(run, member(), kinds, request.form.get("note", "")))

    # ------------------------------------------------------------------ parts

    def _done(self, run: str, act: Any) -> Any:
        found = self._run(run)
        self._mine(found.target, settling())
        try:
            act()
        except YichuangError as refused:
            return self._run_page(found, refused), refused.status
        return redirect(f"/admin/reconciliation/{run}")

    def _page(self, refused: YichuangError | None = None) -> str:
        chosen, (since, until) = self._chosen(), days_asked(self.services)
        rows = _rows(self._room.latest(chosen, since, until)) if chosen else []
        return self.show(
            "reconciliations", chosen=chosen, targets=self._askable(), since=since, until=until, today=self.services.clock.now().date(), rows=rows,
            figures=FIGURES, totals={key: sum(row[key] for row in rows) for key in FIGURES}, runs=self._room.runs([chosen]) if chosen else [],
            tones=TONES, refused=refused, name_of=self.name_of(),
        )  # fmt: skip

    def _run_page(self, run: Run, refused: YichuangError | None = None) -> str:
        kind = request.args.get("kind", "") if request.args.get("kind", "") in KINDS else ""
        found = self._room.lines(run.id, kind, request.args.get("after", "")[:200], PAGE)
        days, counts = self._room.days(run.id), self._room.counts(run.id)
        return self.show(
            "reconciliation", run=run, target_title=self.target_title(run.target), figures=FIGURES, counts=counts, kinds=KINDS, kind=kind,
            totals={key: sum(day[key] for day in days) for key in FIGURES}, lines=found, more=len(found) == PAGE, line_states=LINE_STATES,
            repairable=any(states.get(OPEN) for states in counts.values()), tones=TONES, refused=refused, name_of=self.name_of(),
        )  # fmt: skip

    def _askable(self) -> dict[str, str]:
        """Targets that can be asked and are the member's as a whole."""
        known, reach = self.known, seeing()
        return {code: known[code].title for code in self._room.targets() if code in known and steers(known[code], reach)}

    def _chosen(self) -> str:
        known, asked = self._askable(), request.values.get("target", "")
        return asked if asked in known else next(iter(known), "")

    def _run(self, run: str) -> Run:
        """Raises `NotFound` also for another department's target."""
        found: Run = self._room.find(run)
        self._mine(found.target, seeing())
        return found

    def _mine(self, target: str, reach: Any) -> None:
        if not steers(self.known.get(target), reach):
            raise NotFound("没有这次对账，或不在您的管辖范围内")


def _rows(days: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    figures = [{key: day[key] for key in FIGURES} for day in days]
    return [
        {"title": f"{day['day']:%Y-%m-%d}", "run_id": day["run_id"], "compared": f"{day['compared_at']:%m-%d %H:%M}", **own}
        for day, own in zip(days, figures, strict=True)
    ]


def _line(line: Any) -> dict[str, Any]:
    settled = f"{line.settled_at:%Y-%m-%d %H:%M}" if line.settled_at else ""
    names = ("case_number", "key", "ours", "theirs", "state_title", "settled_by", "note")
    return {name: getattr(line, name) for name in names} | {"day": line.day.isoformat(), "kind_title": KINDS[line.kind], "settled": settled}


def _sheet(sheets: list[Sheet], name: str) -> Response:
    return Response(workbook(sheets), mimetype=SHEET, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})
