"""A district hall for the benchmark `desk`: a million closed cases in PostgreSQL, a hundred clerks with accounts, a real server."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
from sqlalchemy import make_url

from yichuang.access.roles import DEMO_PASSWORD
from yichuang.access.vault import Vault
from yichuang.bootstrap import initialise, services_of
from yichuang.cases.words import folded, pairs
from yichuang.ports import SYSTEM, Place
from yichuang.services import Services
from yichuang.settings import DEMO_SECRET, Settings
from yichuang.web.app import create_app

NAMES = 4096
"""So many applicants, invented; each has about 244 cases among a million."""

MADE = """
INSERT INTO cases (id, number, item, item_title, handling_code, department, case_type, release, flow, state, phase, channel, hall, street,
  "window", clerk, approver, holder, revision, agreement, agreement_release, committed, correction_round, outcome, label, org_words,
  name_index, id_index, agent_index, account, situation, body, clock, clock_state, provisional, applied_at, updated_at)
SELECT gen_random_uuid()::text, '110107-2025-' || lpad(n::text, 7, '0'), 'item_' || n %% 2000, '演示事项', '', 'd' || n %% 40, '2', 1, 'standard',
  CASE WHEN n %% 200 = 0 THEN 'in_review' ELSE 'closed' END, CASE WHEN n %% 200 = 0 THEN 'reviewing' ELSE 'ended' END, 'desk',
  'hall_' || n %% 10, '', 'w' || n %% 300, 'clerk_' || n %% 100, '', '', 1, '', 0, false, 0, 'approved', '某', made.words[1 + n %% %(names)s],
  made.names[1 + n %% %(names)s], made.ids[1 + n %% %(names)s], '', '', '{}', '', '[]', CASE WHEN n %% 200 = 0 THEN 'running' ELSE 'stopped' END,
  false, moment, moment
FROM generate_series(1, %(cases)s) AS n
CROSS JOIN (SELECT %(words)s::text[] AS words, %(name_keys)s::text[] AS names, %(id_keys)s::text[] AS ids) AS made
CROSS JOIN LATERAL (SELECT timestamptz '2025-01-02' + n * interval '30 seconds' AS moment) AS times
"""


def company(number: int) -> str:
    first, second = "恒信瑞丰远山嘉禾明德宏图金桥天成"[number % 16], "海川林峰岳江湖泽"[number // 16 % 8]
    trade = ("食品", "餐饮", "商贸", "科技", "建筑", "医疗", "文化", "物流")[number // 128 % 8]
    return f"北京{first}{second}{number:04d}{trade}有限公司"


def credit_code(number: int) -> str:
    return f"91110107MA{number:08d}"[:18]


def fill(address: str, cases: int) -> None:
    """A million closed cases of the year before; five in a thousand are still under review."""
    vault = Vault(DEMO_SECRET)
    names = [company(n) for n in range(NAMES)]
    given = {
        "cases": cases, "names": NAMES, "words": [" ".join(pairs(name)) for name in names],
        "name_keys": [vault.blind(folded(name), "name") for name in names],
        "id_keys": [vault.blind(credit_code(n), "identity") for n in range(NAMES)],
    }  # fmt: skip
    with psycopg.connect(make_url(address).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(MADE, given)
        connection.execute("ANALYZE cases")


def clerks(services: Services, count: int) -> list[str]:
    """Accounts clerk_000 …, posted to the district hall."""
    app = create_app(services)
    accounts = app.extensions["yichuang.admin"].accounts
    names = [f"clerk_{n:03}" for n in range(count)]
    with app.app_context():
        for name in names:
            accounts.seed(SYSTEM, name, "演示", name[-3:], ["COUNTER_CLERK"], DEMO_PASSWORD)
            services.authority.post(SYSTEM, name, Place(hall="district_hall"))
    return names


@contextmanager
def serving(url: str, cases: int, count: int) -> Iterator[tuple[str, list[str]]]:
    """Two web processes and a worker on the filled database: the base address and the clerks' account names."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        settings = Settings(database_url=url.replace("postgresql+psycopg", "postgresql"), data_dir=folder, port=port)
        initialise(settings)
        fill(url, cases)
        services = services_of(settings)
        services.catalogue.refresh()
        names = clerks(services, count)
        services.database.dispose()
        given = {
            "YICHUANG_DATABASE_URL": settings.database_url, "YICHUANG_DATA_DIR": folder, "YICHUANG_PORT": str(port), "YICHUANG_WORKERS": "2",
            "YICHUANG_LOG_FORMAT": "json",
        }  # fmt: skip
        started = [_start(command, os.environ | given, Path(folder)) for command in ("serve", "worker")]
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}", names
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)


def _start(command: str, environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / f"{command}.log").open("wb") as log:
        return subprocess.Popen([sys.executable, "-m", "yichuang.cli", command], env=environment, stdout=log, stderr=log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(address, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


