"""The State Council announces one day off and one make-up working day (change request A20): staff enter both in the admin pages alone,
see beforehand whose deadlines will move, publish, and every open deadline follows."""

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from tests.definitions.answering import FITTING, answers_for
from yichuang import bootstrap
from yichuang.access.roles import DEMO_ACCOUNTS
from yichuang.cases.draft import Content
from yichuang.cases.model import cases
from yichuang.items.calendar import Calendar, make_calendar
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.ports import SYSTEM, Actor
from yichuang.services import Services

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
ITEM, NOTICE = "food_business_new", "国务院办公厅关于调整放假安排的通知"


@pytest.fixture
def services(server: Any) -> Iterator[Services]:
    made = bootstrap.services_of(server.settings)
    made.catalogue.refresh()
    covered(made)
    yield made
    made.database.dispose()


@pytest.fixture
def worker(server: Any) -> Iterator[None]:
    """The worker process, as it runs beside the server."""
    given = {"YICHUANG_DATA_DIR": str(server.folder), "YICHUANG_DATABASE_URL": server.database_url}
    command = [sys.executable, "-m", "yichuang.cli", "worker"]
    with (server.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(command, env=os.environ | given, stdout=log, stderr=log, start_new_session=True)
        yield
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def covered(services: Services) -> None:
    """Publish plain years for this one and the next where the packaged calendar has none, so that the test runs in any year."""
    body = deepcopy(dict(services.catalogue.current().get("calendar", "china")))
    this, known = services.clock.now().year, {year["year"] for year in body["years"]}
    missing = [year for year in (this, this + 1) if year not in known]
    if missing:
        body["years"] += [{"year": year, "source": "测试", "holidays": [], "workdays": []} for year in missing]
        change_set = services.publishing.open("年份", SYSTEM)
        services.publishing.put(change_set, body, SYSTEM)
        services.publishing.publish(change_set, SYSTEM, "测试")


def clerk(services: Services) -> Actor:
    account = next(account for account in DEMO_ACCOUNTS if account.username == "clerk")
    return Actor("clerk", "演示受理员", frozenset({account.role}), "b12", services.authority.posting("clerk"))


def received(services: Services) -> str:
    """A case just taken in at the counter; its answer is due."""
    made = services.catalogue.current().compiled(compile_item, ITEM)
    situation, given = FITTING[ITEM]
    facts = made.with_situation(situation, everyday_facts(made.body, services.clock.now().date()))
    who = clerk(services)
    key = services.drafts.start(ITEM, who, Content(situation, answers_for(made, facts, **given), {})).line.id
    services.cases.receive(key, 1, who, services.authority.grants(who))
    return key


def accepted(services: Services) -> str:
    """The same, accepted; its decision is due."""
    key, who = received(services), clerk(services)
    services.cases.check_all(key, who, services.authority.grants(who))
    services.cases.act(key, "accept", {}, who, services.authority.grants(who), None, "accept")
    return key


def row(services: Services, case: str) -> Any:
    with services.database.reading() as connection:
        return connection.execute(select(cases).where(cases.c.id == case)).one()


def counted(calendar: Calendar, start: date, days: int, off: date) -> date:
    """Working days counted here on their own, with `off` a day off too."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= calendar.is_working(day) and day != off
    return day


def card(page: Page, title: str) -> Locator:
    return page.locator(".item", has=page.locator(":scope > .item-head .item-title", has_text=re.compile(f"^{re.escape(title)}$"))).last


def add(page: Page, group: str, day: date, name: str) -> None:
    """One more date in its year's list, typed into the new card."""
    head = card(page, f"{day.year} 年").locator(".item-open").first
    if head.get_attribute("aria-expanded") == "false":
        head.click()
    box = card(page, f"{day.year} 年").get_by_role("group", name=group, exact=True)
    box.get_by_role("button", name="＋ 添加日期", exact=True).click()
    new = box.locator(".item.open").last
    for label, words in (("日期", day.isoformat()), ("名称", name), ("依据", NOTICE)):
        new.locator(".item-body").get_by_label(label).fill(words)
        new.locator(".item-body").get_by_label(label).press("Tab")


def test_every_open_deadline_follows_a_new_day_off_and_a_make_up_day(
    server: Any, services: Services, worker: None, window: Open, login: Login, serious_faults: Callable[[Page], list[str]]
) -> None:
    answering, running = received(services), accepted(services)
    before = {case: row(services, case) for case in (answering, running)}
    calendar = services.catalogue.current().compiled(make_calendar, "china")
    assert calendar is not None
    today = before[running].accepted_on
    off = calendar.add(today, 1)
    make_up = next(day for n in range(1, 30) if not calendar.is_working(day := off + timedelta(days=n + 20)))
    admin = login(window(1366, 768, base_url=server.base), "items", to="/admin/")
    admin.goto("/admin/definitions/calendar/")
    admin.get_by_role("button", name=re.compile("^编辑 国务院办公厅")).click()
    expect(admin.locator(".sheet")).to_be_visible()
    admin.get_by_role("tab", name="年份").click()
    add(admin, "放假日", off, "临时放假")
    add(admin, "调休上班日", make_up, "调休上班")
    expect(admin.locator("#save-state")).to_have_text(re.compile(r"已保存 \d\d:\d\d"))
    expect(admin.locator("#findings")).to_contain_text("检查通过")
    admin.get_by_role("link", name="检查与发布").click()

    impact = admin.locator("[data-impact]")
    expect(impact).to_contain_text("2 件在办期限将移动")
    expect(impact).to_contain_text("石景山区市场监督管理局 2 件")
    due = counted(calendar, today, len(days(calendar, today, before[running].due_on)), off)
    assert due > before[running].due_on
    line = impact.locator("tr", has_text=before[running].number).filter(has_text="承诺期限")
    expect(line.locator("del")).to_have_text(before[running].due_on.isoformat())
    expect(line.locator("ins")).to_have_text(due.isoformat())
    assert serious_faults(admin) == []

    admin.get_by_label("发布原因").fill(NOTICE)
    admin.get_by_role("button", name="发布", exact=True).click()
    admin.get_by_role("button", name="确认发布").click()
    admin.wait_for_url("**/admin/releases/*")
    admin.get_by_role("link", name="期限变动").click()
    for _ in range(60):
        if admin.locator("tr", has_text=before[running].number).count():
            break
        admin.wait_for_timeout(500)
        admin.reload()
    moved = admin.locator("tr", has_text=before[running].number).filter(has_text="承诺期限")
    expect(moved.locator("ins")).to_have_text(due.isoformat())
    expect(admin.locator("tr", has_text=before[answering].number)).to_contain_text("答复期限")
    assert serious_faults(admin) == []
    with admin.expect_download() as download:
        admin.get_by_role("link", name="导出 Excel").click()
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert {line[0] for line in list(sheet.iter_rows(values_only=True))[1:]} == {before[case].number for case in before}

    services.catalogue.refresh()
    assert row(services, running).due_on == due
    assert row(services, answering).answer_due == counted(calendar, today, 5, off)
    assert row(services, running).release == before[running].release


def days(calendar: Calendar, start: date, end: date) -> list[date]:
    """The working days after `start` up to `end`."""
    found, day = [], start
    while day < end:
        day += timedelta(days=1)
        found += [day] if calendar.is_working(day) else []
    return found
