"""Dates and times: typed, converted, never guessed (domain 4.4, no. 4). Moments are Asia/Shanghai time."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

from yichuang.mappings.faults import Refused, empty
from yichuang.mappings.transforms.transform import Context, Spec, Transform, misconfigured
from yichuang.ports import SHANGHAI
from yichuang.rules.dates import FIRST_YEAR, parse

NAMED = {
    "iso_date": "yyyy-MM-dd", "basic_date": "yyyyMMdd", "basic_time": "yyyyMMdd'T'HHmmss", "datetime": "yyyy-MM-dd HH:mm:ss",
    "slash": "yyyy/M/d", "chinese": "yyyy年M月d日",
}  # fmt: skip
TOKENS: dict[str, tuple[str, str, str]] = {
    "yyyy": ("year", "04d", r"[0-9]{4}"), "MM": ("month", "02d", r"[0-9]{2}"), "dd": ("day", "02d", r"[0-9]{2}"),
    "HH": ("hour", "02d", r"[0-9]{2}"), "mm": ("minute", "02d", r"[0-9]{2}"), "ss": ("second", "02d", r"[0-9]{2}"),
    "M": ("month", "d", r"[0-9]{1,2}"), "d": ("day", "d", r"[0-9]{1,2}"), "H": ("hour", "d", r"[0-9]{1,2}"),
}  # fmt: skip
_PART = re.compile(r"yyyy|MM|dd|HH|mm|ss|M|d|H|'[^']*'|[^A-Za-z']")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
_EPOCH = datetime(1970, 1, 1).toordinal()
CLOCK = ("hour", "minute", "second")
PLACES = {
    "year": slice(0, 4), "month": slice(5, 7), "day": slice(8, 10), "hour": slice(11, 13), "minute": slice(14, 16), "second": slice(17, 19),
}  # fmt: skip
KEPT = 4096
DAY = len("2026-01-31")
Moment = tuple[datetime, bool]
"""Local time without a zone, and whether a time of day was given."""
Reader = Callable[[Any], Moment | None]


def pattern_parts(pattern: str) -> list[str] | None:
    """A pattern's tokens and literals; None when something stands between them that is neither."""
    parts = _PART.findall(pattern)
    return parts if parts and "".join(parts) == pattern else None


def date(spec: Spec, _context: Context) -> Transform:
    """`from`: names or patterns to read (`iso` unless said), `to`: the one to write, `time`: the time of a date without one."""
    to, given = str(spec.get("to", "iso_date")), spec.get("from", "iso")
    names = [given] if isinstance(given, str) else list(given)
    readers, writer = [_reader(str(name)) for name in names], _writer(to)
    if writer is None or None in readers:
        return misconfigured("date", "日期格式不认识")
    read = _any_of([reader for reader in readers if reader])
    timed, hour = _has_time(to), _time(spec.get("time"))
    kept: dict[str, Any] = {}
    quick = _quick(to) if names == ["iso"] else None

    def apply(value: Any) -> Any:
        if quick is not None and type(value) is str and (found := quick(value)) is not None:
            return found
        if empty(value):
            return value
        moment, complete = read(value)
        if timed and not complete:
            if hour is None:
                raise Refused("date_time", "只有日期，没有时间", "请改选带时间的来源，或在转换中写明时间")
            moment = moment.replace(hour=hour[0], minute=hour[1], second=hour[2])
        written = writer(moment)
        if type(value) is str and len(value) == DAY:
            if len(kept) >= KEPT:
                kept.clear()
            kept[value] = written
        return written

    inline = "(K(v) if type(v) is str else F(v)) or F(v)"
    return Transform("date", apply, _back(to, names[0]), inline, {"K": kept.get, "F": apply}, lossy=not timed)


def _quick(to: str) -> Callable[[str], Any] | None:
    """The common way: a moment of ours, as it always is, to a pattern with the day first; None for anything unusual."""
    if to == "millis":
        return _quick_millis
    parts = pattern_parts(NAMED.get(to, to)) if to not in ("millis", "iso") else None
    if parts is None:
        return None
    timed = [n for n, part in enumerate(parts) if part in TOKENS and TOKENS[part][0] in CLOCK]
    dated = [n for n, part in enumerate(parts) if part in TOKENS and TOKENS[part][0] not in CLOCK]
    if timed and dated and timed[0] < dated[-1]:
        return None
    cut = timed[0] if timed else len(parts)
    day, clock = _slices(parts[:cut]), _slices(parts[cut:])
    days: dict[str, str] = {}

    def run(value: str) -> str | None:
        if value[10:11] != "T" or value[19:] != "+08:00" or not _CLOCK.fullmatch(value, 11, 19):
            return None
        first = days.get(value[:DAY])
        if first is None:
            if parse(value[:DAY]) is None:
                return None
            if len(days) >= KEPT:
                days.clear()
            first = days[value[:DAY]] = day(value)
        return first + clock(value)

    return run


