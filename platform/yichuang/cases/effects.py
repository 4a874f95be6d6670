"""What actions may do besides changing the state: the closed list that a flow's `effects` name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from yichuang.cases.progress import Progress
from yichuang.cases.ticking import extended

if TYPE_CHECKING:
    from yichuang.cases.acting import Acting

Effect = Callable[["Acting", Connection, Progress], None]


def _open_correction(room: "Acting", connection: Connection, progress: Progress) -> None:
    room.open_round(connection, progress, state="open")


def _propose_correction(room: "Acting", connection: Connection, progress: Progress) -> None:
    room.open_round(connection, progress, state="proposed")


def _approve_correction(room: "Acting", connection: Connection, progress: Progress) -> None:
    room.approve_round(connection, progress)


def _refuse_correction(room: "Acting", connection: Connection, progress: Progress) -> None:
    room.end_round(connection, progress, "refused")


def _close_correction(room: "Acting", connection: Connection, progress: Progress) -> None:
    room.take_answers(connection, progress)
    room.end_round(connection, progress, "closed")


def _lapse_correction(room: "Acting", connection: Connection, progress: Progress) -> None:
    room.end_round(connection, progress, "lapsed")


def _extend(_room: "Acting", _connection: Connection, progress: Progress) -> None:
    days = int(progress.given["days"])
    progress.events = extended(progress.events, days, progress.on)
    progress.words.append(f"延长 {days} 个工作日")


def _push(_room: "Acting", _connection: Connection, progress: Progress) -> None:
    progress.push = True


def _deem(_room: "Acting", _connection: Connection, progress: Progress) -> None:
    progress.facts["deemed"] = True
    progress.words.append(f"逾期未告知，自 {progress.on.isoformat()} 收到材料之日起即为受理")


EFFECTS: Mapping[str, Effect] = {
    "open_correction": _open_correction,
    "propose_correction": _propose_correction,
    "approve_correction": _approve_correction,
    "refuse_correction": _refuse_correction,
    "close_correction": _close_correction,
    "lapse_correction": _lapse_correction,
    "extend": _extend,
    "push": _push,
    "deem": _deem,
}
