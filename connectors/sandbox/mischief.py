"""What a sandbox department does wrong while its switch is on."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from werkzeug.wrappers import Response

MODES = {
    "": "正常",
    "slow": "缓慢（每次等 20 秒）",
    "error": "服务端错误（500）",
    "wrong": "答非所问（200，内容不对）",
    "cut": "收下后中途断开",
    "drip": "一点一点地回答（每秒一个字节）",
    "duplicate": "收下后答 500（会再收到一次）",
    "shuffle": "打乱先后（各等 0–2 秒再收）",
    "random": "按概率随机出错",
}
BY_CHANCE = ("error", "error", "wrong", "cut", "duplicate", "shuffle", "slow")
SLOW_SECONDS, SHUFFLE_SECONDS = 20.0, 2.0


class Mischief:
    """`probability`: of a fault in the mode `random`. `slow`, `shuffle`: seconds."""

    def __init__(self, *, slow: float = SLOW_SECONDS, shuffle: float = SHUFFLE_SECONDS, seed: int | None = None) -> None:
        self.mode = ""
        self.probability = 0.2
        self._slow, self._shuffle = slow, shuffle
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def switch(self, given: Mapping[str, str]) -> None:
        self.mode = given.get("mode", "") if given.get("mode") in MODES else ""
        share = given.get("probability", "")
        self.probability = min(1.0, int(share) / 100) if share.isdigit() else self.probability

    def disturb(self, work: Callable[[], Response]) -> Response:
        """The answer of `work`, disturbed; some faults come before it has any effect, some after."""
        fault, wait = self._draw()
        if fault in ("slow", "shuffle"):
            time.sleep(self._slow if fault == "slow" else wait * self._shuffle)
        if fault == "error":
            return Response("演示：部门系统出错", 500, mimetype="text/plain")
        answer = work()
        if fault == "wrong":
            return Response("<html>系统维护中</html>", 200, mimetype="text/html")
        if fault == "duplicate":
            return Response("演示：收下后出错", 500, mimetype="text/plain")
        return _broken(answer, fault) if fault in ("cut", "drip") else answer

    def _draw(self) -> tuple[str, float]:
        with self._lock:
            drawn, wait = self._chance.random(), self._chance.random()
            if self.mode != "random":
                return self.mode, wait
            return (self._chance.choice(BY_CHANCE) if drawn < self.probability else ""), wait


def _broken(good: Response, fault: str) -> Response:
    body = good.get_data()
    answer = Response(_drip(body) if fault == "drip" else _cut(body), good.status_code, mimetype=good.mimetype)
    answer.content_length = len(body)
    return answer


def _cut(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionAbortedError("cut on purpose")


def _drip(body: bytes) -> Iterator[bytes]:
    for byte in body:
        yield bytes([byte])
        time.sleep(1)
