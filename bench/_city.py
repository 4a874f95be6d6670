"""`python -m bench._city <port> <folder> <front url>`: a sandbox department and front reader as a process of their own, with quick faults."""

import logging
import sys
from pathlib import Path

from connectors.sandbox import Client, Outside, SandboxCity, serve
from connectors.sandbox.bureau import Bureau
from connectors.sandbox.front import FrontReader
from connectors.sandbox.mischief import Mischief
from connectors.sandbox.received import Store

SECRET = "the secret of the fault run"
SLOW, SHUFFLE = 1.0, 0.2
"""Seconds: longer than the targets' budget of one exchange, and a little."""


def outside(folder: Path, front: str) -> Outside:
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(str(folder / "received.sqlite3"), "bureau")
    return Outside(Bureau(store, SECRET, Mischief(slow=SLOW, shuffle=SHUFFLE, seed=7)), FrontReader(front, pause=0.2, lock_seconds=SLOW))


def main() -> None:
    port, folder, front = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    client = Client("bench", SECRET, ())
    serve(SandboxCity(f"http://127.0.0.1:{port}", client, outside(folder, front).start()), port)


if __name__ == "__main__":
    main()
