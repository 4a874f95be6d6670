"""Shares of items by domain against the goal, and the figures of what was signed and looked at; on both databases."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from yichuang.catalogue.packing import packaged
from yichuang.catalogue.views import DocumentView, Overlay
from yichuang.commitment.figures import Figures, gathered
from yichuang.commitment.shares import make_shares
from yichuang.ports import Actor, Ref

CLERK = Actor("clerk", "受理员")
VIEW = DocumentView(packaged())
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def rules(**counting: Any) -> Overlay:
    body = deepcopy(dict(VIEW.find("commitment_rules", "standard") or {}))
    body["counting"] |= counting
    return Overlay(VIEW, {Ref("commitment_rules", "standard"): body})


def test_every_item_belongs_to_one_domain() -> None:
    shares = make_shares(VIEW, "")
    active = [code for code in VIEW.codes("item") if (VIEW.find("item", code) or {})["state"] == "active"]
    assert sorted(code for one in shares.items for code in one.items) == active
    assert sum(share.total for share in shares.domains) == len(shares.items)
    assert set(shares.domain_of.values()) <= {share.code for share in shares.domains}


def test_the_goal_holds_for_the_other_domains_alone() -> None:
    shares = {share.code: share for share in make_shares(VIEW, "").domains}
    assert {code for code, share in shares.items() if share.goal is not None} == {"other"}
    other = shares["other"]
    assert other.goal == 30 and other.short == 0
    assert other.percent == round(100 * other.committed / other.total, 1)


def test_a_suspended_commitment_does_not_count() -> None:
    body = dict(VIEW.find("commitment", "construction_permit") or {}) | {"state": "suspended"}
    shares = make_shares(Overlay(VIEW, {Ref("commitment", "construction_permit"): body}), "")
    assert next(share for share in shares.domains if share.code == "construction").committed == 0


def test_the_basis_is_what_is_counted_by_and_says_so() -> None:
    assert "按事项定义计" in make_shares(VIEW, "").basis
    by_code = make_shares(rules(unit="handling_code", merge_streets=False), "")
    assert by_code.basis.startswith("按业务办理项编码计") and "合并" not in by_code.basis.split("。")[0]
    paused = make_shares(rules(states=["active", "suspended"]), "")
    assert len(paused.items) >= len(make_shares(VIEW, "").items)


def test_what_is_short_of_a_goal_is_counted_in_items() -> None:
    body = deepcopy(dict(VIEW.find("commitment_rules", "standard") or {}))
    body["domains"] = [{"code": "all", "title": "全部", "goal_percent": 100, "rest": True}]
    [share] = make_shares(Overlay(VIEW, {Ref("commitment_rules", "standard"): body}), "").domains
    assert share.short == share.total - share.committed > 0


@pytest.mark.parametrize("figures", [Figures(), Figures(decided=4, revoked=1, to_verify=3, verified=2, untrue=1)])
def test_rates_have_a_denominator_or_none(figures: Figures) -> None:
    rates = figures.rates
    assert rates["revoked_rate"] == (25.0 if figures.decided else None)
    assert rates["verified_rate"] == (66.7 if figures.to_verify else None)
    assert rates["untrue_rate"] == (50.0 if figures.verified else None)


def test_figures_follow_what_happened(house: Any) -> None:
    room = house.commitments
    first = house.decided(house.application())
    house.decided(house.application(key="case-2"), approved=False)
    declined = room.offer(house.application(key="case-3"), "deed", CLERK)
    room.decline(declined.id, CLERK)
    house.signed(house.application(key="case-4"))
    room.withdraw(room.of_case("case-4")[0].id, CLERK)
    [task] = room.verifications.tasks()
    room.verifications.assign(task.id, ["甲", "乙"], CLERK)
    room.verifications.record(task.id, "untrue", "与承诺不符", [], CLERK)
    room.verifications.propose_revoke(first.id, "与承诺不符", CLERK)
    room.verifications.confirm_revoke(first.id, Actor("lead"))
    [line] = room.figures.lines(*YEAR)
    assert line.figures == Figures(
        offered=4, signed=3, declined=1, withdrawn=1, decided=1, saved=2, to_verify=1, verified=1, untrue=1, revoked=1
    )
    assert gathered([line, line], lambda found: found.kind)["material"].offered == 8
    assert room.figures.lines(date(2025, 1, 1), date(2025, 12, 31)) == []


def test_days_saved_are_counted_in_working_days(house: Any) -> None:
    assert house.commitments.figures.days_saved(*YEAR) == (None, 0)
    house.decided(house.application())
    days, of = house.commitments.figures.days_saved(*YEAR)
    assert (days, of) == (None, 0), "without a calendar nothing is counted"
