"""告知承诺: which items, by domain against the goal; what was signed, saved, checked and revoked; chart, table, Excel."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import Response, request
from flask_appbuilder import expose

from renderers.spreadsheet import Sheet, workbook
from yichuang.cases.counting import accepted
from yichuang.commitment.figures import MEASURES, Figures, Line, gathered, percent
from yichuang.commitment.shares import Shares, make_shares
from yichuang.commitment.terms import KINDS
from yichuang.web.admin.page import Page, allowed, exporting
from yichuang.web.admin.permissions import READ

BY = {"domain": "领域", "kind": "承诺类型", "item": "事项", "department": "部门"}
RATES = {"verified_rate": "核查率 %", "untrue_rate": "不实率 %", "revoked_rate": "撤销率 %"}
CHARTED = ("signed", "verified", "untrue", "revoked")
RANGES = ((29, "近 30 天"), (89, "近 90 天"), (364, "近一年"))
RULES = {
    "覆盖率": "该领域实行告知承诺的事项数 ÷ 该领域事项总数",
    "承诺件占比": "以告知承诺办理的受理件数 ÷ 可承诺事项的受理件数",
    "压减材料": "已受理的承诺件中被替代的材料份数之和",
    "平均压缩时间": "（一般程序承诺时限 − 实际用时）之和 ÷ 件数，按工作日",
    "核查率": "已核查 ÷ 应核查",
    "不实率": "不实（含部分不实）÷ 已核查",
    "撤销率": "撤销 ÷ 已承诺办结",
}


class CommitmentNumbers(Page):
    route_base = "/admin/commitments"
    default_view = "index"

    @expose("/")
    @allowed(READ)
    def index(self) -> str:
        since, until = self._days()
        by = request.args.get("by", "domain")
        by = by if by in BY else "domain"
        shares, lines = self._shares(), self.services.commitments.figures.lines(since, until)
        rows = self._rows(shares, lines, by)
        return self.show(
            "commitments", shares=shares, rows=rows, by=by, by_titles=BY, measures=MEASURES, rates=RATES, since=since, until=until,
            tiles=self._tiles(shares, lines, since, until), rules=RULES, kinds=KINDS, today=self._today(),
            charted=[(key, MEASURES[key]) for key in CHARTED],
            ranges=[((self._today() - timedelta(days=days)).isoformat(), words) for days, words in RANGES],
        )  # fmt: skip

    @expose("/figures.xlsx")
    @allowed(READ)
    def spreadsheet(self) -> Response:
        exporting()
        since, until = self._days()
        shares, lines = self._shares(), self.services.commitments.figures.lines(since, until)
        sheets = [_domains(shares), _items(shares), *(self._sheet(shares, lines, by) for by in BY), _notes(shares, since, until)]
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        name = f"commitments-{since:%Y%m%d}-{until:%Y%m%d}.xlsx"
        return Response(workbook(sheets), mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def _shares(self) -> Shares:
        return self.services.catalogue.current().compiled(make_shares, "")

    def _tiles(self, shares: Shares, lines: list[Line], since: date, until: date) -> list[tuple[str, str, str]]:
        total = sum((line.figures for line in lines), Figures())
        every, committed = accepted(self.services.database, shares.committable, since, until)
        days, of = self.services.commitments.figures.days_saved(since, until)
        items = sum(one.committed for one in shares.items)
        return [
            ("实行告知承诺的事项", f"{items}", f"共 {len(shares.items)} 项，占 {_said(percent(items, len(shares.items)))}"),
            ("承诺件占比", _said(percent(committed, every)), f"{committed}／{every} 件"),
            ("压减材料", f"{total.saved}", "份"),
            ("平均压缩时间", "—" if days is None else f"{days:g}", f"个工作日，{of} 件"),
            ("核查率", _said(total.rates["verified_rate"]), f"{total.verified}／{total.to_verify}"),
            ("不实率", _said(total.rates["untrue_rate"]), f"{total.untrue}／{total.verified}"),
            ("撤销率", _said(total.rates["revoked_rate"]), f"{total.revoked}／{total.decided}"),
        ]

    def _rows(self, shares: Shares, lines: list[Line], by: str) -> list[dict[str, Any]]:
        key, titles = self._grouping(shares, lines, by)
        found = gathered(lines, key)
        rows = [{"title": titles.get(code, code or "未划分"), **figures.as_row()} for code, figures in found.items()]
        return sorted(rows, key=lambda row: (-row["signed"], row["title"]))

    def _grouping(self, shares: Shares, lines: list[Line], by: str) -> tuple[Callable[[Line], str], Mapping[str, str]]:
        if by == "domain":
            domain_of = shares.domain_of
            return (lambda line: domain_of.get(line.item, "")), {share.code: share.title for share in shares.domains}
        if by == "kind":
            return (lambda line: line.kind), KINDS
        if by == "item":
            return (lambda line: line.item), {line.item: line.item_title for line in lines}
        snapshot = self.services.catalogue.current()
        bodies = (snapshot.find("organisation", code) or {} for code in snapshot.codes("organisation"))
        return (lambda line: line.department), {entry["code"]: entry["title"] for body in bodies for entry in body.get("departments", ())}

    def _sheet(self, shares: Shares, lines: list[Line], by: str) -> Sheet:
        return Sheet(f"按{BY[by]}", (("title", BY[by]), *MEASURES.items(), *RATES.items()), self._rows(shares, lines, by))

    def _today(self) -> date:
        return self.services.clock.now().date()

    def _days(self) -> tuple[date, date]:
        until = _day(request.args.get("until"), self._today())
        since = _day(request.args.get("since"), until - timedelta(days=364))
        return min(since, until), max(since, until)


def _domains(shares: Shares) -> Sheet:
    columns = (
        ("title", "领域"), ("total", "事项总数"), ("committed", "实行告知承诺"), ("percent", "覆盖率 %"), ("goal", "目标 %"), ("reached", "目标完成"),
    )  # fmt: skip
    return Sheet("领域覆盖率", columns, [share.as_row() for share in shares.domains])


def _items(shares: Shares) -> Sheet:
    titles = {share.code: share.title for share in shares.domains}
    rows = [
        {
            "title": one.title, "domain": titles.get(one.domain, ""), "kinds": "、".join(KINDS[kind] for kind in one.kinds),
            "codes": "、".join(one.items),
        }
        for one in shares.items
    ]
    return Sheet("事项", (("title", "事项"), ("domain", "领域"), ("kinds", "告知承诺"), ("codes", "定义代码")), rows)


def _notes(shares: Shares, since: date, until: date) -> Sheet:
    rows = [{"term": "统计口径", "words": shares.basis}, {"term": "期间", "words": f"{since} 至 {until}，以告知日期计"}]
    rows += [{"term": term, "words": words} for term, words in RULES.items()]
    return Sheet("口径", (("term", "指标"), ("words", "说明")), rows)


def _said(value: float | None) -> str:
    return "—" if value is None else f"{value:g}%"


def _day(text: Any, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise
