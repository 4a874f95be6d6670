"""Lines of a former system made ready to be written (历史办件导入): read, checked, sealed, indexed. The processor's half of an import."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson
from sqlalchemy import ARRAY, Connection, String, any_, literal, select

from yichuang.access.masks import mask_name
from yichuang.access.vault import Vault
from yichuang.cases.labels import shortened
from yichuang.cases.model import cases
from yichuang.cases.words import folded, pairs
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database, copied
from yichuang.entrustment.places import Places, compile_places
from yichuang.flows.compiled import CompiledFlow, compile_item_flow
from yichuang.ports import SHANGHAI, Body, Party

STEP = "import"
LABEL = 60
YEARS, FARTHEST = range(1900, 2101), timedelta(hours=14)
_NAMESPACE = uuid.UUID("6f1d6b1e-8d0c-5c0e-9b3a-6a5d0f3b2c11")
_TEXT = {"type": "string", "maxLength": 200}
_PARTS = ("name", "kind", "id_type", "id_no", "phone", "legal_rep")
_PARTY = {"type": "object", "properties": dict.fromkeys(_PARTS, _TEXT), "additionalProperties": False}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "minLength": 1, "maxLength": 40, "pattern": "^[^\\u0000]+$"}, "item": {"type": "string", "maxLength": 64},
        "state": {"type": "string", "maxLength": 32}, "channel": {"enum": ["desk", "apply"]}, "hall": _TEXT,
        "window": {"type": "string", "maxLength": 64},
        "clerk": {"type": "string", "maxLength": 64}, "outcome": {"enum": ["", "approved", "denied"]},
        "applicant": _PARTY, "agent": {"anyOf": [_PARTY, {"type": "null"}]}, "situation": {"type": "object"}, "answers": {"type": "object"},
        **{name: {"type": "string", "maxLength": 40} for name in ("applied_at", "received_at", "accepted_at", "decided_at", "ended_at")},
        "due_on": {"type": "string", "maxLength": 10},
    },
    "required": ["number", "item", "state", "applicant", "applied_at"],
    "additionalProperties": False,
}  # fmt: skip
_WORDS = {
    "Required": "缺少必填项", "Type": "类型不对", "AdditionalProperties": "有说明之外的项", "Enum": "不在允许的取值中", "MaxLength": "太长",
    "MinLength": "不能为空",
}  # fmt: skip


Numbered = Sequence[tuple[int, bytes]]


@dataclass(slots=True)
class Ready:
    """So many cases, each with its one step, ready to be written: rows, on PostgreSQL what COPY reads, so that the writer has nothing to do but to
    send. `refused`: (line, number where readable, reason).
    """

    columns: tuple[Sequence[str], Sequence[str]] = ((), ())
    count: int = 0
    cases: Any = ()
    steps: Any = ()
    known: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    def fill(self, rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]], *, lines: bool) -> None:
        if not rows:
            return
        self.columns, self.count = (list(rows[0][0]), list(rows[0][1])), len(rows)
        sides = ([row[side] for row in rows] for side in (0, 1))
        self.cases, self.steps = ("".join(copied(row.values()) for row in side).encode() if lines else side for side in sides)


class Refused(ValueError):
    """A line that can't be taken, in words without its values."""


