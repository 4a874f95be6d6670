"""A small published world with notices: two items (one asks questions, two deep), a form, a hall, and a clock that stands until moved."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from renderers.pdf import PdfRenderer
from yichuang.bootstrap import kind_table
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.kinds import Kind, KindTable
from yichuang.catalogue.service import Publishing
from yichuang.database import Database
from yichuang.notices.service import Notices
from yichuang.ports import SHANGHAI, Actor

STAFF = Actor("items", "事项管理员", frozenset({"ITEM_ADMIN"}))
BASE_URL = "https://hall.example.gov.cn"
SITUATION = {"handler": "agent", "kin": "family", "places": ["shop", "kitchen"]}


class StandingClock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


def _table(code: str, **entries: str) -> dict[str, Any]:
    listed = [{"code": key.removeprefix("c"), "title": title} for key, title in entries.items()]
    return {"kind": "code_table", "code": code, "title": code, "demo": True, "entries": listed}


def _question(code: str, title: str, kind: str, **options: Any) -> dict[str, Any]:
    listed = [
        {"code": key, **(value if isinstance(value, dict) else {"title": value})} for key, value in options.items()
    ]
    return {"code": code, "title": title, "kind": kind, "options": listed}


def _item() -> dict[str, Any]:
    kin = _question("kin", "代理人与您的关系", "single", family="亲属", other="其他人")
    agent = {"title": "委托他人", "questions": [kin]}
    return {
        "kind": "item", "code": "food", "title": "食品经营许可（新办）", "demo": True, "state": "active", "item_type": "01",
        "department": "scjg", "case_type": "2", "target_types": ["1", "2"], "handle_forms": ["1"], "themes": ["food"],
        "legal_basis": [{"law": "中华人民共和国食品安全法", "article": "第三十五条", "text": "国家对食品生产经营实行许可制度。"}],
        "accept_conditions": ["有固定场所。"],
        "time_limits": {
            "statutory": {"amount": 20, "unit": "working_day", "note": "自受理之日起"}, "promised": {"amount": 10, "unit": "working_day"},
            "special": [{"title": "现场核查", "amount": 3, "unit": "month"}],
        },
        "fees": {"charged": False},
        "situations": [
            _question("handler", "由谁来办理？", "single", self="本人", agent=agent),
            _question("places", "经营项目（可多选）", "multiple", shop="销售", kitchen="中央厨房"),
        ],
        "materials": [
            {"code": "application", "title": "申请书", "necessity": "required", "source_type": "applicant", "generated": True, "originals": 1},
            {"code": "licence", "title": "营业执照", "necessity": "required", "source_type": "government", "issuer": "市场监管部门", "copies": 1,
             "material_type": "copy", "e_licence": {"available": True, "licence_type": "营业执照"}},
            {"code": "title_deed", "title": "场所产权证明", "necessity": "required", "source_type": "government", "copies": 1,
             "commitment": {"available": True, "when": {"fact": "form.area", "op": "lt", "value": 50}}},
            {"code": "proxy", "title": "授权委托书", "necessity": "required", "source_type": "applicant", "originals": 1,
             "needed_when": {"fact": "situation.handler", "op": "eq", "value": "agent"}},
            {"code": "plan", "title": "配送方案", "necessity": "optional", "source_type": "applicant", "originals": 1,
             "needed_when": {"fact": "situation.places", "op": "contains", "value": "kitchen"}},
            {"code": "store", "title": "仓库说明", "necessity": "required", "source_type": "applicant", "originals": 1,
             "needed_when": {"fact": "form.warehouse", "op": "eq", "value": True}},
            {"code": "health", "title": "健康证明", "necessity": "deferrable", "source_type": "other", "defer_note": "五日内补交", "copies": 1},
        ],
        "process": [{"title": "受理", "by": "综合窗口", "limit": "当场"}, {"title": "决定", "by": "区市场监管局"}],
        "results": [{"title": "食品经营许可证", "type": "10", "validity": "五年"}],
        "places": [{"hall": "district", "windows": ["b12"]}],
        "features": {"max_visits": 1, "express": True},
        "tips": [
            {"code": "busy", "text": "年底排队较长", "tone": "warning", "from": "2026-11-24", "to": "2026-12-31"},
            {"code": "always", "text": "建议先咨询", "tone": "info"},
        ],
        "faq": [{"question": "有效期多长？", "answer": "五年。"}],
        "form": "food_form", "notice": "standard",
    }  # fmt: skip


def _plain_item() -> dict[str, Any]:
    return {
        "kind": "item", "code": "voucher", "title": "养老券申领", "demo": True, "state": "active", "item_type": "01", "department": "mzj",
        "case_type": "1", "target_types": ["1"], "legal_basis": [{"law": "某办法"}], "themes": ["food"],
        "time_limits": {"statutory": {"amount": 5, "unit": "day"}, "promised": {"amount": 0, "unit": "working_day"}},
        "fees": {"charged": True, "items": [{"title": "工本费", "standard": "10 元／本", "basis": "某通知"}]},
        "places": [{"hall": "district", "windows": []}], "notice": "standard",
        "materials": [{"code": "id", "title": "身份证", "necessity": "required", "source_type": "government", "originals": 1}],
    }  # fmt: skip


def world() -> list[dict[str, Any]]:
    """The definitions of release 1."""
    types = (
        "tips",
        "summary",
        "situation",
        "conditions",
        "materials",
        "process",
        "time_limits",
        "fees",
        "results",
        "places",
        "basis",
        "faq",
    )
    window = {"code": "b12", "title": "B12 综合窗口", "location": "二层 B 区", "phone": "010-00002105"}
    hall = {
        "code": "district", "title": "区政务服务中心", "address": "演示路 1 号", "hours": "周一至周五 9:00–17:00", "phone": "010-00002000",
        "traffic": "地铁站旁", "windows": [window],
    }  # fmt: skip
    fields = [
        {"code": "area", "type": "number", "title": "面积", "unit": "㎡"},
        {"code": "warehouse", "type": "boolean", "title": "有外设仓库"},
    ]
    departments = [
        {"code": "scjg", "title": "区市场监督管理局", "phone": "010-00001102", "supervise_phone": "010-00001202"},
        {"code": "mzj", "title": "区民政局"},
    ]
    return [
        {"kind": "organisation", "code": "district", "title": "某区", "demo": True, "departments": departments, "halls": [hall]},
        _table("item_type", c01="行政许可"), _table("case_type", c1="即办件", c2="承诺件"), _table("target_type", c1="自然人", c2="企业法人"),
        _table("handle_form", c1="窗口办理"), _table("result_type", c10="出证办结"), _table("item_theme", food="餐饮"),
        _table("dept_type", c1="机关"),
        {"kind": "notice", "code": "standard", "title": "通用版式", "demo": True, "footer": "以最新办事指南为准。", "blocks": [
            *({"code": kind, "type": kind} for kind in types),
            {"code": "note", "type": "text", "title": "来之前请看", "paragraphs": ["请带齐材料。"]}, {"code": "contact", "type": "contact"},
        ]},
        {"kind": "form", "code": "food_form", "title": "申请书", "demo": True, "sections": [{"code": "a", "title": "场所", "fields": fields}]},
        _item(), _plain_item(),
    ]  # fmt: skip


@dataclass
class NoticeHouse:
    """Published and ready. `edit(kind, code, change)` publishes a definition after `change(body)`."""

    database: Database
    clock: StandingClock
    catalogue: Catalogue
    publishing: Publishing
    notices: Notices

    def edit(self, kind: str, code: str, change: Callable[[dict[str, Any]], Any]) -> int:
        body = deepcopy(dict(self.catalogue.current().get(kind, code)))
        change(body)
        change_set = self.publishing.open(f"改 {code}", STAFF)
        self.publishing.put(change_set, body, STAFF)
        number = self.publishing.publish(change_set, STAFF, "测试")
        self.catalogue.refresh()
        return number


@pytest.fixture(scope="session")
def situation() -> dict[str, Any]:
    """Answers of the item `food` with which everything is needed."""
    return deepcopy(SITUATION)


@pytest.fixture
def definitions() -> list[dict[str, Any]]:
    return world()


@pytest.fixture
def notice_house(database: Database, definitions: list[dict[str, Any]]) -> Iterator[NoticeHouse]:
    clock = StandingClock()
    kinds = KindTable(*(Kind(kind.name, kind.title, words=kind.words) for kind in kind_table()))
    catalogue = Catalogue(database, clock, notify=False)
    publishing = Publishing(database, kinds, clock, catalogue)
    publishing.ensure_first_release(definitions)
    catalogue.refresh()
    yield NoticeHouse(
        database, clock, catalogue, publishing, Notices(database, catalogue, clock, BASE_URL, PdfRenderer())
    )
    catalogue.stop()
