import socket

import pytest

from yichuang.errors import ConfigurationRefused
from yichuang.serving import refuse_taken_port


def test_a_taken_port_is_said_clearly_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationRefused, match=f"端口 127.0.0.1:{port} 已被占用.*YICHUANG_PORT={port + 1} make run"):
            refuse_taken_port("127.0.0.1", port)


def test_a_free_port_is_accepted_and_left_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    refuse_taken_port("127.0.0.1", port)
    refuse_taken_port("127.0.0.1", port)
