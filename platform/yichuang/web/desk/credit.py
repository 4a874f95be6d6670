"""`/desk/credit`: dishonesty records; looked up by number through the blind index, added with evidence, ended by repair."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from yichuang.commitment.credit import SOURCES, Finding
from yichuang.errors import Conflict, InputRefused, YichuangError
from yichuang.ports import Actor, Party
from yichuang.rules.national import credit_fault, id_fault
from yichuang.services import Services
from yichuang.web.session import holder

POWER = "credit.manage"
SAID = {"added": "失信记录已登记，在修复前不能选择告知承诺", "repaired": "信用已修复，可以再选择告知承诺"}
KINDS = {"1": "自然人", "2": "企业法人", "3": "事业法人", "4": "社会组织法人", "6": "其他组织"}


def install(pages: Blueprint, services: Services) -> None:
    @pages.get("/desk/credit")
    def credit() -> str:
        return _page(services, holder(POWER))

    @pages.post("/desk/credit/search")
    def credit_search() -> str:
        """By POST, so that no number stands in an address or a log."""
        return _page(services, holder(POWER), wanted=request.form.get("id_no", "")[:40])

    @pages.post("/desk/credit/add")
    def credit_add() -> Any:
        who = holder(POWER)
        try:
            party, finding = _told()
            services.commitments.credit.add(party, finding, who)
        except InputRefused as error:
            return _page(services, who, error=error), error.status
        return redirect(url_for("desk.credit", said="added"))

    @pages.post("/desk/credit/<key>/repair")
    def credit_repair(key: str) -> Any:
        who = holder(POWER)
        try:
            services.commitments.credit.repair(key, request.form.get("basis", "")[:500], who)
        except (InputRefused, Conflict) as error:
            return _page(services, who, error=error, repairing=key), error.status
        return redirect(url_for("desk.credit", said="repaired"))


def _page(services: Services, who: Actor, *, wanted: str = "", error: YichuangError | None = None, repairing: str = "") -> str:
    room = services.commitments.credit
    records = room.of(wanted, who) if wanted.strip() else room.newest()
    return render_template(
        "desk/credit.html", records=records, wanted=wanted, standing=any(not record.repaired for record in records) if wanted else None,
        sources=SOURCES, kinds=KINDS, error=error, repairing=repairing, form=request.form if error else {},
        said=SAID.get(request.args.get("said", ""), ""), today=services.clock.now().date(),
    )  # fmt: skip


def _told() -> tuple[Party, Finding]:
    """What was typed. Raises `InputRefused` for a number or a day that can't be right."""
    form = request.form
    party = Party(form.get("name", "").strip()[:200], form.get("kind", "1"), "", form.get("id_no", "").strip()[:40])
    if party.key and id_fault(party.key) and credit_fault(party.key) == "shape":
        message = "证件号码既不是身份证号码，也不是统一社会信用代码，请核对"
        raise InputRefused(message, problems=[{"field": "id_no", "message": message}])
    return party, Finding(form.get("fact", "").strip()[:1000], form.get("evidence", "").strip()[:1000], _day(form.get("begin", "")))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputRefused("请填写认定日期", problems=[{"field": "begin", "message": "须为 2026-01-31 这样的日期"}]) from error
