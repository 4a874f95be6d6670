"""Figures of one-time notices: issued, opened, printed, downloaded; chart, table, Excel, the list of what was issued."""

from datetime import date, timedelta
from typing import Any

from flask import Response, request
from flask_appbuilder import expose

from yichuang.notices.notice import CHANNELS
from yichuang.notices.statistics import BY_TITLES, FIGURES
from yichuang.web.admin.page import Page, allowed, exporting
from yichuang.web.admin.permissions import READ

PAGE, MOST_PAGES = 30, 10_000_000
RANGES = ((0, "今天"), (6, "近 7 天"), (29, "近 30 天"), (364, "近一年"))


class NoticeFigures(Page):
    route_base = "/admin/notices"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        since, until = self._days()
        by = request.args.get("by", "item")
        by = by if by in BY_TITLES else "item"
        rows = self.services.notices.statistics(since, until, by)
        totals = {key: sum(row[key] for row in rows) for key in FIGURES}
        return self.show(
            "notices", by=by, by_titles=BY_TITLES, figures=FIGURES, rows=rows, totals=totals, since=since, until=until,
            ranges=[((self._today() - timedelta(days=days)).isoformat(), words) for days, words in RANGES], today=self._today(),
        )  # fmt: skip

    @expose("/issued")
    @allowed(READ)
    def issued(self) -> str:
        """The newest first, by page."""
        number = min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
        item, channel = request.args.get("item") or None, request.args.get("channel") or None
        rows = self.services.notices.recent(PAGE, (number - 1) * PAGE, item, channel)
        total = self.services.notices.total(item, channel)
        items = self.services.catalogue.current().titles("item")
        return self.show(
            "issued", rows=rows, total=total, page=number, pages=max(1, -(-total // PAGE)), items=items, item=item, channel=channel,
            channels=CHANNELS, figures=FIGURES,
        )  # fmt: skip

    @expose("/figures.xlsx")
    @allowed(READ)
    def spreadsheet(self) -> Response:
        exporting()
        since, until = self._days()
        name = f"notices-{since:%Y%m%d}-{until:%Y%m%d}.xlsx"
        sheet = self.services.notices.spreadsheet(since, until)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return Response(sheet, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def _today(self) -> date:
        return self.services.clock.now().date()

    def _days(self) -> tuple[date, date]:
        until = _day(request.args.get("until"), self._today())
        since = _day(request.args.get("since"), until - timedelta(days=29))
        return min(since, until), max(since, until)


def _day(text: Any, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise
