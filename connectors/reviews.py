"""The city's review platform: service records and reviews in its envelope, signed; both behind adapters, since its specification isn't public.

`POST <url>/report` with `{"txnBodyCom": {"appMark", "time", "sign", "params": {"service" | "evaluate": [record]}}, "txnCommCom": {}}`, as the
platforms of other provinces have it (domain 6.5). The answer is `{"code": "0", "reference", "digest"}`; other codes say what is wrong.
`GET <url>/counts` with the same envelope's head as query tells what is there of a range of time: `[{"key", "digest", "received_at"}]`.
`sign` is made by one of `SIGNATURES` over time, mark and the record's text.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed

from connectors.wire import Answer, Wire
from yichuang.errors import ConnectorFailed, ConnectorRefused
from yichuang.ports import Holding, Parcel, Receipt

WELL, SIGNATURE, NO_SERVICE, NO_CASE, DUPLICATE, EARLIER, DISAGREES, LATE, TOO_LONG = (
    "0", "1001", "2001", "2002", "2003", "2004", "2005", "2006", "2007",
)  # fmt: skip
REFUSALS: Mapping[str, tuple[str, str]] = {
    NO_SERVICE: ("no_service", "对方还没有这次服务，不收评价"),
    NO_CASE: ("unknown_case", "对方没有这个办件"),
    DUPLICATE: ("twice", "对方已有本次服务的另一条评价"),
    EARLIER: ("early", "对方认为评价早于受理"),
    DISAGREES: ("tag_grade", "对方认为等级与标签不符"),
    LATE: ("late", "对方认为已过评价期限"),
    TOO_LONG: ("too_long", "对方认为内容过长"),
}
"""What sending again won't change: code → a word for grouping, words for people."""
MOST_ANSWER, MOST_HOLDINGS = 65_536, 64 * 1024 * 1024
Sign = Callable[[str, str], str]
"""Secret and text to a signature."""


def hmac_sha256(secret: str, text: str) -> str:
    """For demonstrations, and wherever both sides agree on it."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def hmac_sm3(secret: str, text: str) -> str:
    """The same with the national hash."""
    made = keyed.HMAC(secret.encode(), hashes.SM3())
    made.update(text.encode())
    return made.finalize().hex()


SIGNATURES: Mapping[str, Sign] = {"hmac-sha256": hmac_sha256, "hmac-sm3": hmac_sm3}
"""By the name that a connection's `signature` gives; the city's own is one more line here, once it is known."""


class Envelope(Protocol):
    """How a record is wrapped and what an answer means."""

    def wrap(self, kind: str, record: Mapping[str, Any], moment: str) -> bytes: ...

    def query(self, since: datetime, until: datetime, moment: str) -> Mapping[str, str]: ...


class TransactionEnvelope:
    """`txnBodyCom`; `mark` is the name the platform is registered under."""

    def __init__(self, mark: str, secret: str, sign: Sign) -> None:
        self._mark, self._secret, self._sign = mark, secret, sign

    def wrap(self, kind: str, record: Mapping[str, Any], moment: str) -> bytes:
        text = canonical(record).decode()
        sign = self._sign(self._secret, f"{moment}{self._mark}{text}")
        common = {"appMark": self._mark, "time": moment, "sign": sign, "params": {kind: [text]}}
        return orjson.dumps({"txnBodyCom": common, "txnCommCom": {}})

    def query(self, since: datetime, until: datetime, moment: str) -> Mapping[str, str]:
        given = {"since": since.isoformat(), "until": until.isoformat()}
        sign = self._sign(self._secret, f"{moment}{self._mark}{given['since']}{given['until']}")
        return {**given, "appMark": self._mark, "time": moment, "sign": sign}


def canonical(record: Mapping[str, Any]) -> bytes:
    """The text that is signed, and whose SHA-256 both sides compare."""
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


class ReviewPlatform:
    """A `Connector`. `target`: what ends our keys. `budget`: seconds for each exchange as a whole."""

    def __init__(
        self, url: str, envelope: Envelope, target: str = "city_reviews", *, budget: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._url, self._envelope, self._target, self._budget, self._clock = url.rstrip("/"), envelope, target, budget, clock
        self._wire = Wire()

    def hand(self, parcel: Parcel) -> Receipt:
        """A duplicate that is the very same is no fault: an answer of before was lost."""
        kind = "service" if parcel.step == "SERVICE" else "evaluate"
        body, digest = self._envelope.wrap(kind, parcel.payload, self._moment()), self.digest(parcel.payload)
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-Yichuang-Operation": parcel.operation}
        told = self._read(self._wire.call("POST", f"{self._url}/report", self._budget, headers=headers, body=body, most=MOST_ANSWER), dict)
        code = str(told.get("code", ""))
        same = code == DUPLICATE and told.get("digest") == digest
        if code != WELL and not same:
            raise _fault(code, told)
        reference = told.get("reference")
        if not isinstance(reference, str) or not reference or told.get("digest") != digest:
            raise ConnectorFailed("对方的应答中没有回执，或校验值不同", reason="bad_answer", answer=_text(told))
        return Receipt(reference, digest)

    def digest(self, payload: Mapping[str, Any]) -> str:
        return hashlib.sha256(canonical(payload)).hexdigest()

    def holdings(self, since: datetime, until: datetime) -> Iterable[Holding]:
        query = urlencode(self._envelope.query(since, until, self._moment()))
        headers = {"Accept": "application/json"}
        told = self._read(self._wire.call("GET", f"{self._url}/counts?{query}", self._budget, headers=headers, most=MOST_HOLDINGS), list)
        try:
            return [Holding(f"{one['key']}@{self._target}", str(one["digest"]), datetime.fromisoformat(one["received_at"])) for one in told]
        except (KeyError, TypeError, ValueError) as error:
            raise ConnectorFailed("对方的清单无法读取", reason="bad_answer") from error

    def close(self) -> None:
        self._wire.close()

    def _moment(self) -> str:
        return str(int(self._clock() * 1000))

    def _read(self, answer: Answer, kind: type[Any]) -> Any:
        if not 200 <= answer.status < 300:
            after = answer.headers.get("retry-after", "")
            told: dict[str, Any] = {"reason": f"status/{answer.status}", "answer": answer.body[:4096].decode("utf-8", "replace")}
            raise ConnectorFailed(f"好差评平台出错（{answer.status}）", **told, **({"after": int(after)} if after.isdigit() else {}))
        try:
            read = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            read = None
        if not isinstance(read, kind):
            raise ConnectorFailed("对方的应答无法读取", reason="bad_answer")
        return read


def _fault(code: str, told: Mapping[str, Any]) -> Exception:
    """A signature that isn't taken may be taken next time: clocks and keys are put right, the record stays as it is."""
    if code in REFUSALS:
        reason, words = REFUSALS[code]
        return ConnectorRefused(words, reason=reason, answer=_text(told))
    if code == SIGNATURE:
        return ConnectorFailed("对方不认可签名", reason="signature", answer=_text(told))
    return ConnectorFailed(f"对方没有收下（{code[:20] or '没有代码'}）", reason="code", answer=_text(told))


def _text(told: Mapping[str, Any]) -> str:
    return orjson.dumps(told)[:4096].decode("utf-8", "replace")
