from __future__ import annotations

from dataclasses import replace

import pytest

from bench.ageing import Ageing
from bench.bars import RATIOS, ROWS, Bar, Figures, figures
from bench.load import Block
from bench.processes import Memory
from bench.run import Measurements

OURS = Figures(
    p50_ms=40,
    p95_ms=90,
    p99_ms=110,
    turns_per_s_at_8=60,
    turns_per_s_at_32=64,
    p95_ms_at_8=170,
    p95_ms_at_32=600,
    processor_ms_at_8=30,
    ready_s=8,
    memory_mb=1200,
    memory_kind="PSS",
    processes=4,
    turn_5_ms=40,
    turn_300_ms=44,
    failures=0,
)
STOCK = replace(OURS, turns_per_s_at_8=20, turns_per_s_at_32=16, ready_s=28)


def _measurements() -> Measurements:
    return Measurements(
        starts_s=[9.0, 7.0, 20.0],
        blocks={
            1: [Block((0.01, 0.02), 0.03, 0), Block((0.03,), 0.03, 1)],
            8: [Block((0.1,) * 30, 1.0, 0), Block((0.1,) * 30, 2.0, 0)],
            32: [Block((0.5,) * 50, 2.0, 2)],
        },
        processor_s={1: [0.1, 0.1], 8: [0.8, 1.0], 32: [1.0]},
        memory_idle=Memory(900.0, "PSS", 4),
        memory_loaded=Memory(1000.0, "PSS", 4),
        ageing=Ageing(young_s=(0.04, 0.05, 0.9), old_s=(0.06, 0.01, 0.07), failures=3),
    )


def test_figures_pool_turns_over_the_rounds() -> None:
    reached = figures(_measurements())

    assert reached.p50_ms == pytest.approx(20)
    assert reached.p99_ms == pytest.approx(29.8)


def test_figures_divide_all_turns_by_all_seconds() -> None:
    reached = figures(_measurements())

    assert (reached.turns_per_s_at_8, reached.turns_per_s_at_32) == (20.0, 25.0)


def test_figures_take_the_median_start_and_the_larger_memory() -> None:
    reached = figures(_measurements())

    assert (reached.ready_s, reached.memory_mb) == (9.0, 1000.0)


def test_figures_divide_all_processor_time_by_all_turns() -> None:
    assert figures(_measurements()).processor_ms_at_8 == pytest.approx(30)


def test_figures_count_failures_everywhere() -> None:
    assert figures(_measurements()).failures == 6


def test_ageing_compares_medians() -> None:
    assert figures(_measurements()).ageing == pytest.approx(1.2)


def test_figures_refuse_an_unfinished_measurement() -> None:
    with pytest.raises(ValueError, match="not complete"):
        figures(Measurements())


@pytest.mark.parametrize(
    ("bar", "value", "met"),
    [
        (Bar("≤ 50 ms", 50, upper=True), 50.0, True),
        (Bar("≤ 50 ms", 50, upper=True), 50.1, False),
        (Bar("≥ 40", 40, upper=False), 40.0, True),
        (Bar("≥ 40", 40, upper=False), 39.9, False),
    ],
)
def test_bar_is_met_up_to_its_limit(bar: Bar, value: float, met: bool) -> None:
    assert bar.is_met(value) is met


def test_every_bar_is_the_agreed_one() -> None:
    bars = {row.label: row.bar.text for row in ROWS if row.bar}

    assert bars == {
        "turn p50, one at a time": "≤ 50 ms",
        "turn p95, one at a time": "≤ 120 ms",
        "turns per second, 8 at once": "≥ 40",
        "cold start to the first cited answer": "≤ 20 s",
        "memory of all processes": "≤ 1,500 MB",
        "turn 300 over turn 5": "≤ 1.3 ×",
        "turns without a reply": "0",
    }


def test_ratios_say_how_many_times_better_we_are() -> None:
    assert [ratio.of(OURS, STOCK) for ratio in RATIOS] == [3.0, 4.0, 3.5]
