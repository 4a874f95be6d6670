"""A sandbox city on a free loopback port, and a browser that logs in there."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import httpx

from connectors.sandbox import Client, SandboxCity, make_server

CLIENT, SECRET = "yichuang", "demonstration-only-secret"
CALLBACK = "http://127.0.0.1:9/apply/login/callback"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_city(callback: str = CALLBACK, algorithm: str = "ES256", port: int = 0) -> Iterator[SandboxCity]:
    port = port or free_port()
    city = SandboxCity(f"http://127.0.0.1:{port}", Client(CLIENT, SECRET, (callback,), algorithm))
    server = make_server(city, port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield city
    server.shutdown()
    server.server_close()
    thread.join(10)


def log_in_at(url: str, sub: str, answer: str = "agree") -> dict[str, str]:
    """What a browser does at the provider's pages; gives the query it is sent back with."""
    with httpx.Client() as browser:
        page = browser.get(url)
        ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)
        assert ticket, page.text
        base = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        step = browser.post(f"{base}/choose", data={"ticket": ticket[1], "sub": sub})
        if step.status_code == 200:
            step = browser.post(f"{base}/decide", data={"ticket": ticket[1], "sub": sub, "answer": answer})
        return dict(parse_qsl(urlsplit(step.headers["Location"]).query))
