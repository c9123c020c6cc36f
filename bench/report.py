"""The table of a run, and the files that keep it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bench.bars import RATIOS, ROWS, Bar, Figures
from bench.run import Measurements, Plan


@dataclass(frozen=True)
class Machine:
    """Where a run happened."""

    processor: str
    cores: int
    system: str
    python: str
    load_before: float

    def __str__(self) -> str:
        return (
            f"{self.processor}, {self.cores} cores, {self.system}, Python {self.python}, "
            f"load average {self.load_before:.2f} before the run"
        )


def this_machine(cpuinfo: Path = Path("/proc/cpuinfo")) -> Machine:
    """Describe the machine we run on."""
    lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return Machine(
        processor=next(names, platform.machine()),
        cores=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        load_before=os.getloadavg()[0],
    )


@dataclass(frozen=True)
class Result:
    """A finished run.

    Attributes:
        at: When it ended.
        machine: Where.
        plan: How much was measured.
        measured: By product, raw.
        ours: Our figures.
        stock: The stock project's; None if it was not measured.
        client_ms: What the load generator itself costs per turn.
    """

    at: datetime
    machine: Machine
    plan: Plan
    measured: dict[str, Measurements]
    ours: Figures
    stock: Figures | None
    client_ms: float


def verdict(bar: Bar | None, value: float) -> str:
    """Return ``met``, ``MISSED``, or nothing where there is no bar."""
    if bar is None:
        return ""
    return "met" if bar.is_met(value) else "MISSED"


def table(ours: Figures, stock: Figures | None) -> str:
    """Return the Markdown table of all figures with their bars and verdicts."""
    cells = [("", "ours", "stock Rasa", "bar", "verdict"), ("---", "---:", "---:", "---", "---")]
    for row in ROWS:
        value = row.read(ours)
        theirs = row.form.format(row.read(stock)) if stock else "not measured"
        bar = row.bar.text if row.bar else ""
        cells.append((row.label, row.form.format(value), theirs, bar, verdict(row.bar, value)))
    for ratio in RATIOS if stock else ():
        times = ratio.of(ours, stock) if stock else 0.0
        cells.append((ratio.label, f"{times:.1f} ×", "", ratio.bar.text, verdict(ratio.bar, times)))
    return _markdown(cells)


def page(result: Result) -> str:
    """Return the whole report as Markdown: when, where, how much, the table, the notes."""
    turns = ", ".join(f"{result.plan.rounds} × {turns} at {n} at once" for n, turns in result.plan.turns)
    return (
        f"# Benchmark of {result.at:%Y-%m-%d %H:%M}\n\n"
        f"{result.machine}.\n\n"
        f"{table(result.ours, result.stock)}\n"
        f"Questions per product: {turns}; all different. Starts: {result.plan.starts} each, median. "
        f"Long conversation: {result.plan.conversation} turns, {result.plan.pairs} pairs compared, medians. "
        f"Memory: {result.ours.memory_kind} of {result.ours.processes} processes of ours. "
        f"The client itself costs {result.client_ms:.2f} ms per turn.\n"
    )


def write(result: Result, folder: Path) -> Path:
    """Write ``<date>.md`` and ``<date>.json`` (all raw durations); return the Markdown file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.at:%Y-%m-%dT%H%M%S}.md"
    path.write_text(page(result), encoding="utf-8")
    fields = asdict(result) | {"at": result.at.isoformat()}
    path.with_suffix(".json").write_text(json.dumps(fields, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _markdown(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)
