"""Bringing in finished cases of a former system (历史办件导入): a file of JSON lines, sealed, indexed, written in batches by COPY.

Run again after an interruption it goes on: what is there already is passed over by its number. A line that can't be taken is reported with its
number and the reasons, never with its content, and holds nobody up. Imported cases are found by search and fetched by number like any other;
they don't appear among the changes that others follow.
"""

import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson
from sqlalchemy import ARRAY, Connection, String, Table, any_, insert, literal, select

from yichuang.access.masks import mask_name
from yichuang.access.vault import Vault
from yichuang.audit.service import Audit
from yichuang.cases.labels import shortened
from yichuang.cases.model import case_steps, cases
from yichuang.cases.words import folded, pairs
from yichuang.catalogue.feed import Catalogue
from yichuang.database import Database, copied, copy_lines
from yichuang.entrustment.places import Places, compile_places
from yichuang.flows.compiled import CompiledFlow, compile_item_flow
from yichuang.ports import SHANGHAI, Actor, Body, Clock, Party

BATCH = 5000
STEP = "import"
_NAMESPACE = uuid.UUID("6f1d6b1e-8d0c-5c0e-9b3a-6a5d0f3b2c11")
_TEXT = {"type": "string", "maxLength": 200}
_PARTS = ("name", "kind", "id_type", "id_no", "phone", "legal_rep")
_PARTY = {"type": "object", "properties": dict.fromkeys(_PARTS, _TEXT), "additionalProperties": False}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "minLength": 1, "maxLength": 40}, "item": {"type": "string", "maxLength": 64},
        "state": {"type": "string", "maxLength": 32}, "channel": {"enum": ["desk", "apply"]}, "hall": _TEXT, "window": _TEXT,
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


@dataclass(slots=True)
class _Ready:
    """Cases and their one step, ready to be written: rows, on PostgreSQL as lines of COPY, so that the writer has nothing to do but to send."""

    columns: tuple[Sequence[str], Sequence[str]] = ((), ())
    cases: list[Any] = field(default_factory=list)
    steps: list[Any] = field(default_factory=list)

    def add(self, case: Mapping[str, Any], step: Mapping[str, Any], *, lines: bool) -> None:
        if not self.cases:
            self.columns = (list(case), list(step))
        self.cases.append(copied(case.values()) if lines else case)
        self.steps.append(copied(step.values()) if lines else step)


class Refused(ValueError):
    """A line that can't be taken, in words without its values."""


@dataclass(slots=True)
class Imported:
    """`refused`: (line, number where readable, reason)."""

    taken: int = 0
    known: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


class Importing:
    def __init__(self, database: Database, catalogue: Catalogue, vault: Vault, audit: Audit, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._grounds: dict[str, tuple[Body, CompiledFlow, Places, int]] = {}
        self._schema = jsonschema_rs.validator_for(dict(SCHEMA))

    def run(self, lines: Iterable[bytes], actor: Actor) -> Iterator[Imported]:
        """Bring in the lines, batch after batch, each in a transaction of its own; how far it is after each.

        While one batch is written the next one is read and sealed: the database and this process work side by side.
        """
        done, numbered = Imported(), enumerate(lines, 1)
        self._grounds = {}
        with _quick_turns(), ThreadPoolExecutor(1) as writer:
            under_way: Future[int] | None = None
            numbers: set[str] = set()
            while batch := list(islice(numbered, BATCH)):
                rows, numbers = self._prepared(batch, numbers, done)
                if under_way is not None:
                    done.taken += under_way.result()
                    yield done
                under_way = writer.submit(self._write, rows)
            done.taken += under_way.result() if under_way is not None else 0
        self._audit.note(actor, "case.imported", "case", "import", detail=f"{done.taken} 件，已有 {done.known} 件，未收 {len(done.refused)} 行")
        yield done

    def _prepared(self, batch: Sequence[tuple[int, bytes]], before: set[str], done: Imported) -> tuple[_Ready, set[str]]:
        """The rows of a batch, and its numbers; `before`: those of the batch that is being written."""
        read = self._lines(batch, done)
        with self._database.reading() as connection:
            known = self._known(connection, list(read)) | (before & read.keys())
        rows = _Ready()
        for number, (line, made) in read.items():
            if number not in known:
                try:
                    rows.add(*self._rows(made), lines=not self._database.sqlite)
                except Refused as refused:
                    done.refused.append((line, number, str(refused)))
        done.known += len(known)
        return rows, set(read)

    def _known(self, connection: Connection, numbers: Sequence[str]) -> set[str]:
        """Which of these are there. On PostgreSQL as one array: thousands of parameters would take longer than the rest."""
        listed = literal(list(numbers), ARRAY(String))
        there = cases.c.number.in_(numbers) if self._database.sqlite else cases.c.number == any_(listed)
        return set(connection.execute(select(cases.c.number).where(there)).scalars()) if numbers else set()

    def _lines(self, batch: Sequence[tuple[int, bytes]], done: Imported) -> dict[str, tuple[int, dict[str, Any]]]:
        """What can be read, by number; of two of the same the first counts."""
        read: dict[str, tuple[int, dict[str, Any]]] = {}
        for line, raw in batch:
            if raw.strip():
                try:
                    made = self._read(raw)
                except Refused as refused:
                    done.refused.append((line, "", str(refused)))
                    continue
                if made["number"] in read:
                    done.refused.append((line, made["number"], "编号与本文件前面的一行重复"))
                else:
                    read[made["number"]] = (line, made)
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

    # ------------------------------------------------------------------ rows

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
            "label": shortened(party.name) if public else mask_name(party.name), "org_words": " ".join(pairs(party.name)) if public else "",
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

    def _write(self, ready: _Ready) -> int:
        if ready.cases:
            with self._database.writing() as connection:
                if not self._database.sqlite:
                    # What a crash loses the next run brings in again; the entry at the end makes all of it durable.
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                self._put(connection, cases, (ready.columns[0], ready.cases))
                self._put(connection, case_steps, (ready.columns[1], ready.steps))
        return len(ready.cases)

    def _put(self, connection: Connection, table: Table, ready: tuple[Sequence[str], Sequence[Any]]) -> None:
        columns, rows = ready
        if self._database.sqlite:
            connection.execute(insert(table), list(rows))
        else:
            copy_lines(connection, table.name, columns, rows)


@contextmanager
def _quick_turns() -> Iterator[None]:
    """The thread that sends needs the interpreter for a moment, but often: it must not wait for the one that reads and seals."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0002)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _plain(party: Party) -> dict[str, str]:
    return {part: getattr(party, part) for part in _PARTS}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("时间须为 ISO 8601") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("日期须为 YYYY-MM-DD") from None
