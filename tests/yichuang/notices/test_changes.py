"""Changes in words."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from yichuang.notices.changes import between
from yichuang.notices.content import compose

TODAY = date(2026, 11, 24)


class View:
    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self.documents = documents

    def find(self, kind: str, code: str) -> Any:
        return next((d for d in self.documents if d["kind"] == kind and d["code"] == code), None)

    def codes(self, kind: str) -> list[str]:
        return sorted(d["code"] for d in self.documents if d["kind"] == kind)


def limit(item: dict[str, Any]) -> None:
    item["time_limits"]["promised"]["amount"] = 7


def unit(item: dict[str, Any]) -> None:
    item["time_limits"]["promised"] = {"amount": 0, "unit": "working_day"}


def new_material(item: dict[str, Any]) -> None:
    item["materials"].append(
        {"code": "report", "title": "食品安全自查报告", "necessity": "required", "source_type": "applicant"}
    )


def material_of_another_situation(item: dict[str, Any]) -> None:
    when = {"fact": "situation.handler", "op": "eq", "value": "self"}
    item["materials"].append(
        {"code": "x", "title": "某", "necessity": "required", "source_type": "applicant", "needed_when": when}
    )


def no_proxy(item: dict[str, Any]) -> None:
    item["materials"] = [m for m in item["materials"] if m["code"] != "proxy"]


def more_copies(item: dict[str, Any]) -> None:
    item["materials"][1]["copies"] = 2


def commitment(item: dict[str, Any]) -> None:
    item["materials"][3]["commitment"] = {"available": True}


def fee(item: dict[str, Any]) -> None:
    item["fees"] = {"charged": True, "items": [{"title": "工本费", "standard": "10 元", "basis": "某通知"}]}


def red_tip(item: dict[str, Any]) -> None:
    item["tips"].append({"code": "moved", "text": "B12 窗口已搬到三层", "tone": "alert", "to": "2026-12-31"})


def tip_gone(item: dict[str, Any]) -> None:
    item["tips"] = []


def steps(item: dict[str, Any]) -> None:
    item["process"].insert(1, {"title": "现场核查"})


def step_limit(item: dict[str, Any]) -> None:
    item["process"][0]["limit"] = "1 个工作日"


def condition(item: dict[str, Any]) -> None:
    item["accept_conditions"].append("有专职人员。")


def note_only(item: dict[str, Any]) -> None:
    item["note"] = "内部"
    item["keywords"] = ["开饭馆"]


def visits(item: dict[str, Any]) -> None:
    item["materials"][3]["title"] = "委托书"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (limit, ["承诺办结时限由 10 个工作日改为 7 个工作日"]),
        (unit, ["承诺办结时限由 10 个工作日改为当场办结"]),
        (new_material, ["新增材料“食品安全自查报告”"]),
        (material_of_another_situation, []),
        (no_proxy, ["不再需要材料“授权委托书”"]),
        (more_copies, ["材料“营业执照”的复印件份数由 1 份改为 2 份"]),
        (commitment, ["材料“授权委托书”的可免交方式新增：可书面承诺代替"]),
        (fee, ["工本费新增：10 元；依据：某通知", "是否收费不再有（原为 不收费）"]),
        (red_tip, ["新增提示：B12 窗口已搬到三层"]),
        (tip_gone, []),
        (steps, ["办理流程改为：受理 → 现场核查 → 决定"]),
        (step_limit, ["环节“受理”的时限由当场改为 1 个工作日"]),
        (condition, ["新增受理条件：有专职人员。"]),
        (visits, ["材料“授权委托书”改名为“委托书”"]),
        (note_only, []),
    ],
)
def test_a_change_is_said_in_words(
    definitions: list[dict[str, Any]], situation: Any, change: Callable[[dict[str, Any]], None], words: list[str]
) -> None:
    after = deepcopy(definitions)
    change(next(d for d in after if d["kind"] == "item" and d["code"] == "food"))
    old, new = (compose(View(documents), "food", situation, {}, TODAY) for documents in (definitions, after))
    assert between(old, new) == words


def test_a_hall_that_moves_is_said(definitions: list[dict[str, Any]], situation: Any) -> None:
    after = deepcopy(definitions)
    hall = after[0]["halls"][0]
    hall["hours"], hall["windows"][0]["location"] = "周一至周六 9:00–17:00", "三层 C 区"
    old, new = (compose(View(documents), "food", situation, {}, TODAY) for documents in (definitions, after))
    assert between(old, new) == [
        "“区政务服务中心”的办公时间由周一至周五 9:00–17:00 改为周一至周六 9:00–17:00",
        "“区政务服务中心”的窗口由 B12 综合窗口，二层 B 区，010-00002105 改为 B12 综合窗口，三层 C 区，010-00002105",
    ]


def test_a_layout_that_changes_is_no_change_of_the_item(definitions: list[dict[str, Any]], situation: Any) -> None:
    after = deepcopy(definitions)
    layout = next(d for d in after if d["kind"] == "notice")
    layout["blocks"] = [b for b in layout["blocks"] if b["type"] in ("materials", "text")]
    old, new = (compose(View(documents), "food", situation, {}, TODAY) for documents in (definitions, after))
    assert between(old, new) == []
