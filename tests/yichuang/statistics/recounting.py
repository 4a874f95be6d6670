"""Random lives of cases, and a recount of them from the steps, written down independently of what is tested."""

import json
import random
from collections import Counter
from typing import Any

from sqlalchemy import select

from yichuang.cases.model import case_steps, cases
from yichuang.database import Database
from yichuang.statistics.model import case_counts, case_tallies
from yichuang.statistics.rolling import Roller

WAYS = {
    "submitted": ["pre_passed", "pre_returned", "withdrawn"], "pre_returned": ["submitted"], "pre_passed": ["received"],
    "received": ["accepted", "correcting", "rejected", "not_applicable", "approved", "correction_pending", "withdrawn"],
    "correction_pending": ["correcting", "received"], "correcting": ["received", "correction_lapsed", "correcting"],
    "accepted": ["in_review"], "in_review": ["special", "in_review", "suspended", "approved", "denied", "terminated"],
    "special": ["in_review"], "suspended": ["in_review"], "approved": ["closed"], "denied": ["closed"], "closed": ["delivered"],
}  # fmt: skip
ENDED = {
    "rejected": "rejected", "not_applicable": "not_applicable", "correction_lapsed": "lapsed", "withdrawn": "withdrawn",
    "terminated": "terminated",
}  # fmt: skip
GRAINS = {"d": 10, "t": 9, "m": 7, "y": 4}


def live(ground: Any, draw: random.Random, roller: Roller) -> None:
    """A few cases side by side, counted at any moment in between."""
    lives = []
    for _ in range(draw.randint(1, 4)):
        state = draw.choice(["received", "submitted"])
        window = draw.choice(["b12", "b13", "g1"]) if state == "received" else ""
        item, situation = draw.choice(["food", "voucher"]), draw.choice(["{}", '{"handler": "agent"}'])
        lives.append([ground.begin(state, item=item, window=window, situation=situation), state])
    for _ in range(draw.randint(0, 25)):
        case = draw.choice(lives)
        if case[1] in WAYS:
            advance(ground, draw, case)
        if draw.random() < 0.3:
            ground.forward(days=draw.choice([1, 3, 40]))
        if draw.random() < 0.3:
            roller.roll()
    roller.roll()


def advance(ground: Any, draw: random.Random, case: list[str]) -> None:
    case_id, before = case
    to = draw.choice(WAYS[before])
    facts: dict[str, Any] = {}
    if to in ("approved", "denied"):
        facts = {"on_time": draw.random() < 0.8, "used_days": draw.randint(0, 20), "outcome": to}
    if to == "accepted" and draw.random() < 0.3:
        facts = {"deemed": True}
    if to == "received" and before == "pre_passed":
        ground.change(case_id, window="g1", hall="gucheng_hall", street="gucheng")
    if to == "accepted":
        ground.change(case_id, committed=draw.random() < 0.5)
    action = "extend" if (before, to) == ("in_review", "in_review") else "go"
    ground.step(case_id, action, before, to, reason=draw.choice(["材料不齐", "内容有误", ""]), **facts)
    case[1] = to


def happened(step: Any, facts: dict[str, Any]) -> list[str]:
    """What a step is counted as, if the case has not been counted as that before."""
    found = ["applied"] if step.seq == 1 else []
    found += [step.to_state] if step.to_state in ("received", "accepted", "special", "closed") else []
    found += ["extended"] if step.action == "extend" else []
    if step.to_state in ("approved", "denied"):
        found += ["accepted", "decided", step.to_state, "on_time" if facts["on_time"] else "overdue", "timed"]
    found += [ENDED[step.to_state]] if step.to_state in ENDED else []
    return found + (["corrected"] if notice(step) else [])


def notice(step: Any) -> bool:
    return step.to_state == "correcting" != step.from_state


