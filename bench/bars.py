"""The figures of a run and the bars they must reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.percentiles import median, percentile
from bench.run import Measurements


@dataclass(frozen=True)
class Figures:
    """What one product reached; times in milliseconds unless the name says seconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    turns_per_s_at_8: float
    turns_per_s_at_32: float
    p95_ms_at_8: float
    p95_ms_at_32: float
    processor_ms_at_8: float
    ready_s: float
    memory_mb: float
    memory_kind: str
    processes: int
    turn_5_ms: float
    turn_300_ms: float
    failures: int

    @property
    def ageing(self) -> float:
        """How many times as long turn 300 takes as turn 5."""
        return self.turn_300_ms / self.turn_5_ms


def figures(measured: Measurements) -> Figures:
    """Return the figures of a complete measurement.

    Turn times are pooled over the rounds; throughput is all turns of a load over all its seconds; the start
    is the median of all starts; memory is the larger of before and after the load.

    Raises:
        ValueError: A part was not measured or nothing was answered in it.
    """
    if measured.ageing is None or measured.memory_idle is None or measured.memory_loaded is None:
        raise ValueError("The measurement is not complete: no memory or no long conversation.")
    memory = max(measured.memory_idle, measured.memory_loaded, key=lambda one: one.megabytes)
    alone = _durations_ms(measured, 1)
    return Figures(
        p50_ms=percentile(alone, 0.5),
        p95_ms=percentile(alone, 0.95),
        p99_ms=percentile(alone, 0.99),
        turns_per_s_at_8=_turns_per_s(measured, 8),
        turns_per_s_at_32=_turns_per_s(measured, 32),
        p95_ms_at_8=percentile(_durations_ms(measured, 8), 0.95),
        p95_ms_at_32=percentile(_durations_ms(measured, 32), 0.95),
        processor_ms_at_8=1000 * sum(measured.processor_s[8]) / len(_durations_ms(measured, 8)),
        ready_s=median(measured.starts_s),
        memory_mb=memory.megabytes,
        memory_kind=memory.kind,
        processes=memory.processes,
        turn_5_ms=measured.ageing.young_ms,
        turn_300_ms=measured.ageing.old_ms,
        failures=measured.ageing.failures
        + sum(block.failures for blocks in measured.blocks.values() for block in blocks),
    )


def _durations_ms(measured: Measurements, at_once: int) -> list[float]:
    return [1000 * took for block in measured.blocks[at_once] for took in block.durations_s]


def _turns_per_s(measured: Measurements, at_once: int) -> float:
    blocks = measured.blocks[at_once]
    return sum(len(block.durations_s) for block in blocks) / sum(block.elapsed_s for block in blocks)


@dataclass(frozen=True)
class Bar:
    """A limit for one value.

    Attributes:
        text: As people write it, e.g. ``"≤ 50 ms"``.
        limit: The number in it.
        upper: Whether the value may not be greater than the limit; else it may not be smaller.
    """

    text: str
    limit: float
    upper: bool

    def is_met(self, value: float) -> bool:
        """Return whether the value keeps the limit; the limit itself does."""
        return value <= self.limit if self.upper else value >= self.limit


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        label: What is measured.
        read: Takes the value out of a product's figures.
        form: How a value is written, e.g. ``"{:.0f} ms"``.
        bar: For our value; None where there is none.
    """

    label: str
    read: Callable[[Figures], float]
    form: str
    bar: Bar | None = None


ROWS = (
    Row("turn p50, one at a time", lambda f: f.p50_ms, "{:.0f} ms", Bar("≤ 50 ms", 50, upper=True)),
    Row("turn p95, one at a time", lambda f: f.p95_ms, "{:.0f} ms", Bar("≤ 120 ms", 120, upper=True)),
    Row("turn p99, one at a time", lambda f: f.p99_ms, "{:.0f} ms"),
    Row("turns per second, 8 at once", lambda f: f.turns_per_s_at_8, "{:.1f}", Bar("≥ 40", 40, upper=False)),
    Row("turn p95, 8 at once", lambda f: f.p95_ms_at_8, "{:.0f} ms"),
    Row("processor time per turn, 8 at once", lambda f: f.processor_ms_at_8, "{:.0f} ms"),
    Row("turns per second, 32 at once", lambda f: f.turns_per_s_at_32, "{:.1f}"),
    Row("turn p95, 32 at once", lambda f: f.p95_ms_at_32, "{:.0f} ms"),
    Row("cold start to the first cited answer", lambda f: f.ready_s, "{:.1f} s", Bar("≤ 20 s", 20, upper=True)),
    Row("memory of all processes", lambda f: f.memory_mb, "{:.0f} MB", Bar("≤ 1,500 MB", 1500, upper=True)),
    Row("turn 5 of a conversation", lambda f: f.turn_5_ms, "{:.0f} ms"),
    Row("turn 300 of a conversation", lambda f: f.turn_300_ms, "{:.0f} ms"),
    Row("turn 300 over turn 5", lambda f: f.ageing, "{:.2f} ×", Bar("≤ 1.3 ×", 1.3, upper=True)),
    Row("turns without a reply", lambda f: f.failures, "{:.0f}", Bar("0", 0, upper=True)),
)


@dataclass(frozen=True)
class Ratio:
    """How many times better we are than stock Rasa, with its bar.

    Attributes:
        label: What is compared.
        of: Ours and stock's figures to the ratio; greater is better.
        bar: What it must reach.
    """

    label: str
    of: Callable[[Figures, Figures], float]
    bar: Bar


TWICE = Bar("≥ 2 ×", 2, upper=False)
RATIOS = (
    Ratio("throughput over stock's, 8 at once", lambda a, b: a.turns_per_s_at_8 / b.turns_per_s_at_8, TWICE),
    Ratio("throughput over stock's, 32 at once", lambda a, b: a.turns_per_s_at_32 / b.turns_per_s_at_32, TWICE),
    Ratio("start quicker than stock's", lambda a, b: b.ready_s / a.ready_s, TWICE),
)
