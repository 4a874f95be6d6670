"""What may be wrong with a present value, by field type, in Chinese. The twin is `engine/faults.js`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from yichuang.forms.fields import Fault, Faults, Options, Wrong
from yichuang.rules import dates, national, numbers
from yichuang.rules.facts import Facts
from yichuang.rules.patterns import Pattern, PatternRefused

EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
LENGTHS: Mapping[str, int] = {"text": 200, "textarea": 2000, "email": 100}
WHOLE_DIGITS = 18
PART_LENGTH = 200
MAX_ROWS, MAX_FILES, MAX_MEGABYTES = 200, 5, 20
RESIDENT_ID = "111"
TYPE_REST = "的内容格式不正确，请重新填写"
_DIGITS = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
Spec = Mapping[str, Any]
One = Callable[[str], Fault | None]


def text(spec: Spec) -> Faults:
    """Length in characters (code points) and pattern."""
    least, most = spec.get("min_length", 0), spec.get("max_length", LENGTHS.get(spec["type"], PART_LENGTH))
    pattern = _pattern(spec.get("pattern"))
    told = spec.get("pattern_message", "")

    def faults(value: Any, facts: Facts) -> list[Fault]:
        found = []
        if len(value) < least:
            found.append(Fault("min_length", f"至少{least}个字，现在是{len(value)}个字"))
        if len(value) > most:
            found.append(Fault("max_length", f"最多{most}个字，现在是{len(value)}个字"))
        if pattern is not None and len(value) <= most and not pattern.matches(value):
            found.append(Fault("pattern", "的格式不正确", whole=told))
        return found

    return faults


def _pattern(source: Any) -> Pattern | None:
    try:
        return Pattern(source) if isinstance(source, str) and source else None
    except PatternRefused:
        return None


def number(spec: Spec) -> Faults:
    places = 2 if spec["type"] == "money" else spec.get("scale", 6)
    unit = "元" if spec["type"] == "money" else spec.get("unit", "")
    least, most = numbers.literal(spec.get("min")), numbers.literal(spec.get("max"))

    def faults(value: Any, facts: Facts) -> list[Fault]:
        if not _DIGITS.fullmatch(value):
            return [Fault("number", "须填写数字")]
        whole, _, after = value.lstrip("-").partition(".")
        exact = numbers.number(value)
        if exact is None or len(whole) > WHOLE_DIGITS:
            return [Fault("range", "的数字太长，请核对")]
        found = []
        if len(after) > places:
            found.append(Fault("scale", f"最多保留{places}位小数" if places else "须是整数"))
        if least is not None and exact < least:
            found.append(Fault("range", f"不能小于{numbers.plain(least)}{unit}"))
        if most is not None and exact > most:
            found.append(Fault("range", f"不能大于{numbers.plain(most)}{unit}"))
        return found

    return faults


def day(spec: Spec) -> Faults:
    """A real date within `earliest` and `latest`; `today` is the fact `date.today`."""
    earliest, latest = spec.get("earliest"), spec.get("latest")

    def faults(value: Any, facts: Facts) -> list[Fault]:
        if dates.day(value) is None:
            return [Fault("date", "不是有效的日期，请按“2026-01-31”的样子填写")]
        first, last = _limit(earliest, facts), _limit(latest, facts)
        if first and value < first:
            return [Fault("range", f"不能早于{dates.spoken(first)}")]
        return [Fault("range", f"不能晚于{dates.spoken(last)}")] if last and value > last else []

    return faults


def _limit(limit: str | None, facts: Facts) -> str | None:
    return dates.day(facts.get("date.today") if limit == "today" else limit)


def date_range(spec: Spec) -> Faults:
    single = day(spec)

    def faults(value: Any, facts: Facts) -> list[Fault]:
        found = _wrong_parts(value)
        for part in ("from", "to"):
            if type(value.get(part)) is str:
                found += [fault._replace(part=part) for fault in single(value[part], facts)]
        if not found and "from" in value and "to" in value and value["to"] < value["from"]:
            found.append(Fault("order", "不能早于开始日期", "to"))
        return found

    return faults


def option(options: Options | None) -> Faults:
    def faults(value: Any, facts: Facts) -> list[Fault]:
        codes = value if type(value) is list else [value]
        if options is None or all(code in options for code in codes):
            return []
        return [Fault("option", "只能从列出的选项中选择")]

    return faults


def _one(test: One) -> Faults:
    def faults(value: Any, facts: Facts) -> list[Fault]:
        found = test(value)
        return [found] if found else []

    return faults


_ID_RESTS = {"shape": "应为18位身份证号码", "date": "中的出生日期不存在，请核对", "check": "的校验位不对，请核对是否输错"}


def id_number(value: str) -> Fault | None:
    fault = national.id_fault(value)
    return Fault("id_number", _ID_RESTS[fault]) if fault else None


def credit_code(value: str) -> Fault | None:
    """A wrong check digit only warns: real codes exist that break the rule (domain 4.5)."""
    fault = national.credit_fault(value)
    if fault == "shape":
        return Fault("credit_code", "应为18位统一社会信用代码")
    return Fault("credit_code_check", "的校验位不符合编码规则，请核对；确认无误可以继续", "", "warning") if fault else None


def phone(value: str) -> Fault | None:
    return Fault("phone", "应为11位手机号码，或带区号的固定电话") if national.phone_fault(value) else None


def email(value: str) -> Fault | None:
    good = len(value) <= LENGTHS["email"] and EMAIL.fullmatch(value)
    return None if good else Fault("email", "不是有效的电子邮箱地址")


def time(value: str) -> Fault | None:
    return None if dates.time(value) else Fault("time", "不是有效的时间，请按“09:30”的样子填写")


def _long(value: str) -> Fault | None:
    return Fault("max_length", f"最多{PART_LENGTH}个字，现在是{len(value)}个字") if len(value) > PART_LENGTH else None


def _wrong_parts(value: Mapping[str, Any]) -> list[Fault]:
    return [Fault("type", TYPE_REST, part) for part, given in value.items() if isinstance(given, Wrong)]


def _parts(tests: Mapping[str, One], options: Mapping[str, Options]) -> Faults:
    choosing = {part: option(choice) for part, choice in options.items()}

    def faults(value: Any, facts: Facts) -> list[Fault]:
        found = _wrong_parts(value)
        for part, given in value.items():
            if type(given) is not str:
                continue
            fault = tests.get(part, _long)(given)
            if fault:
                found.append(fault._replace(part=part))
            if part in choosing:
                found += [f._replace(part=part) for f in choosing[part](given, facts)]
        return found

    return faults


def person(options: Mapping[str, Options]) -> Faults:
    """The number is checked as a resident identity number unless another document is named."""
    resident = _parts({"id_no": id_number, "phone": phone}, options)
    other = _parts({"phone": phone}, options)
    return lambda value, facts: (resident if value.get("id_type", RESIDENT_ID) == RESIDENT_ID else other)(value, facts)


def attachment(spec: Spec) -> Faults:
    most, megabytes = spec.get("max_files", MAX_FILES), spec.get("max_megabytes", MAX_MEGABYTES)
    accept = tuple(spec.get("accept", ()))
    endings = tuple(f".{kind}" for kind in accept) + ((".jpeg",) if "jpg" in accept else ())

    def faults(value: Any, facts: Facts) -> list[Fault]:
        found = []
        if len(value) > most:
            found.append(Fault("max_files", f"最多上传{most}个文件"))
        if endings and not all(file["name"].lower().endswith(endings) for file in value):
            found.append(Fault("accept", f"只能上传{'、'.join(kind.upper() for kind in accept)}格式的文件"))
        if any(file["size"] > megabytes * 1048576 for file in value):
            found.append(Fault("size", f"每个文件不能超过{megabytes}MB"))
        return found

    return faults


def rows(spec: Spec) -> Faults:
    least, most = spec.get("min_rows", 0), spec.get("max_rows", MAX_ROWS)

    def faults(value: Any, facts: Facts) -> list[Fault]:
        if len(value) > most:
            return [Fault("max_rows", f"最多填写{most}行，现在是{len(value)}行")]
        return [Fault("min_rows", f"至少填写{least}行，现在是{len(value)}行")] if len(value) < least else []

    return faults


def faults_of(spec: Spec, options: Options | None, parts: Mapping[str, Options]) -> Faults:
    """The checks of a field."""
    makers: Mapping[str, Callable[[], Faults]] = {
        "text": lambda: text(spec), "textarea": lambda: text(spec), "number": lambda: number(spec), "money": lambda: number(spec),
        "date": lambda: day(spec), "date_range": lambda: date_range(spec), "time": lambda: _one(time),
        "choice": lambda: option(options), "choices": lambda: option(options), "id_number": lambda: _one(id_number),
        "credit_code": lambda: _one(credit_code), "phone": lambda: _one(phone), "email": lambda: _one(email),
        "address": lambda: _parts({}, parts), "person": lambda: person(parts),
        "organisation": lambda: _parts({"credit_code": credit_code, "phone": phone}, parts),
        "attachment": lambda: attachment(spec), "group": lambda: rows(spec),
    }  # fmt: skip
    maker = makers.get(spec["type"])
    return maker() if maker else (lambda value, facts: [])
