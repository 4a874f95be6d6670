"""A small world with three commitments for the item `food`, and an application that is filled in by keyword."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.catalogue.feed import Catalogue
from yichuang.catalogue.kinds import Kind, KindTable
from yichuang.catalogue.search import search_words
from yichuang.catalogue.service import Publishing
from yichuang.commitment.service import Commitments
from yichuang.commitment.service import search_words as commitment_words
from yichuang.commitment.signature import Signature, signature_of
from yichuang.database import Database
from yichuang.items.compiled import compile_item
from yichuang.items.facts import everyday_facts
from yichuang.ports import SHANGHAI, Actor, Application, Party, Place

CLERK = Actor("clerk", "受理员", frozenset({"COUNTER_CLERK"}))
OTHER = Actor("lead", "组长", frozenset({"COUNTER_LEAD"}))
PERSON = Party("测试甲", "1", "111", "11010719900307001X", "13800005678")
AGENT = Party("测试乙", "1", "111", "11010719900307028X")
ON_SITE = {"mode": "on_site", "risk": "all", "due": {"amount": 2, "unit": "month"}, "warn_days": 14, "inspectors": 2}
CREDIT_RULE = {
    "when": {"fact": "applicant.dishonest", "op": "eq", "value": False}, "message": "申请人有尚未修复的失信记录", "remedy": "修复后可以再选择",
}  # fmt: skip


def _commitment(code: str, kind: str, **more: Any) -> dict[str, Any]:
    body = {"kind": "commitment", "code": code, "title": code, "demo": True, "commitment_kind": kind, "item": "food", "verification": ON_SITE}
    return body | more


def commitments_of_food() -> list[dict[str, Any]]:
    texts = [
        {"commitment_kind": kind, "notice_clauses": [f"{kind} 告知通则。"], "letter_clauses": ["已知晓告知的全部内容。", "愿承担不实承诺的责任。"]}
        for kind in ("proof", "license", "approval", "material")
    ]  # fmt: skip
    domains = [{"code": "other", "title": "其他", "goal_percent": 30, "rest": True}]
    counting = {"unit": "item", "states": ["active"], "merge_streets": True}
    return [
        {"kind": "commitment_rules", "code": "standard", "title": "通则", "demo": True, "texts": texts, "domains": domains, "counting": counting},
        _commitment("deed", "material", eligibility=[CREDIT_RULE], replaces=[{"material": "title_deed"}], letter_clauses=["场所合法。"]),
        _commitment("deed_proof", "proof", own_hands_only=True, when={"fact": "situation.places", "op": "contains", "value": "kitchen"},
                    replaces=[{"material": "title_deed"}], verification={"mode": "online", "risk": "none"}),
        _commitment("opening", "license", when={"fact": "situation.places", "op": "contains", "value": "kitchen"}, letter_material="application",
                    effect={"instant": True, "promised": {"amount": 1, "unit": "working_day"}},
                    defers=[{"material": "health", "days": 5, "unit": "working_day"}],
                    verification={"mode": "assist", "risk": "sample", "sample_percent": 50, "due": {"amount": 10, "unit": "day"}}),
    ]  # fmt: skip


class Standing:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


@dataclass
class CommitmentHouse:
    database: Database
    clock: Any
    catalogue: Catalogue
    publishing: Publishing
    commitments: Commitments
    audit: Audit

    def edit(self, kind: str, code: str, change: Callable[[dict[str, Any]], Any]) -> int:
        body = deepcopy(dict(self.catalogue.current().get(kind, code)))
        change(body)
        change_set = self.publishing.open(f"改 {code}", CLERK)
        self.publishing.put(change_set, body, CLERK)
        number = self.publishing.publish(change_set, CLERK, "测试")
        self.catalogue.refresh()
        return number

    def application(self, area: str = "40", *, places: tuple[str, ...] = ("shop",), key: str = "case-1", **more: Any) -> Application:
        snapshot = self.catalogue.at(more.pop("release", self.catalogue.current().release))
        item = snapshot.compiled(compile_item, "food")
        situation = {"handler": "self", "places": list(places)}
        answers = {"area": area, "warehouse": False}
        facts = item.decide(situation, answers, everyday_facts(item.body, self.clock.now().date())).facts
        fixed: dict[str, Any] = {"applicant": PERSON, "place": Place("scjg", "district", "lugu", "b12")} | more
        return Application(key, "food", snapshot.release, situation, answers, facts, **fixed)

    def signed(self, application: Application, code: str = "deed") -> Any:
        found = self.commitments.offer(application, code, CLERK)
        letter = self.commitments.letter(application, code)[1]
        return self.commitments.sign(found.id, application, strokes(), CLERK, letter_hash=letter)

    def decided(self, application: Application, approved: bool = True, code: str = "deed") -> Any:
        """Signed, accepted and decided."""
        found = self.signed(application, code)
        with self.database.writing() as connection:
            self.commitments.on_accepted(connection, application, CLERK)
            self.commitments.on_decided(connection, application.id, approved, OTHER)
        return self.commitments.get(found.id)


def strokes() -> Signature:
    line = [[20 + 6 * n, 40 + (n % 3) * 9, 0.2 + n / 40, 12 * n] for n in range(24)]
    return signature_of({"strokes": [line, line[::-1]], "width": 400, "height": 160, "device": "test"})


@pytest.fixture
def house(database: Database, definitions: list[dict[str, Any]]) -> Iterator[CommitmentHouse]:
    clock = Standing()
    names = ("organisation", "form", "notice", "code_table", "calendar", "commitment_rules")
    kinds = KindTable(
        Kind("item", "事项", words=search_words), Kind("commitment", "告知承诺", words=commitment_words), *(Kind(name, name) for name in names)
    )
    catalogue = Catalogue(database, clock, notify=False)
    publishing = Publishing(database, kinds, clock, catalogue)
    publishing.ensure_first_release([*definitions, *commitments_of_food()])
    catalogue.refresh()
    audit = Audit(database, clock)
    made = Commitments(database, catalogue, Vault("secret-for-tests"), audit, clock, seed=lambda: "seed")
    yield CommitmentHouse(database, clock, catalogue, publishing, made, audit)
    catalogue.stop()
