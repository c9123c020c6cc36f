"""Percentiles of a few hundred durations."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie, interpolated linearly.

    Args:
        values: At least one number, in any order and unit.
        share: Within [0, 1]; 0.5 is the median.

    Raises:
        ValueError: No values, or a share outside [0, 1].
    """
    if not values or not 0 <= share <= 1:
        raise ValueError(f"Need at least one value and a share in [0, 1]; got {len(values)} values, {share}.")
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def median(values: Sequence[float]) -> float:
    """Return the 0.5 percentile."""
    return percentile(values, 0.5)
