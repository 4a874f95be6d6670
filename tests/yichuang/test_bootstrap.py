"""Servers that load once and fork (gunicorn --preload): every child follows releases by itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yichuang.bootstrap import initialise
from yichuang.settings import Settings

SCRIPT = """
import os, time
from yichuang import bootstrap
from yichuang.ports import SYSTEM
from yichuang.settings import from_environment

app = bootstrap.preloaded()

def release():
    told = []
    body = b"".join(app({"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz", "SERVER_NAME": "x", "SERVER_PORT": "80",
                         "wsgi.url_scheme": "http", "wsgi.input": None, "wsgi.errors": None}, lambda *a: told.append(a)))
    return __import__("json").loads(body)["release"]

assert release() == 1
reads, writes = os.pipe()
if os.fork() == 0:
    os.write(writes, b"%d" % release())
    deadline = time.monotonic() + 20
    while release() != 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.write(writes, b"%d" % release())
    os._exit(0)
assert os.read(reads, 1) == b"1"
services = bootstrap.services_of(from_environment())
services.catalogue.refresh()
change_set = services.publishing.open("x", SYSTEM)
services.publishing.put(change_set, dict(services.catalogue.current().get("item", "clinic_filing"), note="x"), SYSTEM)
services.publishing.publish(change_set, SYSTEM, "x")
print("child serves", os.read(reads, 1).decode())
os._exit(0)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_forked_child_of_a_preloaded_server_follows_releases(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = "" if kind == "sqlite" else str(request.getfixturevalue("postgres_url"))
    initialise(Settings(database_url=url, data_dir=str(tmp_path)))
    environment = os.environ | {"YICHUANG_DATABASE_URL": url, "YICHUANG_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert "child serves 2" in done.stdout, done.stderr[-2000:]
