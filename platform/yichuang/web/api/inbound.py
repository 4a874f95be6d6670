"""Departments' systems push their steps and results back (反向推送): validated, once by key, within the case's flow."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from yichuang.cases.exchanging import EVENTS, PROCESS, RESULT, Pushed
from yichuang.clients.client import EVERY_DEPARTMENT
from yichuang.errors import CaseMissing, InputRefused
from yichuang.ports import Actor
from yichuang.services import Services
from yichuang.web.api.intakes import INTAKE, STEP_PATTERN
from yichuang.web.api.keys import client
from yichuang.web.api.operations import Operation
from yichuang.web.api.shapes import FLAG, TEXT, WHOLE, shape, titled

PUSH = "intakes.push"
REFUSED = (400, 401, 403, 404, 409, 422, 429)
WORD = {"type": "string", "minLength": 1, "maxLength": 100}
KEY = titled("幂等键，由推送方定；同一键重复推送只生效一次", {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,46}$"})
OPERATOR = titled("办理人姓名", {"type": "string", "minLength": 1, "maxLength": 40})
EXPLANATION = titled("意见或说明", {"type": "string", "maxLength": 1000})
VALUE = {"type": ["string", "number", "boolean", "array", "null"], "maxLength": 2000, "maxItems": 100}
INPUTS = titled("该步骤要填的内容：输入项代码 → 值，见流程定义", {"type": "object", "maxProperties": 40, "additionalProperties": VALUE})
ACTION = titled("流程步骤代码，同一环节有多个步骤时须写明", {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"})
STEP_REQUEST = shape(
    {
        "key": KEY, "operator": OPERATOR,
        "step": titled("环节代码，如 REVIEW、SPECIAL、EXTEND；PROCESS 为部门内部环节，只记入办理经过", {"type": "string", "pattern": STEP_PATTERN}),
    },
    {
        "action": ACTION, "title": titled("部门内部环节的名称，PROCESS 时必填", WORD), "event": {"enum": list(EVENTS)}, "explanation": EXPLANATION,
        "inputs": INPUTS,
    },
)  # fmt: skip
CERTIFICATE = shape(
    {}, {part: {"type": "string", "maxLength": 100} for part in ("name", "number", "validity")}
)
RESULT_REQUEST = shape(
    {"key": KEY, "operator": OPERATOR, "result": {"enum": ["approved", "denied"]}},
    {"explanation": EXPLANATION, "certificate": titled("结果证照：名称、编号、有效期", CERTIFICATE), "inputs": INPUTS, "action": ACTION},
)
STANDING = shape(
    {
        "number": titled("办件编号", TEXT), "state": TEXT, "state_title": TEXT, "revision": WHOLE, "outcome": TEXT,
        "repeated": titled("此前已收到过同一推送", FLAG),
    }
)  # fmt: skip


def operations(services: Services) -> list[Operation]:
    answers = InboundAnswers(services)
    return [
        Operation(
            "post", "/intakes/{intake}/steps", "pushStep", "部门推送办理环节", answers.step, STANDING, (INTAKE,), STEP_REQUEST, REFUSED, scope=PUSH,
        ),
        Operation(
            "post", "/intakes/{intake}/results", "pushResult", "部门推送审批结果", answers.result, STANDING, (INTAKE,), RESULT_REQUEST, REFUSED,
            scope=PUSH,
        ),
    ]  # fmt: skip


class InboundAnswers:
    def __init__(self, services: Services) -> None:
        self._services = services

    def step(self, intake: str, body: Mapping[str, Any]) -> dict[str, Any]:
        if body["step"] == RESULT:
            raise InputRefused("审批结果请推送到 results", problems=[{"field": "step", "message": "审批结果请推送到 results"}])
        if body["step"] == PROCESS and not body.get("title", "").strip():
            raise InputRefused("部门内部环节须有名称", problems=[{"field": "title", "message": "请填写环节名称"}])
        given = {name: body[name] for name in ("action", "title", "event", "explanation", "inputs") if name in body}
        return self._taken(intake, Pushed(body["key"], body["step"], body["operator"], **given))

    def result(self, intake: str, body: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: body[name] for name in ("action", "explanation", "inputs", "certificate") if name in body}
        return self._taken(intake, Pushed(body["key"], RESULT, body["operator"], outcome=body["result"], **given))

    def _taken(self, intake: str, pushed: Pushed) -> dict[str, Any]:
        who = client()
        if who.terms.sandbox:
            return self._tried(intake, pushed)
        if who.department == EVERY_DEPARTMENT:
            raise CaseMissing("只有实施部门的客户端可以推送环节和结果")
        found = self._services.intakes.find(intake)
        if not who.sees(found.department, found.item):
            raise CaseMissing
        actor: Actor = replace(who.actor, title=f"{pushed.operator.strip()}（{who.title}）"[:100])
        return asdict(self._services.cases.take_pushed(found.case_id, pushed, actor))

    def _tried(self, intake: str, pushed: Pushed) -> dict[str, Any]:
        """A client of samples: read and checked, nothing happens."""
        record = self._services.presenting.samples(client().terms.target).get(intake)
        if record is None:
            raise CaseMissing("沙箱客户端只能推送到示例办件")
        case = record["case"]
        return {
            "number": case["number"], "state": case["state"], "state_title": case["state_title"], "revision": 1, "outcome": pushed.outcome,
            "repeated": False,
        }  # fmt: skip
