"""Days and moments as the desk's pages write them, in Shanghai time."""

from datetime import date, datetime
from typing import Any

from flask import Blueprint

from yichuang.ports import SHANGHAI


def day(value: Any) -> str:
    """`11月25日`, with the year when it isn't this one; empty for nothing. Takes ISO texts, dates and moments."""
    found = _moment(value)
    if found is None:
        return ""
    words = f"{found.month}月{found.day}日"
    return words if found.year == datetime.now(SHANGHAI).year else f"{found.year}年{words}"


def moment(value: Any) -> str:
    """`11月25日 14:30`."""
    found = _moment(value)
    return f"{day(value)} {found:%H:%M}" if found else ""


def hour(value: Any) -> str:
    found = _moment(value)
    return f"{found:%H:%M}" if found else ""


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI) if value.tzinfo else value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None


def near(value: Any) -> str:
    """`今天` or `明天` for such a day, else nothing."""
    found = _moment(value)
    days = (found.date() - datetime.now(SHANGHAI).date()).days if found else None
    return {0: "今天到期", 1: "明天到期"}.get(days, "") if days is not None else ""


def left(days: Any) -> str:
    """Days left on the clock in words: `剩 3 天`, `今天到期`, `超期 2 天`."""
    if days is None:
        return ""
    return "今天到期" if days == 0 else f"剩 {days} 天" if days > 0 else f"超期 {-days} 天"


def size(count: Any) -> str:
    """A file's size: `12 KB`, `3.4 MB`."""
    count = int(count or 0)
    return f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{max(1, round(count / 1024))} KB"


def install(pages: Blueprint) -> None:
    for name, filter_ in {"day": day, "moment": moment, "hour": hour, "near": near, "left": left, "size": size}.items():
        pages.add_app_template_filter(filter_, f"desk_{name}")
