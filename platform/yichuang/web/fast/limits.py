"""How often a client may miss: codes can't be counted through, and nobody keeps the database busy with guesses."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

MISSES = 20
SECONDS = 60.0
MOST_CLIENTS = 20_000


class MissLimit:
    """`MISSES` unknown codes a client and minute, in this process; beyond, the client gets nothing until the minute is over."""

    def __init__(
        self, misses: int = MISSES, seconds: float = SECONDS, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._misses = misses
        self._seconds = seconds
        self._now = now
        self._clients: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def barred(self, client: str) -> bool:
        """Whether the client has missed too often. A plain look-up when nobody has missed."""
        if not self._clients:
            return False
        since, count = self._clients.get(client, (0.0, 0))
        return count >= self._misses and self._now() - since < self._seconds

    def miss(self, client: str) -> None:
        with self._lock:
            now = self._now()
            since, count = self._clients.get(client, (now, 0))
            self._clients[client] = (now, 1) if now - since >= self._seconds else (since, count + 1)
            if len(self._clients) > MOST_CLIENTS:
                self._forget(now)

    def _forget(self, now: float) -> None:
        living = {client: seen for client, seen in self._clients.items() if now - seen[0] < self._seconds}
        self._clients = living if len(living) <= MOST_CLIENTS else {}


def client_of(environ: Mapping[str, Any], hops: int) -> str:
    """The client's address. `hops`: how many reverse proxies of ours stand in front, each adding one to `X-Forwarded-For`."""
    if hops:
        forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= hops:
            return str(forwarded[-hops])
    return str(environ.get("REMOTE_ADDR", ""))
