"""Clients that miss too often."""

from yichuang.web.fast.limits import MissLimit, client_of


def test_a_client_is_barred_for_the_rest_of_its_minute_only() -> None:
    moment = [1000.0]
    limit = MissLimit(misses=3, seconds=60, now=lambda: moment[0])
    for _ in range(3):
        assert not limit.barred("a")
        limit.miss("a")
    assert limit.barred("a")
    assert not limit.barred("b")
    moment[0] += 60
    assert not limit.barred("a")
    limit.miss("a")
    assert not limit.barred("a")


def test_the_register_of_clients_is_bounded() -> None:
    limit = MissLimit(misses=3, now=lambda: 0.0)
    for number in range(20_050):
        limit.miss(str(number))
    assert len(limit._clients) <= 20_000


def test_the_address_behind_our_own_proxies_counts_and_a_forged_one_does_not() -> None:
    environ = {"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 2.2.2.2"}
    assert client_of(environ, 0) == "10.0.0.9"
    assert client_of(environ, 1) == "2.2.2.2"
    assert client_of(environ, 2) == "1.1.1.1"
    assert client_of(environ, 3) == "10.0.0.9"
