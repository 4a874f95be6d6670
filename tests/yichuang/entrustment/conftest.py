"""A district with a main hall and two streets' halls, two departments, and one agreement to change as a test likes."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from yichuang.catalogue.views import DocumentView

ORGANISATION = {
    "kind": "organisation", "code": "district", "title": "某区",
    "departments": [
        {"code": "wjw", "title": "区卫生健康委", "phone": "010-00001103"}, {"code": "scjg", "title": "区市场监管局", "phone": "010-00001102"},
    ],
    "streets": [{"code": "lugu", "title": "鲁谷街道"}, {"code": "bajiao", "title": "八角街道"}],
    "halls": [
        {"code": "main", "title": "区大厅", "windows": [{"code": "b12", "title": "B12"}, {"code": "c22", "title": "C22"}]},
        {"code": "lugu_hall", "title": "鲁谷大厅", "street": "lugu", "windows": [{"code": "lugu_w1", "title": "1 号"}]},
        {"code": "bajiao_hall", "title": "八角大厅", "street": "bajiao", "windows": [{"code": "bajiao_w1", "title": "1 号"}]},
    ],
}  # fmt: skip


def item(code: str, department: str, **features: bool) -> dict[str, Any]:
    materials = [{"code": "health", "title": "体检证明"}]
    return {
        "kind": "item", "code": code, "title": {"nurse": "护士执业注册", "food": "食品经营许可"}[code], "state": "active",
        "department": department, "features": {"entrusted": True, **features}, "materials": materials,
    }  # fmt: skip


AGREEMENT = {
    "kind": "entrustment", "code": "wjw", "title": "卫健委委托受理", "agreement_no": "一号", "state": "active", "principal": "wjw",
    "agent_org": "区政务服务局", "valid_from": "2026-01-01 00:00", "valid_to": "2028-01-01 00:00",
    "powers": ["RECEIVE", "ACCEPT", "CORRECT_NOTICE"], "halls": ["main"], "items": [{"item": "nurse"}],
    "transfer": {"mode": "both", "hours": 24}, "announcement": {"date": "2025-12-15"},
}  # fmt: skip


@pytest.fixture
def agreement() -> dict[str, Any]:
    return deepcopy(AGREEMENT)


@pytest.fixture
def view_of() -> Callable[..., DocumentView]:
    """The district with these agreements in it."""

    def made(*agreements: dict[str, Any]) -> DocumentView:
        return DocumentView([ORGANISATION, item("nurse", "wjw"), item("food", "scjg"), *agreements])

    return made
