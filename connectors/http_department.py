"""A department's system that takes cases over HTTP.

`POST <url>/cases` with the mapped case; `Idempotency-Key` says which it is, `X-Yichuang-Operation` whether it is new (I) or replaces (U).
The answer is `{"reference": …}`; the same key with another body is 409 unless it replaces. `GET <url>/cases?since=&until=` tells what is
there: `[{"key", "digest", "received_at"}]`. Every request is signed: `X-Yichuang-Signature` is the HMAC-SHA256, in hex, over time, method,
path with query, key, operation and body, each on a line of its own, by the shared secret; `X-Yichuang-Time` is the time in Unix seconds.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from connectors.wire import Answer, Wire
from yichuang.errors import ConnectorFailed, ConnectorRefused
from yichuang.ports import Holding, Parcel, Receipt

REFUSALS = frozenset({400, 409, 413, 415, 422})
"""What sending again won't change. Everything else that isn't an answer may pass: a wrong secret, a moved address, a broken server."""
MOST_ANSWER, MOST_HOLDINGS = 65_536, 64 * 1024 * 1024
_FIELD = re.compile(r"[\w.\[\]/-]{1,60}")


def signature(secret: str, moment: str, method: str, path: str, key: str, operation: str, body: bytes) -> str:
    """What both sides compute; `path` with its query."""
    head = f"{moment}\n{method}\n{path}\n{key}\n{operation}\n".encode()
    return hmac.new(secret.encode(), head + body, hashlib.sha256).hexdigest()


class HttpDepartment:
    """A `Connector`. `budget`: seconds for each exchange as a whole."""

    def __init__(self, url: str, secret: str, *, budget: float = 5.0, clock: Callable[[], float] = time.time) -> None:
        self._url, self._path = url.rstrip("/"), urlsplit(url).path.rstrip("/")
        self._secret, self._budget, self._clock = secret, budget, clock
        self._wire = Wire()

    def hand(self, parcel: Parcel) -> Receipt:
        until, body = time.monotonic() + self._budget, _body(parcel.payload)
        answer = self._call("POST", "/cases", parcel.key, parcel.operation, body, MOST_ANSWER, until)
        if answer.status in REFUSALS:
            raise refused(answer)
        well(answer)
        reference = _read(answer, dict).get("reference")
        if not isinstance(reference, str) or not reference:
            raise ConnectorFailed("对方的应答中没有回执编号", reason="bad_answer", answer=_text(answer))
        return Receipt(reference, hashlib.sha256(body).hexdigest())

    def digest(self, payload: Mapping[str, Any]) -> str:
        return hashlib.sha256(_body(payload)).hexdigest()

    def holdings(self, since: datetime, until: datetime) -> Iterable[Holding]:
        query = urlencode({"since": since.isoformat(), "until": until.isoformat()})
        answer = self._call("GET", f"/cases?{query}", "", "", b"", MOST_HOLDINGS, time.monotonic() + self._budget)
        well(answer)
        try:
            return [Holding(str(one["key"]), str(one["digest"]), datetime.fromisoformat(one["received_at"])) for one in _read(answer, list)]
        except (KeyError, TypeError, ValueError) as error:
            raise ConnectorFailed("对方的清单无法读取", reason="bad_answer") from error

    def close(self) -> None:
        self._wire.close()

    def _call(self, method: str, tail: str, key: str, operation: str, body: bytes, most: int, until: float) -> Answer:
        moment, name = str(int(self._clock())), quote(key, safe="+@-_.")
        signed = signature(self._secret, moment, method, self._path + tail, name, operation, body)
        headers = {"Accept": "application/json", "X-Yichuang-Time": moment, "X-Yichuang-Signature": signed}
        if key:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": name, "X-Yichuang-Operation": operation}
        return self._wire.call(method, self._url + tail, until - time.monotonic(), headers=headers, body=body, most=most)


def _body(payload: Mapping[str, Any]) -> bytes:
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)


def well(answer: Answer) -> None:
    """Raises `ConnectorFailed` for what is no success."""
    if 200 <= answer.status < 300:
        return
    after = answer.headers.get("retry-after", "")
    told: dict[str, Any] = {"reason": f"status/{answer.status}", "answer": _text(answer)}
    words = {401: "对方不认可签名", 403: "对方没有授权", 404: "对方的地址不对", 429: "对方要求放慢"}.get(answer.status, "对方系统出错")
    raise ConnectorFailed(f"{words}（{answer.status}）", **told, **({"after": int(after)} if after.isdigit() else {}))


def refused(answer: Answer) -> ConnectorRefused:
    """Words for lists: which fields, never what the other side said of them, which may repeat what is personal."""
    fields = _fields(answer)
    words = "对方已有同一编号的不同内容" if answer.status == 409 else f"对方拒收（{answer.status}）"
    reason = f"refused/{fields[0]}" if fields else f"refused/{answer.status}"
    return ConnectorRefused(words + (f"：{'、'.join(fields)}" if fields else ""), reason=reason, answer=_text(answer))


def _fields(answer: Answer) -> list[str]:
    try:
        told = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return []
    errors = told.get("errors") if isinstance(told, Mapping) else None
    named = [str(one.get("field", "")) for one in errors if isinstance(one, Mapping)] if isinstance(errors, list) else []
    return [name for name in named if _FIELD.fullmatch(name)][:5]


def _read(answer: Answer, kind: type[Any]) -> Any:
    try:
        told = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, kind):
        raise ConnectorFailed("对方的应答无法读取", reason="bad_answer", answer=_text(answer))
    return told


def _text(answer: Answer) -> str:
    return answer.body[:4096].decode("utf-8", "replace")
