"""Names, telephone numbers and the numbers of persons and organisations (domain 4.4, nos. 8, 13, 15, 18; domain 4.5)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from yichuang.mappings.faults import Refused
from yichuang.mappings.transforms.transform import Context, Spec, Transform, identity, misconfigured, on_text
from yichuang.rules import national
from yichuang.rules.text import BLANKS, half_width

DOT = "\u00b7"
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_DOTS = re.compile(
    f"\\s{{0,5}}[\u2022\u2027\u30fb\uff65\u2219\u22c5\u25cf\u16eb\u2024\uff0e\u00b7]\\s{{0,5}}|(?<=[{_HAN}])(?:\\s*\\.\\s*|\\s+)(?=[{_HAN}])"
)
_WIDE = re.compile("[\uff01-\uff5e\u3000]")
_TIDY = re.compile(f"[{_HAN}]+")
ID_FAULTS = {"shape": "不是 18 位身份证号码", "date": "身份证号码中的出生日期不存在", "check": "身份证号码的校验位不对"}


def name(spec: Spec, _context: Context) -> Transform:
    """Full-width letters folded, the dot between the parts of a name made U+00B7, or the target's `dot`."""
    dot = str(spec.get("dot", DOT))

    def run(text: str) -> str:
        return tidy_name(text).replace(DOT, dot) if dot != DOT else tidy_name(text)

    return Transform("name", on_text(run), on_text(tidy_name))


def tidy_name(text: str) -> str:
    """As in the register: half-width, no blanks around, one kind of dot."""
    if _TIDY.fullmatch(text):
        return text
    folded = half_width(text) if _WIDE.search(text) else text
    return _DOTS.sub(DOT, folded.strip(BLANKS))


def phone(spec: Spec, _context: Context) -> Transform:
    """Eleven digits, or a landline with its area code. `mobile`: nothing but mobile numbers; `country`: 86 in front; `dash`: keep it."""
    mobile, country, dash = bool(spec.get("mobile")), str(spec.get("country", "")), bool(spec.get("dash", True))

    def run(text: str) -> str:
        tidy = national.tidy_phone(text)
        if national.phone_fault(tidy):
            raise Refused("phone", "不是手机号码，也不是带区号的座机号码", "请更正来源中的电话号码")
        if mobile and "-" in tidy:
            raise Refused("phone", "是座机号码，对方只收手机号码", "请改填手机号码")
        return country + (tidy if dash else tidy.replace("-", ""))

    return Transform("phone", on_text(run), on_text(lambda text: national.tidy_phone(text.removeprefix(country))))


def id_number(spec: Spec, _context: Context) -> Transform:
    """The whole number, tidy and checked, or a part of it: birthday (YYYY-MM-DD), sex (1, 2), division (6 digits)."""
    parts: Mapping[str, Callable[[str], str]] = {
        "normalise": lambda number: number,
        "birthday": lambda number: f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
        "sex": lambda number: "1" if int(number[16]) % 2 else "2",
        "division": lambda number: number[:6],
    }
    part = str(spec.get("part", "normalise"))
    take = parts.get(part)
    if take is None:
        return misconfigured("id_number", "没有这一部分")

    def run(text: str) -> str:
        number = national.tidy_number(text)
        wrong = national.id_fault(number)
        if wrong:
            raise Refused("id_number", ID_FAULTS[wrong], "请按证件更正")
        return take(number)

    return Transform("id_number", on_text(run), identity if part == "normalise" else None)


def credit_code(spec: Spec, _context: Context) -> Transform:
    """The whole code, or its organisation code (characters 9–17; `dash` before the last) or division (3–8)."""
    part, dash = str(spec.get("part", "normalise")), bool(spec.get("dash"))
    if part not in ("normalise", "organisation_code", "division"):
        return misconfigured("credit_code", "没有这一部分")

    def run(text: str) -> str:
        code = national.tidy_number(text)
        if not national.credit_shape(code):
            raise Refused("credit_code", "不是 18 位统一社会信用代码", "请按营业执照更正；旧注册号须另用字段传送")
        if part == "organisation_code":
            return f"{code[8:16]}-{code[16]}" if dash else code[8:17]
        return code[2:8] if part == "division" else code

    def restore(value: Any) -> Any:
        return value

    return Transform("credit_code", on_text(run), restore if part == "normalise" else None)
