"""Logging in by OpenID Connect: what is believed, what is refused, and how long one waits."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.oidc import OidcProvider
from connectors.sandbox import SandboxCity
from connectors.sandbox.people import BY_SUB
from tests.connectors.city import CALLBACK, CLIENT, SECRET, free_port, log_in_at, running_city
from yichuang.errors import ConnectorFailed, ConnectorRefused


@pytest.fixture(scope="module", params=["ES256", "RS256"])
def city(request: pytest.FixtureRequest) -> Iterator[SandboxCity]:
    with running_city(algorithm=request.param) as running:
        yield running


@pytest.fixture(autouse=True)
def well(city: SandboxCity) -> None:
    city.faults.switch({})


@pytest.fixture
def provider(city: SandboxCity) -> OidcProvider:
    return OidcProvider(city.provider.issuer, CLIENT, SECRET, deadline=1.5)


def test_a_person_logs_in_and_is_known_by_the_providers_claims(provider: OidcProvider, city: SandboxCity) -> None:
    url, pending = provider.begin(CALLBACK)
    claims = provider.finish(pending, log_in_at(url, "p-1001"))
    assert claims["iss"] == city.provider.issuer
    assert (claims["sub"], claims["name"], claims["id_no"]) == ("p-1001", "林若溪", "110107199001010021")


def test_an_enterprise_comes_with_who_acts_for_it(provider: OidcProvider) -> None:
    url, pending = provider.begin(CALLBACK)
    claims = provider.finish(pending, log_in_at(url, "e-2001"))
    assert claims["id_no"] == BY_SUB["e-2001"].id_no
    assert claims["operator"]["name"] == "林若溪"


def test_nothing_personal_is_in_the_address_the_browser_is_sent_back_to(provider: OidcProvider) -> None:
    url, _pending = provider.begin(CALLBACK)
    assert set(log_in_at(url, "p-1001")) == {"code", "state", "iss"}


def test_a_forged_state_is_refused_before_anything_is_sent(provider: OidcProvider) -> None:
    url, pending = provider.begin(CALLBACK)
    answer = log_in_at(url, "p-1001")
    with pytest.raises(ConnectorRefused, match="状态"):
        provider.finish(pending, answer | {"state": "forged"})
    with pytest.raises(ConnectorRefused, match="状态"):
        provider.finish(pending, {key: value for key, value in answer.items() if key != "state"})


def test_an_answer_from_another_provider_is_refused(provider: OidcProvider) -> None:
    url, pending = provider.begin(CALLBACK)
    with pytest.raises(ConnectorRefused, match="别的认证系统"):
        provider.finish(pending, log_in_at(url, "p-1001") | {"iss": "http://elsewhere.invalid"})


def test_a_code_works_once_and_its_replay_takes_the_token_back(provider: OidcProvider, city: SandboxCity) -> None:
    url, pending = provider.begin(CALLBACK)
    answer = log_in_at(url, "p-1001")
    provider.finish(pending, answer)
    with pytest.raises(ConnectorRefused) as refused:
        provider.finish(pending, answer)
    assert refused.value.extra["reason"] == "invalid_grant"
    token = city.grants._used[answer["code"]]
    assert city.grants.holder(token) is None


def test_a_code_is_worth_nothing_without_the_verifier(provider: OidcProvider) -> None:
    url, pending = provider.begin(CALLBACK)
    answer = log_in_at(url, "p-1001")
    with pytest.raises(ConnectorRefused):
        provider.finish(replace(pending, verifier="x" * 64), answer)


def test_a_wrong_client_secret_is_refused(city: SandboxCity) -> None:
    stranger = OidcProvider(city.provider.issuer, CLIENT, "wrong")
    url, pending = stranger.begin(CALLBACK)
    with pytest.raises(ConnectorRefused):
        stranger.finish(pending, log_in_at(url, "p-1001"))


@pytest.mark.parametrize("fault", ["nonce", "signature", "expired", "audience", "issuer"])
def test_an_identity_token_that_is_not_right_is_refused(provider: OidcProvider, city: SandboxCity, fault: str) -> None:
    url, pending = provider.begin(CALLBACK)
    answer = log_in_at(url, "p-1001")
    city.faults.switch({"token": fault})
    with pytest.raises(ConnectorRefused, match="不可信"):
        provider.finish(pending, answer)


@pytest.mark.parametrize(
    ("sub", "answer", "reason"),
    [("p-1001", "refuse", "access_denied"), ("p-1005", "agree", "access_denied"), ("p-1006", "agree", "login_required")],
)
def test_who_does_not_agree_is_not_logged_in(provider: OidcProvider, sub: str, answer: str, reason: str) -> None:
    url, pending = provider.begin(CALLBACK)
    with pytest.raises(ConnectorRefused) as refused:
        provider.finish(pending, log_in_at(url, sub, answer))
    assert refused.value.extra["reason"] == reason


def test_a_provider_that_is_down_is_told_apart_from_one_that_refuses() -> None:
    with pytest.raises(ConnectorFailed):
        OidcProvider(f"http://127.0.0.1:{free_port()}", CLIENT, SECRET).begin(CALLBACK)


@pytest.mark.parametrize("mode", ["slow", "drip", "error", "cut"])
def test_a_provider_that_is_not_well_holds_nobody_longer_than_the_deadline(provider: OidcProvider, city: SandboxCity, mode: str) -> None:
    url, pending = provider.begin(CALLBACK)
    answer = log_in_at(url, "p-1001")
    city.faults.switch({"mode": mode})
    began = time.monotonic()
    with pytest.raises(ConnectorFailed):
        provider.finish(pending, answer)
    assert time.monotonic() - began < 3


def test_new_keys_after_a_restart_are_fetched(provider: OidcProvider, city: SandboxCity) -> None:
    url, pending = provider.begin(CALLBACK)
    provider.finish(pending, log_in_at(url, "p-1001"))
    city.provider._keys = type(city.provider._keys)()
    url, pending = provider.begin(CALLBACK)
    assert provider.finish(pending, log_in_at(url, "p-1002"))["sub"] == "p-1002"


def test_a_sandbox_is_refused_where_demonstration_is_not_allowed(city: SandboxCity) -> None:
    strict = OidcProvider(city.provider.issuer, CLIENT, SECRET, demonstration=False)
    with pytest.raises(ConnectorRefused, match="演示身份认证不得用于生产"):
        strict.begin(CALLBACK)


def test_an_unregistered_way_back_is_stopped_at_the_provider(provider: OidcProvider) -> None:
    import httpx

    url, _pending = provider.begin("http://evil.example/callback")
    answer = httpx.get(url)
    assert answer.status_code == 400
    assert "没有登记" in answer.text
