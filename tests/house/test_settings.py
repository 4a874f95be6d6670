"""Settings are documented, readable, and unsafe ones are refused."""

from dataclasses import fields
from pathlib import Path

import pytest

from yichuang.errors import ConfigurationRefused
from yichuang.settings import Settings, from_environment

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
GOOD = {
    "YICHUANG_PROFILE": "production",
    "YICHUANG_DATABASE_URL": "postgresql://db/yichuang",
    "YICHUANG_PUBLIC_URL": "https://hall.example",
    "YICHUANG_SECRET_KEY": "s" * 40,
    "YICHUANG_DATA_KEY": "d" * 40,
}


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_documented(field) -> None:
    assert f"`YICHUANG_{field.name.upper()}`" in OPERATIONS


def test_a_complete_production_environment_is_accepted() -> None:
    settings = from_environment(GOOD)
    settings.refuse_unsafe()
    assert settings.sqlalchemy_url == "postgresql+psycopg://db/yichuang"
    assert not settings.demo_accounts
    assert settings.secure_cookies


@pytest.mark.parametrize("name", ["YICHUANG_DATABASE_URL", "YICHUANG_PUBLIC_URL", "YICHUANG_SECRET_KEY", "YICHUANG_DATA_KEY"])
def test_production_refuses_to_start_without(name: str) -> None:
    environment = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(ConfigurationRefused, match=name):
        from_environment(environment).refuse_unsafe()


def test_production_refuses_sqlite_and_limits_counted_apart() -> None:
    with pytest.raises(ConfigurationRefused, match="YICHUANG_DATABASE_URL"):
        from_environment(GOOD | {"YICHUANG_DATABASE_URL": "sqlite:///x"}).refuse_unsafe()
    with pytest.raises(ConfigurationRefused, match="YICHUANG_RATE_LIMIT_URL"):
        from_environment(GOOD | {"YICHUANG_WORKERS": "4"}).refuse_unsafe()


def test_production_refuses_demonstration_accounts() -> None:
    with pytest.raises(ConfigurationRefused, match="YICHUANG_DEMO_ACCOUNTS"):
        from_environment(GOOD | {"YICHUANG_DEMO_ACCOUNTS": "true"}).refuse_unsafe()


def test_production_refuses_the_sandbox_as_identity_provider() -> None:
    assert from_environment(GOOD).issuer == "", "not set: nobody logs in, and no sandbox is started"
    for issuer in ("http://127.0.0.1:8010", "http://id.example"):
        with pytest.raises(ConfigurationRefused, match="YICHUANG_OIDC_ISSUER"):
            from_environment(GOOD | {"YICHUANG_OIDC_ISSUER": issuer}).refuse_unsafe()
    real = GOOD | {"YICHUANG_OIDC_ISSUER": "https://id.example"}
    with pytest.raises(ConfigurationRefused, match="YICHUANG_OIDC_CLIENT_SECRET"):
        from_environment(real).refuse_unsafe()
    from_environment(real | {"YICHUANG_OIDC_CLIENT_SECRET": "c" * 32}).refuse_unsafe()


def test_the_sandbox_stands_beside_the_server_unless_told_otherwise() -> None:
    assert Settings(port=8000).sandbox_at == 8010
    assert Settings(port=65530).sandbox_at == 65520
    assert Settings(sandbox_port=9000).issuer == "http://127.0.0.1:9000"
    assert not Settings(oidc_issuer="https://id.example/").with_sandbox


@pytest.mark.parametrize(("name", "value"), [("YICHUANG_PORT", "eighty"), ("YICHUANG_DEMO_ACCOUNTS", "perhaps")])
def test_an_unreadable_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationRefused, match=name):
        from_environment({name: value})


SAFE = '{"bureau": {"url": "https://bureau.example", "secret": "sixteen letters!"}, "front": {"url": "postgresql://front.example/x"}}'


def test_connections_are_read_from_json_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "connections.json").write_text(SAFE, encoding="utf-8")
    for given in (SAFE, str(tmp_path / "connections.json")):
        settings = from_environment(GOOD | {"YICHUANG_CONNECTIONS": given})
        settings.refuse_unsafe()
        assert settings.connected["bureau"].secret == "sixteen letters!"
        assert set(settings.connected) == {"bureau", "front"}


@pytest.mark.parametrize(
    "given",
    [
        '{"bureau": {"url": "http://bureau.example", "secret": "sixteen letters!"}}',
        '{"bureau": {"url": "https://bureau.example", "secret": "short"}}',
        '{"bureau": {"url": "https://bureau.example", "secret": "demonstration-only-secret"}}',
        '{"front": {"url": "sqlite:///front.sqlite3"}}',
        '{"bureau": "https://bureau.example"}',
        "no/such/file.json",
    ],
)
def test_production_refuses_connections_that_are_unsafe_or_unreadable(given: str) -> None:
    with pytest.raises(ConfigurationRefused, match="YICHUANG_CONNECTIONS"):
        from_environment(GOOD | {"YICHUANG_CONNECTIONS": given}).refuse_unsafe()


def test_a_demonstration_knows_the_sandbox_departments() -> None:
    connected = from_environment({"YICHUANG_PORT": "8100"}).connected
    assert connected["food_bureau"].url == "http://127.0.0.1:8110/bureau"
    assert connected["health_front"].url.endswith("/var/sandbox-front.sqlite3")
    assert from_environment(GOOD).connected == {}