def _quick_millis(value: str) -> int | None:
    if value[10:11] != "T" or value[19:] != "+08:00" or not _CLOCK.fullmatch(value, 11, 19) or (day := parse(value[:DAY])) is None:
        return None
    seconds = int(value[11:13]) * 3600 + int(value[14:16]) * 60 + int(value[17:19])
    return ((day.toordinal() - _EPOCH) * 86400 + seconds - 8 * 3600) * 1000


def _slices(parts: Sequence[str]) -> Callable[[str], str]:
    """Writes a part of a pattern from the places of our own moments."""
    if "".join(parts) == "HH:mm:ss":
        return itemgetter(slice(11, 19))
    shape = "".join("%s" if part in TOKENS else part.strip("'").replace("%", "%%") for part in parts)
    places = [(PLACES[TOKENS[part][0]], len(part) == 1) for part in parts if part in TOKENS]
    return lambda value: shape % tuple([value[at].lstrip("0") or "0" if bare else value[at] for at, bare in places])


def _any_of(readers: Sequence[Reader]) -> Callable[[Any], Moment]:
    def read(value: Any) -> Moment:
        for reader in readers:
            found = reader(value)
            if found is not None:
                return found
        raise Refused("date", "不是约定格式的日期或时间", "请更正来源中的日期，或在转换中增加它的格式")

    return read


def _back(to: str, source: str) -> Callable[[Any], Any] | None:
    """Their format to ours; a pattern that loses the year or the day has no way back."""
    reader = _reader(to)
    writer = (lambda m: m.replace(tzinfo=SHANGHAI).isoformat()) if source == "iso" else _writer(source)
    if reader is None or writer is None or not _complete(to):
        return None

    def back(value: Any) -> Any:
        if empty(value):
            return value
        moment, timed = _any_of([reader])(value)
        return moment.date().isoformat() if source == "iso" and not timed else writer(moment)

    return back


def _complete(name: str) -> bool:
    return name in ("iso", "millis") or {"year", "month", "day"} <= {TOKENS[part][0] for part in _tokens(name)}


def _tokens(name: str) -> list[str]:
    return [part for part in pattern_parts(NAMED.get(name, name)) or () if part in TOKENS]


def _has_time(name: str) -> bool:
    return name in ("millis", "iso") or any(TOKENS[part][0] in CLOCK for part in _tokens(name))


def _time(text: Any) -> tuple[int, int, int] | None:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?", text) if isinstance(text, str) else None
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def _reader(name: str) -> Reader | None:
    if name == "iso":
        return _iso
    if name == "millis":
        return _millis
    parts = pattern_parts(NAMED.get(name, name))
    if parts is None:
        return None
    names = [TOKENS[part][0] for part in parts if part in TOKENS]
    if len(set(names)) != len(names):
        return None
    shape = re.compile("".join(f"({TOKENS[part][2]})" if part in TOKENS else re.escape(part.strip("'")) for part in parts))

    def read(value: Any) -> Moment | None:
        found = shape.fullmatch(value) if type(value) is str else None
        if found is None:
            return None
        given = {part: int(digits) for part, digits in zip(names, found.groups(), strict=True)}
        return _moment({"year": 0, "month": 0, "day": 0} | given, "hour" in given)

    return read


def _iso(value: Any) -> Moment | None:
    found = _ISO.fullmatch(value) if type(value) is str else None
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    parts = {"year": int(year), "month": int(month), "day": int(day)}
    parts |= {"hour": int(hour or 0), "minute": int(minute or 0), "second": int(second or 0)}
    read = _moment(parts, hour is not None)
    return _shifted(read, zone) if read and zone else read


def _shifted(read: Moment, zone: str) -> Moment | None:
    """To Asia/Shanghai."""
    digits = "+0000" if zone == "Z" else zone.replace(":", "")
    hours, minutes = int(digits[1:3]), int(digits[3:])
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if digits[0] == "-" else 1)
    try:
        return read[0] - offset + timedelta(hours=8), read[1]
    except OverflowError:
        return None


def _moment(parts: dict[str, int], timed: bool) -> Moment | None:
    try:
        made = datetime(**parts)  # type: ignore[arg-type]
    except ValueError:
        return None
    return (made, timed) if made.year >= FIRST_YEAR else None


def _millis(value: Any) -> Moment | None:
    digits = str(value) if type(value) is int else value
    if type(digits) is not str or not re.fullmatch(r"-?[0-9]{1,15}", digits):
        return None
    try:
        at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(digits))
        return at.astimezone(SHANGHAI).replace(tzinfo=None), True
    except (OverflowError, ValueError):
        return None


def _writer(name: str) -> Callable[[datetime], Any] | None:
    if name == "millis":
        return lambda moment: round(moment.replace(tzinfo=SHANGHAI).timestamp() * 1000)
    if name == "iso":
        return lambda moment: moment.replace(tzinfo=SHANGHAI).isoformat()
    parts = pattern_parts(NAMED.get(name, name))
    if parts is None:
        return None
    pieces = [("", part.strip("'")) if part not in TOKENS else TOKENS[part][:2] for part in parts]
    return lambda moment: "".join(format(getattr(moment, what), how) if what else how for what, how in pieces)
