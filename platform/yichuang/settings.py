"""One frozen Settings, read from the environment (`YICHUANG_*`). Every setting is documented in docs/operations.md."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from yichuang import connections
from yichuang.connections import Connection
from yichuang.errors import ConfigurationRefused

DEMO_SECRET = "demonstration-only-secret"
DEMO_BUS_KEY = "yck_c17b05c17b_demonstration-only-key-of-the-sandbox-bus"
"""By which the sandbox's city bus fetches intakes; known to demonstrations only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be set from outside. The names are those of the environment without `YICHUANG_`, in lower case."""

    database_url: str = ""
    broker_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    profile: str = "embedded"
    secret_key: str = DEMO_SECRET
    data_key: str = DEMO_SECRET
    demo_accounts: bool = True
    data_dir: str = "var"
    files_url: str = ""
    fonts_dir: str = ""
    workers: int = 1
    threads: int = 16
    poll_ms: int = 100
    notify: bool = True
    rate_limit_url: str = "memory://"
    secure_cookies: bool = False
    forwarded_hops: int = 0
    log_format: str = "text"
    metrics_token: str = ""
    sandbox_port: int = 0
    connections: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = "yichuang"
    oidc_client_secret: str = DEMO_SECRET

    @property
    def production(self) -> bool:
        return self.profile == "production"

    @property
    def base_url(self) -> str:
        """Where the outside world finds this server; the start of every QR code."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def sandbox_at(self) -> int:
        """The sandbox city's port: as set, else ten above the web server's (below, at the end of the range)."""
        return self.sandbox_port or (self.port + 10 if self.port <= 65525 else self.port - 10)

    @property
    def sandbox_issuer(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_at}"

    @property
    def issuer(self) -> str:
        """Who identifies applicants. Not set: the sandbox city; in production nobody, and one applies without logging in."""
        return self.oidc_issuer.rstrip("/") or ("" if self.production else self.sandbox_issuer)

    @property
    def with_sandbox(self) -> bool:
        return self.issuer == self.sandbox_issuer

    @property
    def sandbox_front(self) -> str:
        """The sandbox department's front database."""
        return f"sqlite:///{Path(self.data_dir).resolve() / 'sandbox-front.sqlite3'}"

    @property
    def connected(self) -> Mapping[str, Connection]:
        """Other systems by the name of their connection; in demonstrations the sandbox city's too. Raises `ConfigurationRefused`."""
        own = connections.read(self.connections)
        if not self.with_sandbox:
            return own
        bureau = Connection(f"{self.sandbox_issuer}/bureau", DEMO_SECRET)
        city = Connection(f"{self.sandbox_issuer}/reviews", DEMO_SECRET)
        duty = {
            "duty_webhook": Connection(f"{self.sandbox_issuer}/alerts", DEMO_SECRET),
            "duty_mail": Connection(f"smtp://127.0.0.1:{self.sandbox_at + 1}?from=yichuang@example.invalid"),
        }
        return {"food_bureau": bureau, "health_front": Connection(self.sandbox_front), "city_reviews": city, **duty, **own}

    @property
    def sqlalchemy_url(self) -> str:
        if not self.database_url:
            return f"sqlite:///{Path(self.data_dir).resolve() / 'yichuang.sqlite3'}"
        for short in ("postgresql://", "postgres://"):
            if self.database_url.startswith(short):
                return "postgresql+psycopg://" + self.database_url.removeprefix(short)
        return self.database_url

    def refuse_unsafe(self) -> None:
        """Raise `ConfigurationRefused` for a production profile with default secrets, demonstration accounts or SQLite."""
        if not self.production:
            return
        faults = [
            text
            for bad, text in (
                (self.secret_key == DEMO_SECRET or len(self.secret_key) < 32, "YICHUANG_SECRET_KEY 须另设，至少 32 个字符"),
                (self.data_key == DEMO_SECRET or len(self.data_key) < 32, "YICHUANG_DATA_KEY 须另设，至少 32 个字符"),
                (self.data_key == self.secret_key, "YICHUANG_DATA_KEY 与 YICHUANG_SECRET_KEY 不得相同"),
                (self.demo_accounts, "YICHUANG_DEMO_ACCOUNTS 须为 false"),
                (not self.database_url.startswith("postgres"), "YICHUANG_DATABASE_URL 须指向 PostgreSQL"),
                (self.workers > 1 and self.rate_limit_url == "memory://", "YICHUANG_RATE_LIMIT_URL 须为 Redis 地址，否则各进程各算各的"),
                (not self.public_url.startswith("https://"), "YICHUANG_PUBLIC_URL 须为 https 地址，二维码要用"),
                (not self.secure_cookies, "YICHUANG_SECURE_COOKIES 须为 true"),
                (bool(self.issuer) and not self.issuer.startswith("https://"), "YICHUANG_OIDC_ISSUER 须为 https 地址，演示身份认证不得用于生产"),
                (bool(self.issuer) and self.oidc_client_secret == DEMO_SECRET, "YICHUANG_OIDC_CLIENT_SECRET 须另设"),
            )
            if bad
        ]
        faults += connections.faults(self.connected, DEMO_SECRET)
        if faults:
            raise ConfigurationRefused("拒绝以生产方式启动：" + "；".join(faults))


_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def _parse(name: str, raw: str, like: object) -> object:
    if isinstance(like, bool):
        if raw.lower() not in _TRUE | _FALSE:
            raise ConfigurationRefused(f"YICHUANG_{name.upper()} 须为 true 或 false，现为 {raw!r}")
        return raw.lower() in _TRUE
    if isinstance(like, int):
        if not raw.isdigit():
            raise ConfigurationRefused(f"YICHUANG_{name.upper()} 须为非负整数，现为 {raw!r}")
        return int(raw)
    return raw


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `YICHUANG_*`. In the production profile the demonstration accounts are off unless asked for.

    Raises `ConfigurationRefused` for an unreadable value.
    """
    given = {
        f.name: _parse(f.name, environ[f"YICHUANG_{f.name.upper()}"], f.default)
        for f in fields(Settings)
        if f"YICHUANG_{f.name.upper()}" in environ
    }
    if given.get("profile") == "production":
        given.setdefault("demo_accounts", False)
        given.setdefault("secure_cookies", True)
    return Settings(**given)  # type: ignore[arg-type]
