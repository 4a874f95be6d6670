"""An entrustment agreement (委托书) compiled for asking: what is entrusted, to which windows, between which moments. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yichuang.entrustment.places import Places, Scope, compile_places
from yichuang.ports import SHANGHAI, Body, DefinitionView

POWERS = {
    "CONSULT": "咨询",
    "RECEIVE": "收件",
    "FORM_REVIEW": "形式审查",
    "ACCEPT": "作出受理",
    "CORRECT_NOTICE": "出具补正告知",
    "REJECT_NOTICE": "出具不予受理",
    "DELIVER": "出件",
    "ISSUE_INSTANT": "即办发证",
}
STATES = {"draft": "还在起草", "signed": "已签订、尚未生效", "suspended": "已暂停", "revoked": "已撤销"}
MODES = {"electronic": "电子材料即时推送", "paper": "纸质材料定期交接", "both": "电子即时推送，纸质定期交接"}
MOMENT = "%Y-%m-%d %H:%M"


def moment_of(text: str | None) -> datetime | None:
    """`2027-03-01 00:00` as a moment in Asia/Shanghai. Raises `ValueError` for a day or time that doesn't exist."""
    return datetime.strptime(text, MOMENT).replace(tzinfo=SHANGHAI) if text else None


def moment_words(moment: datetime) -> str:
    """`2027年3月1日 0:00`."""
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}年{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment (included) until a moment (not included); None is open."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        return not self.too_early(moment) and not self.over(moment)

    def too_early(self, moment: datetime) -> bool:
        return self.start is not None and moment < self.start

    def over(self, moment: datetime) -> bool:
        return self.end is not None and moment >= self.end

    def within(self, other: "Span") -> "Span":
        """What both have in common."""
        starts = [start for start in (self.start, other.start) if start]
        ends = [end for end in (self.end, other.end) if end]
        return Span(max(starts, default=None), min(ends, default=None))

    def meets(self, other: "Span") -> bool:
        both = self.within(other)
        return both.start is None or both.end is None or both.start < both.end


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal on documents (empty: all of them) in halls (None: everywhere)."""

    title: str
    documents: frozenset[str]
    halls: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as an agreement entrusts it; span, scope and powers already laid over the agreement's own."""

    item: str
    span: Span
    scope: Scope
    powers: frozenset[str]
    versions: tuple[int, int]
    instead: str
    review_points: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Agreement:
    code: str
    number: str
    title: str
    state: str
    principal: str
    agent: str
    reject_needs_consent: bool
    transfer_mode: str
    transfer_hours: int
    seals: tuple[Seal, ...]
    entries: Mapping[str, Entry]

    @property
    def name(self) -> str:
        return f"《{self.title}》（{self.number}）"

    def transfer_due(self, moment: datetime) -> datetime:
        return moment + timedelta(hours=self.transfer_hours)


def compile_agreement(view: DefinitionView, code: str) -> Agreement:
    """A maker for `Snapshot.compiled`. An item named twice counts as first named; the gate refuses it anyway."""
    body = view.find("entrustment", code) or {}
    places = compile_places(view)
    entries = [_entry(line, body, places) for line in reversed(body["items"])]
    return Agreement(
        code,
        body["agreement_no"],
        body["title"],
        body["state"],
        body["principal"],
        body["agent_org"],
        bool(body.get("reject_need_confirm")),
        body["transfer"]["mode"],
        int(body["transfer"]["hours"]),
        tuple(_seals(body, places)),
        {entry.item: entry for entry in entries},
    )


def span_of(body: Body) -> Span:
    return Span(moment_of(body.get("valid_from")), moment_of(body.get("valid_to")))


def entry_span(line: Mapping[str, Any], body: Body) -> Span:
    """When an item is entrusted: within the agreement's validity."""
    return Span(moment_of(line.get("from")), moment_of(line.get("until"))).within(span_of(body))


def entry_scope(line: Mapping[str, Any], body: Body, places: Places) -> Scope:
    """Where: the line's own halls, streets and windows instead of the agreement's, when it names any."""
    own = any(line.get(part) for part in ("halls", "streets", "windows"))
    named = line if own else body
    return places.scope(named.get("halls", ()), named.get("streets", ()), named.get("windows", ()))


def _entry(line: Mapping[str, Any], body: Body, places: Places) -> Entry:
    versions = line.get("versions", {})
    return Entry(
        line["item"],
        entry_span(line, body),
        entry_scope(line, body, places),
        frozenset(line.get("powers") or body["powers"]),
        (int(versions.get("from", 0)), int(versions.get("to", 2**31))),
        line.get("instead", ""),
        {point["material"]: tuple(point["points"]) for point in line.get("review_points", ())},
    )


def _seals(body: Body, places: Places) -> Iterator[Seal]:
    for seal in body.get("seals", ()):
        halls, streets = seal.get("halls", ()), seal.get("streets", ())
        within = frozenset(places.scope(halls, streets, ())) if halls or streets else None
        yield Seal(seal["title"], frozenset(seal.get("documents", ())), within)


def agreement_words(body: Body) -> dict[str, Any]:
    """`Kind.words`: the items an agreement names, so that an item's agreements are found without reading all."""
    return {"items": sorted({str(line.get("item", "")) for line in _lines(body)})}


def _lines(body: Body) -> Sequence[Mapping[str, Any]]:
    return [line for line in body.get("items", ()) if isinstance(line, Mapping)]
