"""A handwritten signature as a picture made of nothing but lines: only numbers are taken from what was sent."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_POINTS = 20_000
WIDEST = 4_000


def drawing(raw: Any) -> str:
    """`{"width", "height", "strokes": [[[x, y], …], …]}` as SVG; empty for anything else. Pressure, a third number, makes lines thicker."""
    if not isinstance(raw, Mapping):
        return ""
    width, height, strokes = _size(raw.get("width")), _size(raw.get("height")), raw.get("strokes")
    if not width or not height or not isinstance(strokes, Sequence) or isinstance(strokes, str):
        return ""
    lines = [line for stroke in strokes if (line := _points(stroke))]
    if not lines or sum(map(len, lines)) > MOST_POINTS:
        return ""
    thick = max(width, height) / 150
    paths = "".join(_path(line, thick) for line in lines)
    look = 'fill="none" stroke="#17212e" stroke-linecap="round" stroke-linejoin="round"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" {look}>{paths}</svg>'


def _size(value: Any) -> float:
    return float(value) if _number(value) and 0 < value <= WIDEST else 0.0


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -WIDEST <= value <= WIDEST


def _points(stroke: Any) -> list[tuple[float, float, float]]:
    if not isinstance(stroke, Sequence) or isinstance(stroke, str):
        return []
    found = [point for point in stroke if isinstance(point, Sequence) and len(point) >= 2 and all(map(_number, point))]
    return [(float(p[0]), float(p[1]), min(1.0, max(0.1, float(p[2]))) if len(p) > 2 else 0.5) for p in found]


def _path(line: list[tuple[float, float, float]], thick: float) -> str:
    pressure = sum(point[2] for point in line) / len(line)
    first, rest = line[0], line[1:] or line[:1]
    steps = " ".join(f"L{x:.1f} {y:.1f}" for x, y, _ in rest)
    return f'<path d="M{first[0]:.1f} {first[1]:.1f} {steps}" stroke-width="{thick * (0.4 + pressure):.2f}"/>'
