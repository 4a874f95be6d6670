"""`python -m bench._shifted relay | worker …`: the platform's processes on a machine whose clock is wrong by as much as a file says.

`YICHUANG_BENCH_SHIFT` names the file: seconds, negative for a clock that was set back. What the platform and its signatures take for the
time is moved; what the broker's client counts for itself is not.
"""

import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.reviews import ReviewPlatform
from yichuang.ports import SHANGHAI, SystemClock

FILE = "YICHUANG_BENCH_SHIFT"


def shift() -> float:
    try:
        return float(Path(os.environ.get(FILE, "")).read_text() or 0)
    except (OSError, ValueError):
        return 0.0


def wrong_clock() -> None:
    def now(_self: Any) -> datetime:
        return datetime.now(SHANGHAI) + timedelta(seconds=shift())

    SystemClock.now = now  # type: ignore[method-assign]
    defaults: dict[str, Any] = ReviewPlatform.__init__.__kwdefaults__ or {}
    defaults["clock"] = lambda: time.time() + shift()


if __name__ == "__main__":
    wrong_clock()
    if sys.argv[1:] == ["relay"]:
        import runpy

        runpy.run_module("bench._relay", run_name="__main__")
    else:
        from yichuang.cli import entry

        entry()
