"""The city's review platform, played: it checks signatures, wants the service before its review, and takes each of them once."""

import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from werkzeug.wrappers import Request, Response

from connectors import reviews as city
from connectors.sandbox.mischief import Mischief
from connectors.sandbox.pages import json_answer
from connectors.sandbox.received import SHANGHAI, OtherContent, Store

WINDOW_MS = 300_000
MOST_WORDS = 2000
WRONG_SIGNATURE = "signature"


class ReviewCity:
    """`mischief`: what it does wrong; `refuses_signature`: it takes no signature for right, whatever it is. `down`: it hangs up."""

    def __init__(self, store: Store, secret: str, mischief: Mischief | None = None, signature: str = "hmac-sha256") -> None:
        self.store, self.mischief = store, mischief or Mischief()
        self.refuses_signature = self.down = False
        self._secret, self._sign = secret, city.SIGNATURES[signature]
        self._known: set[str] = {one.key for one in store.all()}
        self._lock = threading.Lock()

    @property
    def mode(self) -> str:
        return WRONG_SIGNATURE if self.refuses_signature else self.mischief.mode

    def switch(self, given: Mapping[str, str]) -> None:
        self.refuses_signature = given.get("mode") == WRONG_SIGNATURE
        self.mischief.switch({**given, "mode": "" if self.refuses_signature else given.get("mode", "")})

    def report(self, request: Request) -> Response:
        """`POST /reviews/report`."""
        if self.down:
            return Response("演示：系统维护中", 503, mimetype="text/plain")
        return self.mischief.disturb(lambda: self._report(request))

    def counts(self, request: Request) -> Response:
        """`GET /reviews/counts`."""
        given = request.args
        text = f"{given.get('time', '')}{given.get('appMark', '')}{given.get('since', '')}{given.get('until', '')}"
        if self.down or not self._fits(given.get("sign", ""), text, given.get("time", "")):
            return json_answer({"message": "签名不符"}, 401)
        try:
            since, until = (datetime.fromisoformat(given[name].replace(" ", "+")).astimezone(SHANGHAI).isoformat() for name in ("since", "until"))
        except (KeyError, ValueError):
            return json_answer({"message": "时间无法读取"}, 400)
        found = self.store.all(since, until)
        return json_answer([{"key": r.key, "digest": r.digest, "received_at": r.received_at} for r in found])

    def _report(self, request: Request) -> Response:
        try:
            common = orjson.loads(request.get_data())["txnBodyCom"]
            (kind, (text,)), = common["params"].items()
            record = orjson.loads(text)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return _said(city.TOO_LONG, "报文无法读取")
        if not self._fits(str(common.get("sign", "")), f"{common.get('time')}{common.get('appMark')}{text}", str(common.get("time", ""))):
            return _said(city.SIGNATURE, "签名不符")
        return self._take(kind, record, text, request.headers.get("X-Yichuang-Operation") == "U")

    def _take(self, kind: str, record: Mapping[str, Any], text: str, replaces: bool) -> Response:
        service = kind == "service"
        number = str(record.get("serviceNumber" if service else "assessNumber", ""))
        key = _key(str(record.get("projectNo", "")), service, number)
        if fault := _fault(record, service, self._service_known(record, number)):
            return _said(*fault)
        digest = hashlib.sha256(text.encode()).hexdigest()
        try:
            reference = self.store.take(key, str(record["projectNo"]), "SERVICE" if service else "REVIEW", digest, text, replaces=replaces)
        except OtherContent:
            return _said(city.DUPLICATE, "本次服务已存在评价，请勿重复评价")
        with self._lock:
            self._known.add(key)
        return json_answer({"code": city.WELL, "msg": "成功", "reference": reference, "digest": digest})

    def _service_known(self, record: Mapping[str, Any], number: str) -> bool:
        with self._lock:
            return _key(str(record.get("projectNo", "")), True, number) in self._known

    def forget(self, key: str) -> None:
        """Lose one: reconciliation has something to find."""
        self.store.drop(key)
        with self._lock:
            self._known.discard(key)

    def _fits(self, given: str, text: str, moment: str) -> bool:
        if self.refuses_signature or not moment.isdigit() or abs(time.time() * 1000 - int(moment)) > WINDOW_MS:
            return False
        return secrets.compare_digest(self._sign(self._secret, text).encode(), given.encode())


def _key(project: str, service: bool, number: str) -> str:
    return f"{project}+{'SERVICE' if service else 'REVIEW'}+{number}"


def _fault(record: Mapping[str, Any], service: bool, known: bool) -> tuple[str, str] | None:
    """What the platform refuses (domain 6.2, 6.8)."""
    if not record.get("projectNo"):
        return city.NO_CASE, "没有办件编号"
    if service:
        return None
    if not known:
        return city.NO_SERVICE, "没有这次服务"
    grade, tags = str(record.get("satisfaction", "")), [tag for tag in str(record.get("evalDetail", "")).split(",") if tag]
    if grade not in "12345" or len(grade) != 1 or any(tag[0] != grade for tag in tags):
        return city.DISAGREES, "等级与标签不符"
    if len(str(record.get("writingEvaluation", ""))) > MOST_WORDS:
        return city.TOO_LONG, "文字过长"
    return None


def _said(code: str, words: str) -> Response:
    return json_answer({"code": code, "msg": words})
