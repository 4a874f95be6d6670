"""A handwritten signature: strokes of (x, y, pressure, t), bound to the hash of the text that was signed (domain 7.4)."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.errors import InputRefused

MOST_STROKES, MOST_POINTS, LEAST_POINTS = 300, 20_000, 5
WIDEST = 4_000
LEAST_EXTENT = 20
"""Pixels that a signature reaches at least in one direction: less is a dot."""

Point = tuple[float, float, float, int]


@dataclass(frozen=True, slots=True)
class Signature:
    """`strokes`: points (x, y in pixels, pressure 0–1, t in milliseconds since the first point); `device` as the browser names it."""

    strokes: tuple[tuple[Point, ...], ...]
    width: int
    height: int
    device: str = ""

    def as_json(self) -> str:
        told = {"strokes": self.strokes, "width": self.width, "height": self.height, "device": self.device}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self, letter_hash: str) -> str:
        """SHA-256 over the strokes and the hash of the signed text."""
        return hashlib.sha256(f"{letter_hash}\0{self.as_json()}".encode()).hexdigest()

    @property
    def svg(self) -> str:
        """As a picture: black lines whose width follows the pressure."""
        lines = "".join(_line(a, b) for stroke in self.strokes for a, b in zip(stroke, stroke[1:] or stroke, strict=False))
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        body = f'<g stroke="#111" stroke-linecap="round" fill="none">{lines}</g>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'


def _line(a: Point, b: Point) -> str:
    return f'<path d="M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}" stroke-width="{1.2 + 2.6 * b[2]:.2f}"/>'


def signature_of(raw: Any) -> Signature:
    """From a page's JSON `{strokes: [[[x, y, pressure, t], …], …], width, height, device}`. Raises `InputRefused`, in words."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("strokes"), list):
        raise _refused("没有收到签名，请重新签名")
    width, height = _size(raw.get("width")), _size(raw.get("height"))
    strokes = tuple(tuple(_points(stroke, width, height)) for stroke in raw["strokes"][: MOST_STROKES + 1])
    count = sum(map(len, strokes))
    if len(strokes) > MOST_STROKES or count > MOST_POINTS:
        raise _refused("签名笔画过多，请清除后重新签名")
    if count < LEAST_POINTS or _extent(strokes) < LEAST_EXTENT:
        raise _refused("签名太短，请写出完整姓名")
    return Signature(strokes, width, height, str(raw.get("device", ""))[:80])


def _points(stroke: Any, width: int, height: int) -> Iterator[Point]:
    if not isinstance(stroke, list) or len(stroke) > MOST_POINTS:
        raise _refused("签名数据不完整，请重新签名")
    for point in stroke:
        if not isinstance(point, list) or len(point) != 4 or not all(map(_finite, point)):
            raise _refused("签名数据不完整，请重新签名")
        x, y, pressure, t = point
        yield _within(x, width), _within(y, height), round(min(max(float(pressure), 0.0), 1.0), 3), int(min(max(t, 0), 86_400_000))


def _finite(part: Any) -> bool:
    return type(part) in (int, float) and math.isfinite(part)


def _within(value: float, most: int) -> float:
    return round(min(max(float(value), 0.0), float(most)), 1)


def _size(value: Any) -> int:
    if not _finite(value) or not 40 <= value <= WIDEST:
        raise _refused("签名板大小不对，请刷新页面后重新签名")
    return int(value)


def _extent(strokes: tuple[tuple[Point, ...], ...]) -> float:
    xs, ys = [p[0] for s in strokes for p in s], [p[1] for s in strokes for p in s]
    return max(max(xs) - min(xs), max(ys) - min(ys)) if xs else 0


def _refused(message: str) -> InputRefused:
    return InputRefused(message, problems=[{"field": "signature", "message": message}])


def stored_signature(stored: str) -> Signature:
    """From what `as_json` wrote."""
    raw = json.loads(stored)
    strokes = tuple(tuple((p[0], p[1], p[2], p[3]) for p in stroke) for stroke in raw["strokes"])
    return Signature(strokes, raw["width"], raw["height"], raw["device"])
