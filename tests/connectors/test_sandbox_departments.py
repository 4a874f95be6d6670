"""The other systems of the sandbox city: what each received is shown, faults are switched, the bus goes on where it stopped."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from werkzeug.wrappers import Request, Response

from connectors.front_database import FrontDatabase
from connectors.http_department import HttpDepartment
from connectors.sandbox import Client, Outside, SandboxCity, make_server
from tests.connectors.city import CALLBACK, CLIENT, SECRET, free_port
from tests.connectors.test_contract import CASE, ROWS, served
from yichuang.ports import Parcel


@contextmanager
def city_at(folder: Path, platform: str) -> Iterator[tuple[str, Outside]]:
    outside = Outside.of(folder, "a shared secret", f"sqlite:///{folder / 'front.sqlite3'}", platform, "yck_1_key")
    port = free_port()
    server = make_server(SandboxCity(f"http://127.0.0.1:{port}", Client(CLIENT, SECRET, (CALLBACK,)), outside), port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{port}", outside
    server.shutdown()
    server.server_close()
    outside.stop()


class Platform:
    """The platform's API as the bus sees it: cases by position, two a page."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.asked: list[tuple[int, str]] = []

    def change(self, number: str, step: str) -> None:
        position = len(self.entries) + 1
        self.entries.append({"number": number, "step": step, "position": position, "body": {"project_no": number, "step": step}, "problems": []})

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        since = int(request.args["since"])
        self.asked.append((since, request.headers["Authorization"]))
        page = [entry for entry in self.entries if entry["position"] > since][:2]
        told = {"intakes": page, "next": page[-1]["position"] if page else since, "more": len(self.entries) > since + 2}
        return Response(orjson.dumps(told), mimetype="application/json")(environ, start)


def test_the_bus_fetches_what_changed_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    platform = Platform()
    for number in ("1", "2", "3"):
        platform.change(number, "ACCEPT")
    with served(platform) as base:
        with city_at(tmp_path, base) as (_, outside):
            assert outside.bus is not None
            assert outside.bus.fetch() == 3
        platform.change("2", "RESULT")
        with city_at(tmp_path, base) as (_, outside):
            assert outside.bus is not None
            assert outside.bus.fetch() == 1
            found = {one.key: (one.step, one.times) for one in outside.bus.store.all()}
            assert orjson.loads(outside.bus.store.all()[1].body) == {"project_no": "2", "step": "RESULT"}
    assert found["2"][1] == 2 and set(found) == {"1", "2", "3"}
    assert platform.asked[-1] == (3, "Bearer yck_1_key")


def test_the_page_shows_what_each_received_and_marks_it_as_invented(tmp_path: Path) -> None:
    with city_at(tmp_path, "http://127.0.0.1:9") as (base, outside):
        department, front = HttpDepartment(f"{base}/bureau", "a shared secret"), FrontDatabase(f"sqlite:///{tmp_path / 'front.sqlite3'}")
        department.hand(Parcel("m", "1+ACCEPT+1@food", "1", "i", "scjg", "ACCEPT", 1, CASE, "food"))
        front.hand(Parcel("m", "1+ACCEPT+1@front", "1", "i", "wjw", "ACCEPT", 1, ROWS, "front"))
        assert outside.front is not None
        outside.front.take()
        shown = httpx.get(f"{base}/departments").text
        assert all(words in shown for words in ("演示数据", "沙盒环境", "1+ACCEPT+1@food", "某餐饮店", "up_pro_accept", "某宾馆"))
        assert "href=\"/departments\"" in httpx.get(base).text
        httpx.post(f"{base}/departments/forget", data={"key": "1+ACCEPT+1@food"})
        assert outside.bureau.store.count() == 0


@pytest.mark.parametrize("who", ["bureau", "front", "bus"])
def test_faults_are_switched_for_each_by_itself(tmp_path: Path, who: str) -> None:
    with city_at(tmp_path, "http://127.0.0.1:9") as (base, outside):
        mode = {"bureau": "error", "front": "stopped", "bus": "stopped"}[who]
        httpx.post(f"{base}/departments/faults", data={"who": who, "mode": mode, "probability": "30", "shape": "2"})
        assert outside.front is not None and outside.bus is not None
        modes = {"bureau": outside.bureau.mischief.mode, "front": outside.front.mode, "bus": outside.bus.mode}
        assert modes == {"bureau": "", "front": "", "bus": ""} | {who: mode}
        assert outside.bureau.shape == ("2" if who == "bureau" else "1")
        httpx.post(f"{base}/departments/faults", data={"who": who, "mode": "unheard-of", "shape": "9"})
        modes = {"bureau": outside.bureau.mischief.mode, "front": outside.front.mode, "bus": outside.bus.mode}
        assert set(modes.values()) == {""}


def test_a_city_without_departments_is_a_provider_only(tmp_path: Path) -> None:
    port = free_port()
    server = make_server(SandboxCity(f"http://127.0.0.1:{port}", Client(CLIENT, SECRET, (CALLBACK,))), port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert httpx.get(f"http://127.0.0.1:{port}/departments").status_code == 404
    server.shutdown()
    server.server_close()
