"""Department A of the sandbox: a market regulator's approval system that takes cases over HTTP, in a shape of its own, and checks them."""

import hashlib
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from werkzeug.wrappers import Request, Response

from connectors.http_department import signature
from connectors.sandbox.mischief import Mischief
from connectors.sandbox.pages import json_answer
from connectors.sandbox.received import SHANGHAI, OtherContent, Store

WINDOW_SECONDS = 300
SHAPES = {
    "1": "第 1 版：legalPerson，性别 1/2，日期 YYYY-MM-DD",
    "2": "第 2 版：改用 legal_rep.name，其余同第 1 版",
    "3": "第 3 版：性别改用 M/F，日期 YYYYMMDD，空电话不填",
}  # fmt: skip
"""What the system takes; it changed its mind twice, as systems do."""


class Bureau:
    """`shape`: which version of its form it takes."""

    def __init__(self, store: Store, secret: str, mischief: Mischief | None = None) -> None:
        self.store, self.mischief, self.shape = store, mischief or Mischief(), "1"
        self._secret = secret

    def post(self, request: Request) -> Response:
        """`POST /bureau/cases`."""
        return self.mischief.disturb(lambda: self._take(request)) if self._signed(request) else json_answer({"message": "签名不符"}, 401)

    def list(self, request: Request) -> Response:
        """`GET /bureau/cases?since=&until=`."""
        if not self._signed(request):
            return json_answer({"message": "签名不符"}, 401)
        since, until = (_local(request.args.get(name, "")) for name in ("since", "until"))
        found = self.store.all(since, until or "9999")
        return self.mischief.disturb(lambda: json_answer([{"key": r.key, "digest": r.digest, "received_at": r.received_at} for r in found]))

    def _take(self, request: Request) -> Response:
        body = request.get_data()
        try:
            case = orjson.loads(body)
        except orjson.JSONDecodeError:
            return json_answer({"errors": [{"field": "body", "message": "不是 JSON"}]}, 422)
        if found := list(faults(case, self.shape)):
            return json_answer({"errors": [{"field": field, "message": message} for field, message in found]}, 422)
        key, replaces = request.headers.get("Idempotency-Key", ""), request.headers.get("X-Yichuang-Operation") == "U"
        try:
            digest = hashlib.sha256(body).hexdigest()
            reference = self.store.take(key, case["case_no"], case["step"], digest, body.decode(), replaces=replaces)
        except OtherContent:
            return json_answer({"message": "同一编号已有不同内容"}, 409)
        return json_answer({"reference": reference})

    def _signed(self, request: Request) -> bool:
        given, moment = request.headers.get("X-Yichuang-Signature", ""), request.headers.get("X-Yichuang-Time", "")
        if not moment.isdigit() or abs(time.time() - int(moment)) > WINDOW_SECONDS:
            return False
        path = request.full_path.removesuffix("?")
        key, operation = request.headers.get("Idempotency-Key", ""), request.headers.get("X-Yichuang-Operation", "")
        own = signature(self._secret, moment, request.method, path, key, operation, request.get_data())
        return secrets.compare_digest(own.encode(), given.encode())


def faults(case: Any, shape: str) -> Iterator[tuple[str, str]]:
    """What the system finds wrong, as field and words."""
    if not isinstance(case, Mapping):
        yield "body", "须为对象"
        return
    yield from _texts(case, "", ("case_no", "step"))
    enterprise = case.get("enterprise")
    if not isinstance(enterprise, Mapping):
        yield "enterprise", "必填"
    else:
        yield from _texts(enterprise, "enterprise.", ("name", "credit_code"))
        if not re.fullmatch(r"[0-9A-Z]{18}", str(enterprise.get("credit_code", ""))):
            yield "enterprise.credit_code", "须为 18 位统一社会信用代码"
    yield from _old_name(case) if shape == "1" else _new_name(case)
    yield from _new_codes(case) if shape == "3" else _old_codes(case)
    for index, row in enumerate(case.get("employees") or ()):
        if not isinstance(row, Mapping) or row.get("no") != index + 1:
            yield f"employees[{index}].no", "从 1 起依次编号"


def _old_name(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _texts(case, "", ("legalPerson",))


def _new_name(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    legal = case.get("legal_rep")
    yield from _texts(legal if isinstance(legal, Mapping) else {}, "legal_rep.", ("name",))
    if "legalPerson" in case:
        yield "legalPerson", "已停用，请改用 legal_rep.name"


def _old_codes(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _fits(case, "sex", r"[12]", "须为 1 或 2")
    yield from _fits(case, "apply_date", r"\d{4}-\d{2}-\d{2}", "须为 YYYY-MM-DD")


def _new_codes(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _fits(case, "sex", r"[MF]", "须为 M 或 F")
    yield from _fits(case, "apply_date", r"\d{8}", "须为 YYYYMMDD")
    if case.get("phone") == "":
        yield "phone", "没有就不要填"


def _texts(given: Mapping[str, Any], place: str, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        if not isinstance(given.get(name), str) or not given[name]:
            yield f"{place}{name}", "必填，须为文字"


def _fits(case: Mapping[str, Any], name: str, pattern: str, words: str) -> Iterator[tuple[str, str]]:
    if name in case and not re.fullmatch(pattern, str(case[name])):
        yield name, words


def _local(moment: str) -> str:
    """An ISO moment as it stands in the store; empty for what is none."""
    try:
        return datetime.fromisoformat(moment.replace(" ", "+")).astimezone(SHANGHAI).isoformat()
    except ValueError:
        return ""
