"""A case page against the bare queries it needs: a case of at least 60 fields, 15 materials and 40 steps."""

import tempfile
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.sql import Select

from bench._ground import own_schema
from tests.definitions.answering import FITTING, answers_for
from yichuang.bootstrap import services_of, settle
from yichuang.cases.draft import Content
from yichuang.cases.model import case_materials, case_steps, cases, correction_points, corrections
from yichuang.catalogue.packing import packaged
from yichuang.commitment.model import commitments
from yichuang.documents.model import documents
from yichuang.entrustment.model import handover_lines
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.migrations import upgrade
from yichuang.outbox.model import messages
from yichuang.ports import SYSTEM, Actor, Place, SystemClock
from yichuang.services import Services
from yichuang.settings import Settings
from yichuang.web import admin
from yichuang.web.app import create_app
from yichuang.web.desk.case_page import CasePage

ITEM, FIELDS, MATERIALS, STEPS = "food_business_new", 60, 15, 40
CLERK = Actor("clerk", "演示受理员", frozenset({"COUNTER_CLERK"}), "b12", Place(hall="district_hall"))
APPROVER = Actor("approver", "演示审批员", frozenset({"DEPT_APPROVER"}), None, Place(department="scjg"))


def application(code: str, services: Services | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    """A situation and answers with which the packaged item passes today."""
    if services is None:
        with own_schema() as url, tempfile.TemporaryDirectory() as folder:
            made = services_of(Settings(database_url=url.replace("+psycopg", ""), data_dir=folder))
            upgrade(made.database)
            made.publishing.ensure_first_release(packaged())
            made.catalogue.refresh()
            found = application(code, made)
            made.database.dispose()
            return found
    item = services.catalogue.current().compiled(compile_item, code)
    situation, more = FITTING[code]
    facts = item.with_situation(situation, everyday_facts(item.body, SystemClock().now().date()))
    return situation, answers_for(item, facts, **more)


def widened(bodies: list[Any]) -> list[Any]:
    """The packaged definitions, the item's form and materials widened to the size asked for."""
    found = [dict(body) for body in bodies]
    item = next(body for body in found if body["kind"] == "item" and body["code"] == ITEM)
    form = next(body for body in found if body["kind"] == "form" and body["code"] == item["form"])
    missing = FIELDS - sum(len(section["fields"]) for section in form["sections"])
    more = [{"code": f"more_{n}", "type": "text", "title": f"补充说明{n}", "max_length": 200} for n in range(max(0, missing))]
    form["sections"] = [*form["sections"], {"code": "more", "title": "补充", "fields": more}] if more else form["sections"]
    item["materials"] = [*item["materials"], *({**item["materials"][3], "code": f"more_{n}", "title": f"补充材料{n}"} for n in range(4))]
    return found


def grown(services: Services) -> str:
    """The id of a case with 40 steps."""
    situation, answers = application(ITEM, services)
    draft = services.drafts.start(ITEM, CLERK, Content(situation, answers, {})).line.id
    clerk, approver, work = services.authority.grants(CLERK), services.authority.grants(APPROVER), services.cases
    work.receive(draft, 1, CLERK, clerk)
    work.check_all(draft, CLERK, clerk)
    work.act(draft, "give_receipt", {}, CLERK, clerk, None, "receipt")
    work.act(draft, "accept", {}, CLERK, clerk, None, "accept")
    work.act(draft, "take_in", {}, APPROVER, approver, None, "take in")
    visit = {"people": ["测试甲", "测试乙"], "on": "2026-11-25", "place": "演示路 1 号", "result": "passed", "findings": "符合要求" * 10}
    for number in range(STEPS - 4):
        work.act(draft, "inspect", visit, APPROVER, approver, None, f"inspect {number}")
    return draft


def bare(case_id: str) -> list[Select[Any]]:
    """The rows a case page is made of."""
    mine = {table: table.c.case_id == case_id for table in (case_steps, case_materials, corrections, documents, commitments, messages)}
    rounds = select(corrections.c.id).where(mine[corrections])
    return [
        select(cases).where(cases.c.id == case_id),
        select(case_steps).where(mine[case_steps]).order_by(case_steps.c.seq),
        select(case_materials).where(mine[case_materials]).order_by(case_materials.c.seq),
        select(corrections).where(mine[corrections]),
        select(correction_points).where(correction_points.c.correction_id.in_(rounds)),
        select(documents).where(mine[documents]),
        select(commitments).where(mine[commitments]),
        select(messages).where(mine[messages]),
        select(handover_lines).where(handover_lines.c.case_id == case_id),
    ]


def ask(connection: Connection, queries: list[Select[Any]]) -> None:
    for query in queries:
        connection.execute(query).all()


def seconds(act: Callable[[], object], times: int = 40) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return median(taken)


def ratio() -> float:
    """The page, with its audit entry, by the time of the bare queries and that entry; measured in turn."""
    with own_schema() as url, tempfile.TemporaryDirectory() as folder:
        services = services_of(Settings(database_url=url.replace("+psycopg", ""), data_dir=folder))
        upgrade(services.database)
        services.publishing.ensure_first_release(widened(packaged()))
        services.catalogue.refresh()
        case = grown(services)
        app, grants, queries = create_app(services), services.authority.grants(CLERK), bare(case)
        admin.initialise(app)

        def page() -> None:
            with app.test_request_context():
                CasePage(services, services.cases.view(case, CLERK, grants), grants).response()

        def queried() -> None:
            with services.database.reading() as connection:
                ask(connection, queries)
            services.audit.note(SYSTEM, "bench", "case", case)

        page(), queried()
        settle()
        found = [seconds(page, 10) / seconds(queried, 10) for _ in range(5)]
        services.database.dispose()
        return median(found)