def recount(case: Any, steps: list[Any], figures: Counter[Any], told: Counter[Any]) -> None:
    """Add one case: (places, situation, day, measure) → amount; (places, day, kind, reason) → amount."""
    place = (case.item, case.department, case.hall, case.street, case.window, case.channel)
    key = (place, "handler=agent" if "agent" in case.situation else "")
    seen: dict[str, str] = {}
    deemed, proposed = False, ""
    for step in steps:
        reason = step.reason or proposed
        proposed = step.reason if step.to_state == "correction_pending" else ""
        facts, day = json.loads(step.facts), step.at.date().isoformat()
        deemed = deemed or bool(facts.get("deemed"))
        if "used_days" in facts and "decided" not in seen:
            figures[(*key, day, "used_days")] += facts["used_days"]
        if notice(step):
            figures[(*key, day, "corrections")] += 1
            told[(place, day, "correction", reason)] += 1
        if step.to_state == "rejected":
            told[(place, day, "rejection", reason)] += 1
        for measure in happened(step, facts):
            if measure not in seen:
                seen[measure] = day
                figures[(*key, day, measure)] += 1
    if "accepted" in seen:
        figures[(*key, seen["accepted"], "committed")] += bool(case.committed)
        figures[(*key, seen["accepted"], "deemed")] += deemed


def naive(database: Database) -> tuple[Counter[Any], Counter[Any]]:
    with database.reading() as connection:
        rows = connection.execute(select(cases)).all()
        steps = connection.execute(select(case_steps).order_by(case_steps.c.case_id, case_steps.c.seq)).all()
    figures: Counter[Any] = Counter()
    told: Counter[Any] = Counter()
    for case in rows:
        recount(case, [step for step in steps if step.case_id == case.id], figures, told)
    return +figures, +told


NAMES = ("item", "department", "hall", "street", "window", "channel")
SCOPES = {"": (), "d": ("department",), "h": ("hall",), "s": ("street",), "dh": ("department", "hall")}


def scopes(at: dict[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """The scopes a case belongs to, each with the columns that name it."""
    return [
        (f"{mark}:{'|'.join(at[name] for name in columns)}" if mark else "", columns)
        for mark, columns in SCOPES.items()
        if all(at[name] for name in columns)
    ]


def expected_tallies(figures: Counter[Any], told: Counter[Any]) -> Counter[Any]:
    by_day: Counter[Any] = Counter()
    for (place, situation, day, measure), amount in figures.items():
        at = dict(zip(NAMES, place, strict=True))
        by_day[(f"i:{at['item']}", "situation", situation, day, measure)] += amount
        for scope, columns in scopes(at):
            for dimension in ("total", *(name for name in NAMES if name not in columns)):
                by_day[(scope, dimension, at.get(dimension, ""), day, measure)] += amount
    for (place, day, kind, reason), amount in told.items():
        measure = {"correction": "corrections", "rejection": "rejected"}[kind]
        for scope, _ in scopes(dict(zip(NAMES, place, strict=True))):
            by_day[(scope, f"{kind}_reason", reason, day, measure)] += amount
    made: Counter[Any] = Counter()
    for (scope, dimension, member, day, measure), amount in by_day.items():
        for grain in GRAINS:
            made[(scope, dimension, grain, _within(day, grain), member, measure)] += amount
    return made


def _within(day: str, grain: str) -> str:
    """The period's name: `2026-11-1` for the third that begins on the 11th."""
    return f"{day[:8]}{min((int(day[8:]) - 1) // 10, 2)}" if grain == "t" else day[: GRAINS[grain]]


def kept_tallies(database: Database) -> Counter[Any]:
    with database.reading() as connection:
        rows = connection.execute(select(case_tallies)).mappings().all()
    keys = case_tallies.primary_key.columns.keys()
    return Counter(
        {
            (row["scope"], row["dimension"], row["grain"], _within(str(row["period"]), row["grain"]), row["member"], name): value
            for row in rows
            for name, value in row.items()
            if name not in keys and value
        }
    )


def kept_counts(database: Database) -> Counter[Any]:
    with database.reading() as connection:
        rows = connection.execute(select(case_counts)).mappings().all()
    keys = case_counts.primary_key.columns.keys()
    return Counter(
        {
            (tuple(row[name] for name in NAMES), row["situation"], row["grain"], _within(str(row["period"]), row["grain"]), name): value
            for row in rows
            for name, value in row.items()
            if name not in keys and value
        }
    )


def expected_counts(figures: Counter[Any]) -> Counter[Any]:
    made: Counter[Any] = Counter()
    for (place, given_, day, measure), amount in figures.items():
        for grain in "dm":
            made[(place, given_, grain, day[: GRAINS[grain]], measure)] += amount
    return made
