"""Signed requests: who sent this, untouched, now, once. Pure.

Both sides derive a signing key from the client's key, one way. The signature is the hexadecimal HMAC-SHA256, under that key, of five lines: method,
path with query, Unix seconds, nonce, SHA-256 of the body.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

WINDOW_SECONDS = 300
PURPOSE = b"yichuang-request-signing"
NONCE = re.compile(r"^[A-Za-z0-9_-]{8,64}$")


def signing_key(key: str) -> str:
    """What signatures are made with, from the client's whole key; hexadecimal."""
    return hmac.new(key.encode(), PURPOSE, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Signed:
    """A request's signature with all that it covers. `target`: path with query as it was asked for; `time`: Unix seconds as sent."""

    prefix: str
    time: str
    nonce: str
    signature: str
    method: str
    target: str
    body: bytes

    def proved_by(self, signing: str) -> bool:
        expected = sign(signing, self.method, self.target, self.time, self.nonce, self.body)
        return hmac.compare_digest(self.signature.lower().encode(), expected.encode())

    def fault(self, now: float) -> str:
        """What is wrong with time or nonce, in Chinese; empty when nothing is."""
        if not self.time.isdigit() or len(self.time) > 12:
            return "X-Yichuang-Time 须为 Unix 秒"
        if abs(int(self.time) - now) > WINDOW_SECONDS:
            return f"请求时间与服务器相差超过 {WINDOW_SECONDS} 秒，请校准时钟后重新签名"
        return "" if NONCE.match(self.nonce) else "X-Yichuang-Nonce 须为 8 至 64 个字母、数字、短横线或下划线"


def sign(signing: str, method: str, target: str, time: str, nonce: str, body: bytes = b"") -> str:
    text = f"{method.upper()}\n{target}\n{time}\n{nonce}\n{hashlib.sha256(body).hexdigest()}"
    return hmac.new(bytes.fromhex(signing), text.encode(), hashlib.sha256).hexdigest()
