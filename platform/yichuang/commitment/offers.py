"""Deciding one offer: open or closed, for which materials, and why, in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yichuang.commitment.compiled import CompiledCommitment, Swap
from yichuang.commitment.facts import DISHONEST
from yichuang.commitment.records import Commitment
from yichuang.commitment.terms import CommitmentOffer, Reason, Stand
from yichuang.commitment.texts import notice_text
from yichuang.items.checklist import ChecklistEntry
from yichuang.ports import Application
from yichuang.rules.facts import FactBook, Facts
from yichuang.rules.traces import Trace
from yichuang.rules.words import because, instead, lacking

BY_THEMSELVES = frozenset({"license", "approval"})
"""These have an effect of their own, even when no material is replaced."""


def applies(made: CompiledCommitment, facts: Facts) -> bool:
    """Whether it is offered in this situation at all."""
    return made.body.get("state", "active") == "active" and (made.when is None or made.when.holds(facts))


def offer_of(made: CompiledCommitment, application: Application, facts: Facts) -> CommitmentOffer:
    entries = {entry.code: entry for entry in made.item.checklist(facts)}
    replaced, not_replaced = _sorted(made, made.replaces, entries, facts)
    deferred, not_deferred = _sorted(made, made.defers, entries, facts)
    kept = (*not_replaced, *not_deferred)
    stands = bool(replaced or deferred)
    reasons = (*_unmet(made, facts), *_agent(made, application), *_nothing(made, stands, kept))
    provided = _provided(made, entries)
    return CommitmentOffer(
        made.body["code"], made.body["title"], made.kind, made.item.code, made.item.body["title"], made.item.body.get("department", ""),
        application.release, not reasons, reasons, replaced, deferred, provided, kept, made.own_hands_only,
        notice_text(made, replaced, deferred), made.body.get("effect", {}), made.body["verification"], made.body.get("excluded_note", ""),
        made.body.get("rectify_days", 30), made.body.get("withdraw_until", "decision"),
    )  # fmt: skip


def _sorted(
    made: CompiledCommitment, swaps: Sequence[Swap], entries: Mapping[str, ChecklistEntry], facts: Facts
) -> tuple[tuple[Stand, ...], tuple[Stand, ...]]:
    """The materials that are needed: those for which the commitment may stand in, and the others with the reason."""
    yes: list[Stand] = []
    no: list[Stand] = []
    for swap in swaps:
        entry = entries.get(swap.material)
        if entry is None or not entry.needed:
            continue
        able, words = _able(made, swap, entry, facts)
        (yes if able else no).append(Stand(entry.code, str(entry.material["title"]), words, swap.days, swap.unit))
    return tuple(yes), tuple(no)


def _able(made: CompiledCommitment, swap: Swap, entry: ChecklistEntry, facts: Facts) -> tuple[bool, str]:
    if not swap.days and not entry.commitment:
        return False, entry.commitment_words or "事项没有允许用承诺替代这份材料"
    if swap.when is None:
        return True, entry.commitment_words
    trace = swap.when.trace(facts)
    return bool(trace.holds), because(trace, made.book) if trace.holds else _against(trace, made.book)


def _against(trace: Trace, book: FactBook) -> str:
    return f"不能承诺：{because(trace, book)}（{instead(trace, book)}时可以）"


def _unmet(made: CompiledCommitment, facts: Facts) -> Iterator[Reason]:
    for rule in made.eligibility:
        trace = rule.when.trace(facts)
        if trace.holds:
            continue
        credit = DISHONEST in rule.when.facts
        if not lacking(trace):
            yield Reason(rule.message, rule.remedy or "请按一般程序提交材料", "credit" if credit and facts.get(DISHONEST) else "rule")
        elif credit and DISHONEST not in facts:
            yield Reason("还不知道申请人是谁，不能核对信用", "请先填写申请人的证件号码", "undecided")
        else:
            yield Reason(f"还不能确定：{because(trace, made.book)}", "请先填写", "undecided")


def _agent(made: CompiledCommitment, application: Application) -> Iterator[Reason]:
    """Online it is the agent who would sign; at the counter the applicant may come along."""
    if made.own_hands_only and application.agent is not None and application.channel == "apply":
        yield Reason("承诺须由申请人本人作出，代理人不能代签", "请申请人本人登录或到窗口签署，或者按一般程序提交材料", "agent")


def _nothing(made: CompiledCommitment, stands: bool, kept: Sequence[Stand]) -> Iterator[Reason]:
    if stands or made.kind in BY_THEMSELVES:
        return
    if not kept:
        yield Reason("本次不需要可以用承诺替代的材料", "不用选择告知承诺", "nothing")
    for stand in kept:
        yield Reason(f"{stand.title}：{stand.words}", "请提交这份材料", "nothing")


def _provided(made: CompiledCommitment, entries: Mapping[str, ChecklistEntry]) -> tuple[Stand, ...]:
    entry = entries.get(made.body.get("letter_material", ""))
    return (Stand(entry.code, str(entry.material["title"]), "签署电子承诺书后视为已交"),) if entry is not None and entry.needed else ()


def conditions_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every condition in a definition, with its place."""
    if "when" in body:
        yield "when", body["when"]
    for part in ("eligibility", "replaces", "defers"):
        for n, entry in enumerate(body.get(part, ())):
            if "when" in entry:
                yield f"{part}/{n}/when", entry["when"]

def broken(signed: Commitment, now: CommitmentOffer | None) -> list[Reason]:
    """Why what was signed no longer holds, given the offer as it would be made now; empty when it does."""
    if now is None:
        return [Reason(f"“{signed.title}”已不适用于现在的填报内容", "请撤回承诺，按一般程序提交材料", "state")]
    if now.reasons:
        return list(now.reasons)
    lost = {stand.code for stand in signed.stand("replaced")} & {stand.code for stand in now.kept}
    return [Reason(f"{stand.title}：{stand.words}", "请撤回承诺，提交这份材料", "state") for stand in now.kept if stand.code in lost]
