"""What mapping a record can come to: a body, and exact faults that say everything but the value itself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

OMIT: Any = type("Omit", (), {"__slots__": (), "__repr__": lambda _self: "OMIT", "__bool__": lambda _self: False})()
"""What a transform gives when nothing is to be written."""


@dataclass(frozen=True, slots=True)
class MappingFault:
    """A value that can't be mapped, or a body that the target would refuse.

    `to`: target path (`staff[2].name`, rows from 1). `source`: path in the record, empty where there is none. `kind`: a stable
    word. `value_class`: what sort of value it was (“6 位数字”); the value itself stands nowhere. `message`, `remedy`: Chinese.
    """

    to: str
    source: str
    kind: str
    value_class: str
    message: str
    remedy: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class Mapped(NamedTuple):
    """A mapped body. With faults the body lacks what is faulty; it must not be sent. `sources`: target path to source path."""

    body: dict[str, Any]
    faults: tuple[MappingFault, ...] = ()
    sources: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Restored:
    """A record's part, read back from a body. `not_invertible`: target paths whose line has no way back."""

    record: dict[str, Any]
    faults: tuple[MappingFault, ...] = ()
    not_invertible: tuple[str, ...] = ()


class Refused(Exception):
    """Raised by a transform, caught by whoever runs it: never leaves this room. `words` continue “…的值（6 位数字）”."""

    def __init__(self, kind: str, words: str, remedy: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.words = words
        self.remedy = remedy


def fault(to: str, source: str, value: Any, why: Refused) -> MappingFault:
    shape = value_class(value)
    origin = f"来源 {source} 的值" if source else "值"
    return MappingFault(to, source, why.kind, shape, f"{to}：{origin}（{shape}）{why.words}", why.remedy)


def empty(value: Any) -> bool:
    """Null, an empty text, an empty list: nothing was given."""
    return value is None or value in ("", [], {})


def value_class(value: Any) -> str:
    """What sort of value this is, in words that give nothing away but kind and length."""
    if empty(value):
        return "空"
    if isinstance(value, bool):
        return "是／否"
    if isinstance(value, (int, float)):
        return f"{len(str(abs(value)))} 位整数" if isinstance(value, int) else "小数"
    if isinstance(value, str):
        return _text_class(value)
    if isinstance(value, (list, tuple)):
        return f"{len(value)} 项的列表"
    return "一组内容" if isinstance(value, Mapping) else "其他内容"


def _text_class(value: str) -> str:
    length = len(value)
    if value.isascii() and value.isdigit():
        return f"{length} 位数字"
    if value.isascii() and value.isalnum():
        return f"{length} 位字母或数字"
    if all("\u3400" <= c <= "\u9fff" or c > "\U00020000" for c in value):
        return f"{length} 个汉字"
    return f"{length} 个字符，含{_signs(value)}"


def _signs(value: str) -> str:
    found = {
        "汉字": any("\u3400" <= c <= "\u9fff" or c > "\U00020000" for c in value),
        "字母": any(c.isascii() and c.isalpha() for c in value),
        "数字": any(c.isdigit() for c in value),
        "符号": any(not c.isalnum() for c in value),
    }
    return "、".join(name for name, there in found.items() if there) or "其他字符"
