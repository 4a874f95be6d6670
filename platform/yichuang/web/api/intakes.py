"""The bus (市总线) and departments fetch cases by intake: one, by position, in batches; files of their materials."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from yichuang.clients.client import ApiClient
from yichuang.errors import CaseMissing, InputRefused, NotFound
from yichuang.exchange.intakes import Intake
from yichuang.exchange.presenting import Shown
from yichuang.services import Services
from yichuang.web.api.keys import client, read
from yichuang.web.api.operations import Operation, Parameter
from yichuang.web.api.shapes import FLAG, FREE, TEXT, WHOLE, listing, shape, titled

READ = "intakes.read"
STEP_PATTERN = "^[A-Z][A-Z_]{0,31}$"
MOST_BATCH, MOST_LIST, USUAL_LIST = 100, 200, 100
MOST_POSITION = 2**53
REFUSED = (400, 401, 403)
RECORD = titled("办件记录；客户端设有目标系统时为该系统的格式（见映射），否则为平台自己的格式", FREE)
FAULT = {name: TEXT for name in ("to", "source", "value_class", "remedy")}
FAULTS = listing(shape({"field": TEXT, "message": TEXT, "kind": TEXT}, FAULT))
ENTRY = shape(
    {
        "id": titled("接件标识", TEXT), "number": titled("办件编号", TEXT), "item": titled("事项代码", TEXT), "department": TEXT,
        "revision": titled("办件第几次变更", WHOLE), "position": titled("变更序号，用于 since；0 为刚变更、尚未排序", WHOLE),
        "step": titled("记录所在环节", TEXT), "mapping": titled("所用映射的代码，空为平台自己的格式", TEXT), "body": {"type": ["object", "null"]},
        "problems": titled("不能转换成目标格式的原因；此时 body 为 null", FAULTS),
    }
)  # fmt: skip
INTAKES = shape(
    {"intakes": listing(ENTRY), "next": titled("下一次的 since", WHOLE), "more": titled("是否还有", FLAG)},
)
BATCH_REQUEST = shape(
    {"intakes": {"type": "array", "minItems": 1, "maxItems": MOST_BATCH, "items": {"type": "string", "minLength": 1, "maxLength": 40}}},
    {"step": {"type": "string", "pattern": STEP_PATTERN}},
)
BATCH = shape({"intakes": listing(ENTRY), "missing": titled("没有或不在范围内的编号", listing(TEXT))})
INTAKE = Parameter("intake", "path", "接件标识或办件编号", {"type": "string", "minLength": 1, "maxLength": 40})
STEP = Parameter("step", "query", "只要某一环节的记录，如 ACCEPT；不填为最近一个环节", {"type": "string", "pattern": STEP_PATTERN, "maxLength": 32})


def operations(services: Services) -> list[Operation]:
    answers = IntakeAnswers(services)
    since = Parameter("since", "query", "只要这一变更序号以后的，从 0 起", {"type": "integer", "minimum": 0, "maximum": MOST_POSITION})
    limit = Parameter("limit", "query", f"最多几条，默认 {USUAL_LIST}", {"type": "integer", "minimum": 1, "maximum": MOST_LIST})
    digest = Parameter("digest", "path", "文件的 SHA-256", {"type": "string", "pattern": "^[0-9a-f]{64}$"})
    return [
        Operation(
            "get", "/intakes/{intake}", "getIntake", "按接件标识或办件编号取一件", answers.one, RECORD, (INTAKE, STEP),
            problems=(*REFUSED, 404, 422, 429), scope=READ,
        ),
        Operation(
            "get", "/intakes", "listIntakes", "按变更序号取以后变更的办件，断点续取不漏", answers.since, INTAKES, (since, limit),
            problems=(*REFUSED, 429), scope=READ,
        ),
        Operation(
            "post", "/intakes/batch", "batchIntakes", "一次取多件", answers.batch, BATCH, (), BATCH_REQUEST, (*REFUSED, 429), scope=READ,
        ),
        Operation(
            "get", "/intakes/{intake}/files/{digest}", "getIntakeFile", "取办件材料中的文件", answers.file, {"type": "string", "format": "binary"},
            (INTAKE, digest), problems=(*REFUSED, 404, 429), media="application/octet-stream", scope=READ,
        ),
    ]  # fmt: skip


class Giving:
    """What a client gets of an intake: within its scope, in its shape, without what is kept back."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def wanted(self, who: ApiClient, intake: str) -> tuple[str, dict[str, Any], Mapping[str, Any]]:
        """(case id, record, steps) of what it may see. Raises `CaseMissing`, also when it is none of its business."""
        if who.terms.sandbox:
            return self.sample(who, intake)
        found = self._services.intakes.find(intake)
        if not who.sees(found.department, found.item):
            raise CaseMissing
        return found.case_id, found.record, found.steps

    def sample(self, who: ApiClient, intake: str) -> tuple[str, dict[str, Any], Mapping[str, Any]]:
        """A client of samples sees the mappings' sample cases only."""
        record = self._services.presenting.samples(who.terms.target).get(intake)
        if record is None:
            raise CaseMissing("沙箱客户端只能读取示例办件")
        return "", record, {}

    def shown(self, who: ApiClient, record: dict[str, Any], steps: Mapping[str, Any], step: str) -> Shown:
        """In the client's shape at a step. Raises `Unmapped`, `NotFound` when the case never came to that step."""
        terms = who.terms
        return self._services.presenting.require(at_step(record, steps, step), terms.target, terms.fields, step)


