"""The city bus of the sandbox: comes to the platform's API for what has changed since it was last there, and keeps the newest of each case."""

import contextlib
import hashlib
import threading
from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from connectors.sandbox.received import Store

MODES = {"": "正常", "stopped": "不来取"}
PAGE = 100


class BusClient:
    """`base`: the platform's address; `key`: its API key there. `start` begins to come every `pause` seconds; `fetch` is one visit."""

    def __init__(self, store: Store, base: str, key: str, *, pause: float = 2.0) -> None:
        self.store, self.mode, self.said = store, "", "还没有取过"
        self._url, self._headers = f"{base.rstrip('/')}/api/v1/intakes", {"Authorization": f"Bearer {key}"}
        self._pause, self._stop = pause, threading.Event()
        self._client = httpx.Client(timeout=10.0, trust_env=False)
        self._thread: threading.Thread | None = None

    def start(self) -> "BusClient":
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(15)
        self._client.close()

    def switch(self, given: Mapping[str, str]) -> None:
        self.mode = given.get("mode", "") if given.get("mode") in MODES else ""

    def fetch(self) -> int:
        """Everything that has changed, page by page; how many cases. The cursor moves on only after a page is kept."""
        count, more = 0, True
        while more and not self._stop.is_set():
            answer = self._client.get(self._url, params={"since": self.store.cursor(), "limit": PAGE}, headers=self._headers)
            answer.raise_for_status()
            told = answer.json()
            for entry in told["intakes"]:
                self._keep(entry)
            self.store.move_to(int(told["next"]))
            count, more = count + len(told["intakes"]), bool(told["more"])
        self.said = "取到最新"
        return count

    def _keep(self, entry: Mapping[str, Any]) -> None:
        body = orjson.dumps(entry["body"] if entry["body"] is not None else {"problems": entry["problems"]})
        self.store.take(entry["number"], entry["number"], entry["step"], hashlib.sha256(body).hexdigest(), body.decode(), replaces=True)

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            if self.mode != "stopped":
                with contextlib.suppress(httpx.HTTPError, ValueError, KeyError, TypeError):
                    self.said = "平台没有应答"
                    self.fetch()
