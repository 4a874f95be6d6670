"""`yichuang sandbox`: for demonstrations only, and told the same secret as the web server."""

import pytest
from click.testing import CliRunner

import connectors.sandbox
from yichuang.cli import main
from yichuang.errors import ConfigurationRefused
from yichuang.serving import Together


def test_production_starts_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YICHUANG_PROFILE", "production")
    with pytest.raises(ConfigurationRefused, match="生产方式下不启动"):
        CliRunner().invoke(main, ["sandbox"], catch_exceptions=False)


def test_it_serves_beside_the_web_server_and_knows_its_return_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    served = []
    monkeypatch.setenv("YICHUANG_PORT", "18700")
    monkeypatch.setattr(connectors.sandbox, "serve", lambda city, port: served.append((city.provider, port)))
    assert CliRunner().invoke(main, ["sandbox"], catch_exceptions=False).exit_code == 0
    provider, port = served[0]
    assert (provider.issuer, port) == ("http://127.0.0.1:18710", 18710)
    assert "http://localhost:18700/apply/login/callback" in provider.client.redirect_uris


def test_it_runs_together_with_server_and_worker_only_where_it_is_the_provider() -> None:
    assert "sandbox" in Together(sandbox=True)._commands
    assert "sandbox" not in Together()._commands
