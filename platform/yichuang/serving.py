"""Starting and stopping the processes: web server, worker, and the two together for one machine."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from yichuang.errors import ConfigurationRefused
from yichuang.settings import Settings

SWITCH = 0.001
"""Seconds a busy thread of a web worker keeps the interpreter while others wait: one that comes back from the database must not wait long,
for it may hold what others need."""
TARGET = "yichuang.serving:worker_application"


def worker_application() -> object:
    """The application of one web worker; it goes when its parent goes, however that ended."""
    _die_with_parent()
    sys.setswitchinterval(SWITCH)
    from yichuang.bootstrap import application  # noqa: PLC0415 - only inside the worker process

    return application()


def _die_with_parent() -> None:
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def refuse_taken_port(host: str, port: int, setting: str = "YICHUANG_PORT") -> None:
    """Raises `ConfigurationRefused` with words what to do when the port is in use; `setting` names what to change."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationRefused(
                f"端口 {host}:{port} 已被占用。请先停止占用它的程序，或换一个端口：{setting}={port + 1} make run"
            ) from error


def serve(settings: Settings) -> None:
    """Run the web server in the foreground (granian), with workers that are started again when they die."""
    from granian import Granian  # noqa: PLC0415 - heavy, and only here
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    if settings.workers > 1:
        _share_figures(settings)
    Granian(
        TARGET,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        factory=True,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()


def _share_figures(settings: Settings) -> None:
    """Several workers add up their Prometheus figures in a folder, empty at each start."""
    folder = Path(settings.data_dir).resolve() / "figures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


class Together:
    """Web server, worker and, for demonstrations, the sandbox city as child processes; a dead one is started again, a signal ends all."""

    COMMANDS = ("serve", "worker")

    def __init__(self, *, sandbox: bool = False) -> None:
        self._commands = (*self.COMMANDS, "sandbox") if sandbox else self.COMMANDS
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._ending = False

    def run(self) -> int:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._end)
        while not self._ending:
            for command in self._commands:
                child = self._children.get(command)
                if child is None or child.poll() is not None:
                    self._children[command] = self._start(command)
            time.sleep(0.5)
        return self._wait()

    def _start(self, command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "yichuang.cli", command], preexec_fn=_die_with_parent)  # noqa: PLW1509

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _wait(self) -> int:
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        for child in self._children.values():
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
        return 0


