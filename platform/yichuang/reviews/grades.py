"""Grades and channels in the two codings there are (pure; domain 6.3). They run in opposite directions: never pass one for the other."""

from collections.abc import Mapping

GRADES: Mapping[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
"""The platform's own, which is the national interface's `satisfaction`: 5 is best."""
BEST, WORST = 5, 1
LEAST_GOOD = 3

COUNTER, KIOSK, QR, WEB, MOBILE, PHONE, SMS, SILENCE = "counter", "kiosk", "qr", "web", "mobile", "phone", "sms", "default"
CHANNELS: Mapping[str, str] = {
    COUNTER: "窗口评价屏", KIOSK: "自助终端", QR: "扫码", WEB: "网页", MOBILE: "手机", PHONE: "电话", SMS: "短信", SILENCE: "默认评价",
}  # fmt: skip
"""How a review came; `default` is the review of who said nothing."""
OPEN_CHANNELS = (KIOSK, QR, WEB, MOBILE)
"""What a page may say of itself; the counter's screen proves who it is, telephone and SMS are recorded by staff."""
RECORDED = (PHONE, SMS)

PF: Mapping[str, str] = {WEB: "1", MOBILE: "2", QR: "3", COUNTER: "4", KIOSK: "5", PHONE: "6", SMS: "7"}
"""National interface."""
PF_ZHEJIANG: Mapping[str, str] = {WEB: "1", MOBILE: "2", QR: "3", COUNTER: "4", KIOSK: "5", SMS: "6", SILENCE: "7"}
"""As Zhejiang has it: 6 is SMS, 7 a default review."""


def bad(grade: int) -> bool:
    """The two worst (差评)."""
    return grade < LEAST_GOOD


def to_gb(grade: int) -> int:
    """GB/T 39046 A.8, where 1 is best. Raises `ValueError` for what is no grade."""
    if grade not in GRADES:
        raise ValueError(f"no grade: {grade!r}")
    return 6 - grade


def from_gb(code: int) -> int:
    """The platform's grade of a code of GB/T 39046 A.8. Raises `ValueError`."""
    return to_gb(code)


def grade_of_tag(code: str) -> int:
    """A tag belongs to the grade that it begins with; 0 for what is no tag."""
    return int(code[0]) if len(code) == 3 and code.isascii() and code.isdecimal() and int(code[0]) in GRADES else 0


def pf_of(channel: str, codes: Mapping[str, str] = PF) -> str:
    """The channel's code; empty for one that the interface doesn't know."""
    return codes.get(channel, "")
