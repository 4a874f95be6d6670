"""How long calls took, as small histograms that add up over processes and days. Pure."""

from bisect import bisect_left
from collections.abc import Mapping

BOUNDS = (0.25, 0.5, 1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 500, 800, 1200, 2000, 4000, 8000)
"""Upper bounds of the buckets in milliseconds; one more bucket lies above."""


def bucket(seconds: float) -> int:
    return bisect_left(BOUNDS, seconds * 1000)


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """The upper bound, in milliseconds, of the bucket in which this share of the calls is reached; None without calls."""
    total = sum(counts.values())
    reached = 0
    for number in sorted(counts):
        reached += counts[number]
        if total and reached >= share * total:
            return float(BOUNDS[min(number, len(BOUNDS) - 1)])
    return None
