"""What is written where nothing was given (domain 4.4, no. 16)."""

from typing import Any

from yichuang.mappings.faults import OMIT, empty
from yichuang.mappings.transforms.transform import Context, Spec, Transform, identity

WORDS = {"empty_text": "", "null": None, "none": "无", "slash": "/", "zero": 0}


def default(spec: Spec, _context: Context) -> Transform:
    given = spec.get("value", "")

    def apply(value: Any) -> Any:
        return given if empty(value) else value

    return Transform("default", apply, identity, "v if v else F(v)", {"F": apply})


def omit_empty(_spec: Spec, _context: Context) -> Transform:
    def apply(value: Any) -> Any:
        return OMIT if empty(value) else value

    return Transform("omit_empty", apply, identity, "v if v else F(v)", {"F": apply})


def as_empty(spec: Spec, _context: Context) -> Transform:
    """`as`: what stands for nothing over there. `words`: texts that mean nothing over here (“无”, “/”)."""
    given = spec.get("as", "")
    words = frozenset(word for word in spec.get("words", ()) if isinstance(word, str))

    def apply(value: Any) -> Any:
        return given if empty(value) or (type(value) is str and value.strip() in words) else value

    def back(value: Any) -> Any:
        return "" if value == given and type(value) is type(given) else value

    if words:
        return Transform("empty", apply, back)
    return Transform("empty", apply, back, "v if v else F(v)", {"F": apply})