class Preparing:
    """For one run: what items stand on is looked up once."""

    def __init__(self, database: Database, catalogue: Catalogue, vault: Vault) -> None:
        self._database, self._catalogue, self._vault = database, catalogue, vault
        self._grounds: dict[str, tuple[Body, CompiledFlow, Places, int]] = {}
        self._schema = jsonschema_rs.validator_for(dict(SCHEMA))

    def ready(self, batch: Numbered) -> Ready:
        """A batch, without what is there already."""
        made = Ready()
        read = self._lines(batch, made)
        with self._database.reading() as connection:
            known = self._known(connection, list(read))
        rows = []
        for number, (line, told) in read.items():
            if number not in known:
                try:
                    rows.append(self._rows(told))
                except Refused as refused:
                    made.refused.append((line, number, str(refused)))
        made.known = len(known)
        made.fill(rows, lines=not self._database.sqlite)
        return made

    def _known(self, connection: Connection, numbers: Sequence[str]) -> set[str]:
        """Which of these are there. On PostgreSQL as one array: thousands of parameters would take longer than the rest."""
        listed = literal(list(numbers), ARRAY(String))
        there = cases.c.number.in_(numbers) if self._database.sqlite else cases.c.number == any_(listed)
        return set(connection.execute(select(cases.c.number).where(there)).scalars()) if numbers else set()

    def _lines(self, batch: Sequence[tuple[int, bytes]], made: Ready) -> dict[str, tuple[int, dict[str, Any]]]:
        """What can be read, by number; of two of the same the first counts."""
        read: dict[str, tuple[int, dict[str, Any]]] = {}
        for line, raw in batch:
            if raw.strip():
                try:
                    told = self._read(raw)
                except Refused as refused:
                    made.refused.append((line, "", str(refused)))
                    continue
                if told["number"] in read:
                    made.refused.append((line, told["number"], "编号与本文件前面的一行重复"))
                else:
                    read[told["number"]] = (line, told)
        return read

    def _read(self, raw: bytes) -> dict[str, Any]:
        try:
            made = orjson.loads(raw)
        except orjson.JSONDecodeError:
            raise Refused("不是一个 JSON 对象") from None
        if not self._schema.is_valid(made):
            faults = [self._fault(error) for error in islice(self._schema.iter_errors(made), 5)]
            raise Refused("；".join(faults))
        return made  # type: ignore[no-any-return]

    def _fault(self, error: Any) -> str:
        kind = type(error.kind).__name__.removeprefix("ValidationErrorKind_")
        place = "/".join(map(str, error.instance_path)) or str(getattr(error.kind, "property", "") or "本行")
        return f"{place}：{_WORDS.get(kind, '不符合说明')}"

    def _rows(self, made: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The case and its one step. Raises `Refused`."""
        item, flow, places, release = self._ground(made["item"])
        state = flow.states.get(made["state"])
        if state is None or not state.ended:
            raise Refused("状态须为流程中已结束的状态；在办件请在窗口办理")
        hall = places.halls.get(made.get("hall", ""))
        if made.get("hall") and hall is None:
            raise Refused("没有这个大厅")
        key, applied = str(uuid.uuid5(_NAMESPACE, made["number"])), _moment(made["applied_at"])
        times = {name: _moment(made[name]) if made.get(name) else None for name in ("received_at", "accepted_at", "decided_at", "ended_at")}
        ended = times["ended_at"] or times["decided_at"] or applied
        plain = {
            "id": key, "number": made["number"], "item": made["item"], "item_title": item["title"], "handling_code": item.get("handling_code", ""),
            "department": item["department"], "case_type": item.get("case_type", ""), "release": release, "flow": flow.code,
            "state": state.code, "phase": state.phase, "channel": made.get("channel", "desk"), "hall": made.get("hall", ""),
            "street": hall.street if hall else "", "window": made.get("window", ""), "clerk": made.get("clerk", ""), "approver": "", "holder": "",
            "held_until": None, "revision": 1, "agreement": "", "agreement_release": 0, "committed": False, "correction_round": 0,
            "outcome": made.get("outcome") or state.outcome, "account": "", "clock": "[]", "clock_state": "stopped", "answer_due": None,
            "warn_on": None, "due_on": _day(made.get("due_on")), "statutory_due": None, "provisional": False, "applied_at": applied, **times,
            "ended_at": ended, "accepted_on": times["accepted_at"].date() if times["accepted_at"] else None, "updated_at": ended,
        }  # fmt: skip
        row = plain | self._sealed(key, made)
        return row, self._step(row)

    def _ground(self, code: str) -> tuple[Body, CompiledFlow, Places, int]:
        """What an item's cases stand on, looked up once a run. Raises `Refused`."""
        if code not in self._grounds:
            snapshot = self._catalogue.current()
            item = snapshot.find("item", code)
            if item is None:
                raise Refused("没有这个事项")
            flow, places = snapshot.compiled(compile_item_flow, code), snapshot.compiled(compile_places, "")
            self._grounds[code] = (item, flow, places, snapshot.release)
        return self._grounds[code]

    def _sealed(self, key: str, made: Mapping[str, Any]) -> dict[str, Any]:
        party, agent = Party(**made["applicant"]), Party(**made["agent"]) if made.get("agent") else None
        situation = made.get("situation", {})
        content = {
            "situation": situation, "answers": made.get("answers", {}), "applicant": {"kind": party.kind}, "party": _plain(party),
            "agent": _plain(agent) if agent else None,
        }  # fmt: skip
        public = party.organisation and bool(party.name)
        blind = self._vault.blind
        return {
            "situation": orjson.dumps(situation).decode(), "body": self._vault.seal(orjson.dumps(content).decode(), f"case/{key}"),
            "label": (shortened(party.name) if public else mask_name(party.name))[:LABEL], "org_words": " ".join(pairs(party.name)) if public else "",
            "name_index": blind(folded(party.name), "name") if party.name else "", "id_index": blind(party.key, "identity") if party.key else "",
            "agent_index": blind(agent.key, "identity") if agent and agent.key else "",
        }  # fmt: skip

    def _step(self, row: Mapping[str, Any]) -> dict[str, Any]:
        same = {name: row[name] for name in ("department", "hall", "street", "window", "item", "release")}
        return same | {
            "case_id": row["id"], "seq": 1, "action": STEP, "title": "历史数据导入", "from_state": "", "to_state": row["state"], "actor": "system",
            "actor_title": "系统", "role": "", "at": row["updated_at"], "reason": "", "result": "", "body": "", "key": f"{STEP}/1",
            "facts": f'{{"channel": "{row["channel"]}", "outcome": "{row["outcome"]}"}}',
        }  # fmt: skip


def _plain(party: Party) -> dict[str, str]:
    return {part: getattr(party, part) for part in _PARTS}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("时间须为 ISO 8601") from None
    if moment.year not in YEARS or abs(moment.utcoffset() or timedelta()) > FARTHEST:
        raise Refused("时间不在 1900 至 2100 年之间，或时区不对")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("日期须为 YYYY-MM-DD") from None
    if day is not None and day.year not in YEARS:
        raise Refused("日期不在 1900 至 2100 年之间")
    return day
