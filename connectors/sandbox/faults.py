"""Faults one can switch on, so that everybody sees what the platform does when the city is not well."""

import time
from collections.abc import Iterator, Mapping

from werkzeug.wrappers import Response

MODES = {"": "正常", "slow": "缓慢（每次等 20 秒）", "error": "服务端错误（500）", "cut": "中途断开", "drip": "一点一点地回答（每秒一个字节）"}
TOKENS = {"": "正常", "nonce": "nonce 不符", "signature": "签名不符", "expired": "令牌已过期", "audience": "发给别人的令牌", "issuer": "签发者不符"}
SLOW_SECONDS = 20.0


class Faults:
    """`mode`: how the endpoints answer; `token`: what is wrong with ID tokens."""

    def __init__(self) -> None:
        self.mode = self.token = ""

    def switch(self, given: Mapping[str, str]) -> None:
        self.mode = given.get("mode", "") if given.get("mode") in MODES else ""
        self.token = given.get("token", "") if given.get("token") in TOKENS else ""

    def disturb(self, good: Response) -> Response:
        """The answer as it goes out while the fault is on."""
        if self.mode == "slow":
            time.sleep(SLOW_SECONDS)
        if self.mode == "error":
            return Response("演示：身份认证系统出错", 500, mimetype="text/plain")
        if self.mode in {"cut", "drip"}:
            body = good.get_data()
            answer = Response(_drip(body) if self.mode == "drip" else _cut(body), good.status_code, mimetype=good.mimetype)
            answer.content_length = len(body)
            return answer
        return good


def _cut(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionAbortedError("cut on purpose")


def _drip(body: bytes) -> Iterator[bytes]:
    for byte in body:
        yield bytes([byte])
        time.sleep(1)
