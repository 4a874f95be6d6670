"""One transform, ready to run: what it takes, what it gives, how it runs forward, back, and inline in generated code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from yichuang.mappings.faults import Refused, empty
from yichuang.ports import Body

Apply = Callable[[Any], Any]
Spec = Mapping[str, Any]
ANY = frozenset({"text", "number", "boolean", "texts", "object", "rows", "files"})
TEXT = frozenset({"text"})
PLAIN = frozenset({"text", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Context:
    """What a transform is made with: code tables by code, and whether its line has several sources."""

    table: Callable[[str], Body | None] = lambda code: None
    many: bool = False


class Joint(NamedTuple):
    """`part`: what this line has; `restore`: from the parts by name to the source; `needs`: without which it can't."""

    part: str
    restore: Callable[[Mapping[str, Any]], Any]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Transform:
    """`apply` is total but for `Refused`. `back`, where there is one, gives a value that `apply` maps to the same again.

    `inline`: an expression over `v` and the names in `bound`, with the same result as `apply`, or any exception where `apply`
    refuses: written here, never by staff.
    """

    use: str
    apply: Apply
    back: Apply | None = None
    inline: str = ""
    bound: Mapping[str, Any] = field(default_factory=dict)
    lossy: bool = False
    """Whether something is lost on the way, so that `back` gives less than there was."""
    joint: "Joint | None" = None
    """How several lines of one source, each with a part of it, are put together again."""
    broken: str = ""
    """Why it refuses everything."""


def on_text(run: Callable[[str], Any]) -> Apply:
    """`run` for texts; what is empty stays as it is, anything else is refused."""

    def apply(value: Any) -> Any:
        if type(value) is str:
            return run(value) if value else value
        if empty(value):
            return value
        raise not_text()

    return apply


def not_text() -> Refused:
    return Refused("type", "不是文字，不能这样转换", "请改选来源，或先用“连接”等转换成文字")


def identity(value: Any) -> Any:
    return value


def misconfigured(use: str, words: str) -> Transform:
    """A transform whose options make no sense: it refuses everything, so that a draft can be tried on."""

    def apply(value: Any) -> Any:
        raise Refused("definition", f"不能转换：{words}", "请在映射中更正这一转换")

    return Transform(use, apply, broken=words)
