"""Figures in the browser: boards by place and reason, what is particular about items, free questions, and the way to the cases behind a number."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from yichuang import bootstrap
from yichuang.cases.model import case_steps, cases
from yichuang.ports import SystemClock

pytestmark = pytest.mark.browser
Login = Callable[..., Page]
Open = Callable[..., Page]
REASONS = ("材料不齐全", "不符合法定形式", "填写有误或前后不一致", "证照或证明已过期")
PATHS = (
    ("accepted", "in_review", "approved", "closed"), ("accepted", "in_review", "approved"), ("accepted", "in_review"), ("accepted",),
    ("correcting", "received", "accepted", "approved", "closed"), ("correcting",), ("rejected",), ("accepted", "in_review", "denied", "closed"), (),
)  # fmt: skip
CLOCKS = {"received": "answering", "correcting": "none", "accepted": "running", "in_review": "running"}


def fill(settings: Any, number: int = 700) -> None:
    """Some weeks of cases with their steps, as the counter would have left them; then counted and exported."""
    services, draw, now = bootstrap.services_of(settings), random.Random(4), SystemClock().now()
    services.catalogue.refresh()
    snapshot = services.catalogue.current()
    halls = [hall for code in snapshot.codes("organisation") for hall in snapshot.get("organisation", code)["halls"] if hall.get("windows")]
    items = [(code, words["department"]) for code, words in snapshot.words("item").items() if words["state"] == "active"]
    rows: list[Any] = []
    steps: list[Any] = []
    for each in range(number):
        row, taken = life(draw, each, now, draw.choice(halls), *items[min(int(draw.expovariate(0.4)), len(items) - 1)])
        row["item_title"] = snapshot.titles("item")[row["item"]]
        rows.append(row)
        steps += taken
    with services.database.writing() as connection:
        connection.execute(insert(cases), rows)
        connection.execute(insert(case_steps), sorted(steps, key=lambda step: step["at"]))
    services.statistics.roll()
    services.statistics.count_open()
    services.statistics.export()
    services.database.dispose()


def life(draw: random.Random, number: int, now: Any, hall: Any, item: str, department: str) -> tuple[Any, list[Any]]:
    begun = now - timedelta(days=draw.random() * 75, hours=1)
    window = draw.choice(hall["windows"])["code"]
    row = {
        "id": f"demo-{number:06}", "number": f"演示{number:06}", "item": item, "item_title": item, "department": department, "release": 1,
        "flow": "standard", "phase": "receiving", "channel": draw.choice(["desk", "desk", "apply"]), "hall": hall["code"],
        "street": hall.get("street") or "", "window": window, "revision": 1, "body": "sealed", "applied_at": begun, "updated_at": begun,
        "label": "张*", "committed": draw.random() < 0.2, "case_type": draw.choice("12"), "accepted_on": None,
    }  # fmt: skip
    state, at, taken = "", begun, []
    for seq, to in enumerate(("received", *draw.choice(PATHS)), 1):
        if at > now:
            break
        facts = {"on_time": draw.random() < 0.94, "used_days": draw.randint(1, 12), "outcome": to} if to in ("approved", "denied") else {}
        reason = draw.choice(REASONS) if to == "correcting" else draw.choice(("申请人不符合条件", "重复申请")) if to == "rejected" else ""
        taken.append(
            {"case_id": row["id"], "seq": seq, "action": "go", "title": "办理", "from_state": state, "to_state": to, "actor": "clerk", "release": 1,
             "at": at, "reason": reason, "facts": json.dumps(facts), "key": f"{row['id']}-{seq}"}
        )  # fmt: skip
        state, at = to, at + timedelta(days=draw.random() * 6)
        if to == "accepted":
            row["accepted_on"] = taken[-1]["at"].date()
    due = begun.date() + timedelta(days=draw.randint(5, 90))
    ended = state not in CLOCKS
    row |= {"state": state, "clock_state": CLOCKS.get(state, "stopped"), "phase": "ended" if ended else "reviewing", "due_on": due}
    return row | {"warn_on": due - timedelta(days=3), "answer_due": due}, taken


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_supervisor_reads_figures(server: Any, window: Open, login: Login, serious_faults: Callable[[Page], list[str]], album: Path) -> None:
    fill(server.settings)
    page = login(window(1366, 768, base_url=server.base, accept_downloads=True), "manager", to="/desk/statistics")
    expect(page.locator(".figures-tiles .figure")).to_have_count(8)
    expect(page.locator("[data-chart=course] svg")).to_be_visible()
    received = page.locator("tfoot td").nth(1).inner_text()
    assert int(received.replace(",", "")) > 50
    page.screenshot(path=album / "statistics.png")
    assert serious_faults(page) == []
    page.get_by_role("link", name="按窗口").click()
    expect(page.locator("thead th").first).to_have_text("窗口")
    assert page.locator("tfoot td").nth(1).inner_text() == received
    page.get_by_label("渠道").select_option("desk")
    page.wait_for_url("**channel=desk*")
    assert int(page.locator("tfoot td").nth(1).inner_text().replace(",", "")) < int(received.replace(",", ""))
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.path().stat().st_size > 4_000
    page.locator("section.lights").scroll_into_view_if_needed()
    page.get_by_role("link", name="红灯 超期").click()
    page.wait_for_url("**/desk/cases?light=red")
    expect(page.locator("#found-count")).to_contain_text("件")
    page.go_back()
    page.get_by_role("link", name="事项特殊性").click()
    expect(page.get_by_role("heading", name="按部门")).to_be_visible()
    page.screenshot(path=album / "statistics-items.png")
    assert serious_faults(page) == []


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_free_question_is_asked_kept_and_taken_away(
    server: Any, window: Open, login: Login, serious_faults: Callable[[Page], list[str]], album: Path
) -> None:
    fill(server.settings)
    page = login(window(1366, 768, base_url=server.base, accept_downloads=True), "manager", to="/desk/statistics/questions")
    page.get_by_label("第一行").select_option(label="事项")
    page.get_by_label("列", exact=True).select_option(label="渠道")
    page.get_by_label("自", exact=True).fill((SystemClock().now() - timedelta(days=90)).date().isoformat())
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.locator("#table thead th")).to_have_text(["事项", "网上", "窗口"])
    assert sum(int(cell.replace(",", "")) for cell in page.locator("#table td").all_inner_texts() if cell != "—") == 700
    expect(page.locator("#chart svg")).to_be_visible()
    page.screenshot(path=album / "statistics-questions.png")
    assert serious_faults(page) == []
    page.get_by_role("button", name="保存…").click()
    page.get_by_label("名称").fill("事项按渠道")
    page.keyboard.press("Enter")
    expect(page.locator("#saved option:checked")).to_have_text("事项按渠道")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    assert download.value.path().stat().st_size > 3_000
    page.reload()
    page.get_by_label("已存的查询").select_option(label="事项按渠道")
    expect(page.locator("#table thead th")).to_have_text(["事项", "网上", "窗口"])
    for box in page.locator("[name=measure]:checked").all():
        box.uncheck()
    page.get_by_role("button", name="查询", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("指标")


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_steps_taken_now_are_on_the_board_within_seconds(server: Any, window: Open, login: Login) -> None:
    """`yichuang serve` has no worker; the jobs are run as the worker runs them."""
    services = bootstrap.services_of(server.settings)
    services.statistics.roll()
    page = login(window(1366, 768, base_url=server.base), "manager", to="/desk/statistics")
    expect(page.get_by_text("这个范围内没有办件")).to_be_visible()
    services.database.dispose()
    fill(server.settings, 30)
    page.reload()
    expect(page.locator("tfoot")).to_be_visible()
    assert httpx.get(f"{server.base}/desk/statistics", follow_redirects=False).status_code in (302, 401)