def at_step(record: dict[str, Any], steps: Mapping[str, Any], step: str) -> dict[str, Any]:
    """The record at a step. Raises `NotFound` when the case never came there."""
    if not step or record["step"]["code"] == step:
        return record
    if step not in steps:
        raise NotFound("办件没有到过这个环节")
    return {**record, "step": steps[step]}


class IntakeAnswers:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._giving = Giving(services)

    def one(self, intake: str) -> Mapping[str, Any]:
        case_id, record, steps = self._giving.wanted(client(), intake)
        shown = self._giving.shown(client(), record, steps, request.args.get("step", ""))
        read("intake.read", "case", case_id, str(record["case"]["number"]))
        return shown.body

    def since(self) -> dict[str, Any]:
        position, limit = _whole("since", 0), _whole("limit", USUAL_LIST)
        who = client()
        if who.terms.sandbox:
            entries = [self._sampled(who, record) for record in self._giving_samples(who)]
            return {"intakes": entries if position == 0 else [], "next": max(position, 1), "more": False}
        departments = None if who.reach.everything else [who.department]
        items = sorted(who.terms.items) or None
        found = self._services.intakes.since(position, limit + 1, departments, items)
        page = found[:limit]
        return {
            "intakes": [self._entry(who, intake) for intake in page],
            "next": page[-1].position if page else position,
            "more": len(found) > limit,
        }

    def batch(self, body: Mapping[str, Any]) -> dict[str, Any]:
        who, step, entries, missing = client(), str(body.get("step", "")), [], []
        wanted: Sequence[str] = list(dict.fromkeys(body["intakes"]))
        if who.terms.sandbox:
            samples = self._services.presenting.samples(who.terms.target)
            entries = [self._sampled(who, samples[number]) for number in wanted if number in samples]
            return {"intakes": entries, "missing": [number for number in wanted if number not in samples]}
        found = self._services.intakes.many(wanted)
        for number in wanted:
            intake = found.get(number)
            record = intake.at(step) if intake is not None and who.sees(intake.department, intake.item) else None
            if intake is None or record is None:
                missing.append(number)
            else:
                entries.append(self._entry(who, intake, record, step))
        return {"intakes": entries, "missing": missing}

    def file(self, intake: str, digest: str) -> bytes:
        who = client()
        if who.terms.sandbox or "materials" in who.terms.fields:
            raise NotFound("没有这个文件")
        self._giving.wanted(who, intake)
        return self._services.cases.file_of(intake, digest, who.actor)[1]

    # ------------------------------------------------------------------ parts

    def _entry(self, who: ApiClient, intake: Intake, record: dict[str, Any] | None = None, step: str = "") -> dict[str, Any]:
        record = record or intake.record
        shown = self._services.presenting.show(record, who.terms.target, who.terms.fields, step)
        read("intake.read", "case", intake.case_id, intake.number)
        return {
            "id": intake.case_id, "number": intake.number, "item": intake.item, "department": intake.department, "revision": intake.revision,
            "position": intake.position, "step": record["step"]["code"], **_given(shown),
        }  # fmt: skip

    def _giving_samples(self, who: ApiClient) -> list[dict[str, Any]]:
        return list(self._services.presenting.samples(who.terms.target).values())

    def _sampled(self, who: ApiClient, record: dict[str, Any]) -> dict[str, Any]:
        shown = self._services.presenting.show(record, who.terms.target, who.terms.fields)
        case = record["case"]
        return {
            "id": case["number"], "number": case["number"], "item": case["item"], "department": case["department"], "revision": 1, "position": 1,
            "step": record["step"]["code"], **_given(shown),
        }  # fmt: skip


def _given(shown: Shown) -> dict[str, Any]:
    return {"mapping": shown.mapping, "body": None if shown.faults else shown.body, "problems": list(shown.faults)}


def _whole(name: str, usual: int) -> int:
    """A whole number among the query's arguments, checked before."""
    raw = request.args.get(name, "")
    if raw and not raw.isdigit():
        raise InputRefused("请求内容不符合接口说明", problems=[{"field": name, "message": "须为整数"}])
    return int(raw) if raw else usual
