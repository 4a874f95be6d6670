"""A deadline for a whole exchange: names, connections, and answers that arrive drop by drop are all within it."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from yichuang.errors import ConnectorFailed

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T], give_up: Callable[[], object]) -> T:
    """What `work` gives, or what it raises. After `seconds` raises `ConnectorFailed` and calls `give_up`, which frees what `work` waits for."""
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return result.result(seconds)
    except TimeoutError as error:
        if result.done():
            raise
        give_up()
        raise ConnectorFailed(f"{seconds:g} 秒内没有答完", reason="timeout") from error
