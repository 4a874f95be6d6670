"""Seats for streams are limited and come back, whoever ends them."""

from typing import Any

from yichuang.ports import Actor
from yichuang.web import warned
from yichuang.web.warned import Seats


class Nobody:
    """Services of whose warnings there are none."""

    warnings: Any = type("W", (), {"open": staticmethod(lambda _who, _grants: ())})


def test_no_more_than_so_many_and_each_comes_back_once() -> None:
    seats = Seats(1)
    seat = seats.take()
    assert seat is not None
    assert seats.take() is None
    seat.leave()
    seat.leave()
    assert seats.take() is not None
    assert seats.take() is None


def test_a_stream_that_is_closed_gives_its_seat_back() -> None:
    seats = Seats(1)
    stream = warned._told(Nobody(), Actor("manager"), None, seats.take())  # type: ignore[arg-type]
    assert next(stream).startswith(b"retry")
    assert b'{"warnings":[]}' in next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert seats.take() is not None
