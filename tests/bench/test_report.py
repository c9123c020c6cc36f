from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.bars import Bar
from bench.report import Machine, Result, page, table, this_machine, verdict, write
from bench.run import Measurements, Plan
from tests.bench.test_bars import OURS, STOCK

MACHINE = Machine("A CPU", 2, "Linux x86_64", "3.11.7", 0.5)
RESULT = Result(
    at=datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC),
    machine=MACHINE,
    plan=Plan(),
    measured={"ours": Measurements(starts_s=[8.0])},
    ours=OURS,
    stock=STOCK,
    client_ms=0.15,
)


def test_verdict_says_met_missed_or_nothing() -> None:
    bar = Bar("≤ 50 ms", 50, upper=True)

    assert [verdict(bar, 49), verdict(bar, 51), verdict(None, 51)] == ["met", "MISSED", ""]


def test_table_puts_both_products_beside_the_bar() -> None:
    lines = table(OURS, STOCK).splitlines()

    assert lines[0] == "|  | ours | stock Rasa | bar | verdict |"
    assert lines[1] == "| --- | ---: | ---: | --- | --- |"
    assert "| turn p50, one at a time | 40 ms | 40 ms | ≤ 50 ms | met |" in lines
    assert "| turns per second, 8 at once | 60.0 | 20.0 | ≥ 40 | met |" in lines
    assert "| throughput over stock's, 8 at once | 3.0 × |  | ≥ 2 × | met |" in lines


def test_table_shouts_what_is_missed() -> None:
    slow = replace(OURS, turn_300_ms=60)

    assert "| turn 300 over turn 5 | 1.50 × | 1.10 × | ≤ 1.3 × | MISSED |" in table(slow, STOCK)


def test_table_without_stock_leaves_the_comparisons_out() -> None:
    text = table(OURS, None)

    assert "| cold start to the first cited answer | 8.0 s | not measured | ≤ 20 s | met |" in text
    assert "throughput over stock's" not in text


def test_page_says_when_where_and_how_much() -> None:
    text = page(RESULT)

    assert text.startswith("# Benchmark of 2026-11-23 14:05\n")
    assert "A CPU, 2 cores, Linux x86_64, Python 3.11.7, load average 0.50 before the run." in text
    assert "4 × 60 at 1 at once, 4 × 160 at 8 at once" in text
    assert "costs 0.15 ms per turn" in text


def test_write_keeps_the_page_and_every_duration(tmp_path: Path) -> None:
    path = write(RESULT, tmp_path / "bench")

    assert path == tmp_path / "bench" / "2026-11-23T140506.md"
    assert path.read_text(encoding="utf-8") == page(RESULT)
    kept = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert kept["measured"]["ours"]["starts_s"] == [8.0]


def test_this_machine_reads_the_processor(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: A CPU\n\nprocessor\t: 1\nmodel name\t: A CPU\n")

    assert this_machine(cpuinfo).processor == "A CPU"
