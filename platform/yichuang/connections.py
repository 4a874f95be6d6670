"""Addresses and secrets of other systems, as operators give them (`YICHUANG_CONNECTIONS`): JSON, or the path of a file with it.

`{"food_bureau": {"url": "https://…", "secret": "…"}, "health_front": {"url": "postgresql://…"}}`
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from yichuang.errors import ConfigurationRefused

LEAST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Connection:
    """`url`: `https://…` of a system, or a front database as SQLAlchemy takes it. `secret`: what requests are signed with.

    `mark`, `signature`: for the review platform, the name that it knows this one by, and the method (`connectors.reviews.SIGNATURES`).
    """

    url: str
    secret: str = ""
    mark: str = "yichuang"
    signature: str = "hmac-sha256"

    @property
    def http(self) -> bool:
        return self.url.startswith(("http://", "https://"))


def read(given: str) -> Mapping[str, Connection]:
    """By name. Raises `ConfigurationRefused` for what can't be read, without repeating it: secrets stand in it."""
    if not given.strip():
        return {}
    text = given if given.lstrip().startswith("{") else _file(given)
    try:
        told = json.loads(text)
        return {str(name): _connection(body) for name, body in told.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        words = 'YICHUANG_CONNECTIONS 无法读取，须为 {"名称": {"url": "地址", "secret": "密钥"}} 或这样一个文件的路径'
        raise ConfigurationRefused(words) from None


def _connection(body: Mapping[str, object]) -> Connection:
    more = {name: str(body[name]) for name in ("mark", "signature") if name in body}
    return Connection(str(body["url"]), str(body.get("secret", "")), **more)


def faults(known: Mapping[str, Connection], demonstration_secret: str) -> Iterator[str]:
    """What must not be so in production."""
    for name, connection in sorted(known.items()):
        if connection.url.startswith("http://"):
            yield f"YICHUANG_CONNECTIONS 中 {name} 的地址须为 https"
        if connection.url.startswith("sqlite"):
            yield f"YICHUANG_CONNECTIONS 中 {name} 不得为 SQLite，前置库须是双方共用的数据库"
        if connection.http and (connection.secret == demonstration_secret or len(connection.secret) < LEAST_SECRET):
            yield f"YICHUANG_CONNECTIONS 中 {name} 的密钥须另设，至少 {LEAST_SECRET} 个字符"


def _file(path: str) -> str:
    try:
        return Path(path.strip()).read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise ConfigurationRefused("YICHUANG_CONNECTIONS 既不是 JSON，也不是可读的文件") from None
