"""A share of some messages with its 95 % interval: the one way in which this package states a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

# 95 % of a normal distribution lie within so many standard deviations.
Z = 1.96

Better = Literal["higher", "lower"]
T = TypeVar("T")


@dataclass(frozen=True)
class Share:
    """How many of some messages got a treatment.

    Attributes:
        name: What is counted, e.g. ``"questions: clause@1"``.
        hits: How many got it.
        total: How many there are.
        better: Whether it is good that the share is ``higher`` or ``lower``.
    """

    name: str
    hits: int
    total: int
    better: Better = "higher"

    @property
    def value(self) -> float:
        """The share in [0, 1]; 0 if there are no messages."""
        return self.hits / self.total if self.total else 0.0

    @property
    def margin(self) -> float:
        """Half of the width of the interval."""
        low, high = self.interval()
        return (high - low) / 2

    def interval(self) -> tuple[float, float]:
        """Return the Wilson score interval (Wilson 1927); all of [0, 1] if there are no messages."""
        if not self.total:
            return (0.0, 1.0)
        centre = self.value + Z * Z / (2 * self.total)
        spread = Z * ((self.value * (1 - self.value) + Z * Z / (4 * self.total)) / self.total) ** 0.5
        width = 1 + Z * Z / self.total
        # What is exactly 0 or 1 comes out a rounding error beside it.
        return (max(0.0, (centre - spread) / width), min(1.0, (centre + spread) / width))


def share_of(name: str, things: Iterable[T], counts: Callable[[T], bool], *, better: Better = "higher") -> Share:
    """Return the share of things that count."""
    counted = [counts(thing) for thing in things]
    return Share(name, sum(counted), len(counted), better)
