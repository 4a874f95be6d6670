"""The register of documents (文书登记簿): per authority, word and year every number from 1 on, and why one is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from yichuang.documents import register
from yichuang.documents.model import counters, document_skips, documents
from yichuang.documents.numbers import next_number
from yichuang.documents.order import Issued
from yichuang.errors import InputRefused

MOST_SKIPPED = 100_000
STATES: Mapping[str, str] = {"issued": "有效", "voided": "已作废", "skipped": "跳号", "missing": "缺号"}


@dataclass(frozen=True, slots=True)
class Book:
    """What one register is of."""

    authority: str
    word: str
    year: int

    @property
    def counter(self) -> str:
        return counter(self.authority, self.word)


@dataclass(frozen=True, slots=True)
class Volume:
    """One register: its last number, and how many of its numbers are voided, skipped, or missing without a trace."""

    authority: str
    authority_title: str
    word: str
    year: int
    last: int
    issued: int
    voided: int
    skipped: int

    @property
    def missing(self) -> int:
        return self.last - self.issued - self.voided - self.skipped


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a register. `document` is None for a number that no document has; `words` say why."""

    seq: int
    state: str
    document: Issued | None
    words: str

    @property
    def state_title(self) -> str:
        return STATES[self.state]


def counter(authority: str, word: str) -> str:
    """The name of a running number; years are apart."""
    return f"document/{authority}/{word}"


def volumes(connection: Connection, titles: Mapping[str, str]) -> list[Volume]:
    """All registers, the newest year first. `titles` of authorities by code."""
    columns = documents.c
    key = (columns.authority, columns.word, columns.year, columns.state)
    counted = select(*key, func.count()).where(columns.seq > 0).group_by(*key)
    states = {tuple(row[:4]): int(row[4]) for row in connection.execute(counted)}
    skips = document_skips.c
    summed = select(skips.authority, skips.word, skips.year, func.sum(skips.last - skips.first + 1)).group_by(skips.authority, skips.word, skips.year)
    skipped = {tuple(row[:3]): int(row[3]) for row in connection.execute(summed)}
    found = [_volume(name, year, last, states, skipped, titles) for name, year, last in _counters(connection)]
    return sorted(found, key=lambda volume: (-volume.year, volume.authority_title, volume.word))


def _counters(connection: Connection) -> Iterable[tuple[str, int, int]]:
    wanted = select(counters.c.name, counters.c.year, counters.c.last).where(counters.c.name.startswith("document/"), counters.c.last > 0)
    return [(str(name), int(year), int(last)) for name, year, last in connection.execute(wanted)]


def _volume(
    name: str, year: int, last: int, states: Mapping[tuple[object, ...], int], skipped: Mapping[tuple[object, ...], int], titles: Mapping[str, str]
) -> Volume:
    _, authority, word = name.split("/", 2)
    key = (authority, word, year)
    issued, voided = states.get((*key, "issued"), 0), states.get((*key, "voided"), 0)
    return Volume(authority, titles.get(authority, authority), word, year, last, issued, voided, skipped.get(key, 0))


def lines(connection: Connection, book: Book, first: int, last: int) -> list[Line]:
    """The numbers from `first` to `last`, the highest first."""
    columns = documents.c
    mine = (columns.authority == book.authority) & (columns.word == book.word) & (columns.year == book.year) & columns.seq.between(first, last)
    known = {found.seq: found for found in register.select_all(connection, mine, limit=last - first + 1)}
    gaps = _skips(connection, book)
    return [_line(seq, known.get(seq), gaps) for seq in range(last, first - 1, -1)]


def _skips(connection: Connection, book: Book) -> Sequence[tuple[int, int, str]]:
    columns = document_skips.c
    mine = (columns.authority == book.authority) & (columns.word == book.word) & (columns.year == book.year)
    wanted = select(columns.first, columns.last, columns.reason).where(mine)
    return [(int(first), int(last), str(reason)) for first, last, reason in connection.execute(wanted)]


def _line(seq: int, found: Issued | None, gaps: Sequence[tuple[int, int, str]]) -> Line:
    if found is not None:
        return Line(seq, found.state, found, "")
    reason = next((reason for first, last, reason in gaps if first <= seq <= last), None)
    if reason is not None:
        return Line(seq, "skipped", None, reason)
    return Line(seq, "missing", None, "没有登记，请核对备份和数据库操作记录")


def last_number(connection: Connection, book: Book) -> int:
    mine = (counters.c.name == book.counter) & (counters.c.year == book.year)
    return int(connection.execute(select(counters.c.last).where(mine)).scalar_one_or_none() or 0)


def skip(connection: Connection, book: Book, up_to: int, reason: str, by: str, at: datetime) -> tuple[int, int]:
    """Numbers up to `up_to` were given out elsewhere; the next document takes the one after. Raises `InputRefused`."""
    first = next_number(connection, book.counter, book.year)
    if not first <= up_to < first + MOST_SKIPPED:
        fault = f"须为 {first} 至 {first + MOST_SKIPPED - 1} 之间的号，当前已用到 {first - 1}"
        raise InputRefused(fault, problems=[{"field": "up_to", "message": fault}])
    mine = (counters.c.name == book.counter) & (counters.c.year == book.year)
    connection.execute(update(counters).where(mine).values(last=up_to))
    place = {"authority": book.authority, "word": book.word, "year": book.year}
    row = {**place, "first": first, "last": up_to, "reason": reason, "by": by, "at": at}
    connection.execute(insert(document_skips), row)
    return first, up_to
