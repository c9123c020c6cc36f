"""Memory and processor time of a product's processes, read from ``/proc`` (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One process; its start time tells it from a later one with the same number."""

    pid: int
    started: int


@dataclass(frozen=True)
class Memory:
    """Memory of several processes.

    Attributes:
        megabytes: Sum over all processes, in MB of 10^6 bytes.
        kind: ``"PSS"`` (pages shared by n processes count 1/n in each), or ``"RSS"`` where the kernel
            does not let PSS be read for every process.
        processes: How many there were.
    """

    megabytes: float
    kind: str
    processes: int


def read_process(pid: int, proc: Path = PROC) -> Process | None:
    """Return the process with that number, None if there is none (or only its zombie)."""
    fields = _stat_fields(pid, proc)
    return Process(pid, int(fields[19])) if fields and fields[0] != "Z" else None


def process_tree(roots: Iterable[int], proc: Path = PROC) -> tuple[Process, ...]:
    """Return the living processes among ``roots`` and all their descendants, by number."""
    children: dict[int, list[int]] = {}
    for folder in proc.iterdir():
        if folder.name.isdigit() and (fields := _stat_fields(int(folder.name), proc)):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting.extend(children.get(pid, []))
    living = (read_process(pid, proc) for pid in sorted(found))
    return tuple(process for process in living if process is not None)


def total_memory(pids: Iterable[int], proc: Path = PROC) -> Memory:
    """Sum PSS over the processes that still live; RSS for all of them if one hides its PSS."""
    known = [pid for pid in pids if (proc / str(pid) / "status").exists()]
    pss = [_kilobytes(proc / str(pid) / "smaps_rollup", "Pss:") for pid in known]
    if all(value is not None for value in pss):
        return Memory(_megabytes(pss), "PSS", len(known))
    rss = [_kilobytes(proc / str(pid) / "status", "VmRSS:") for pid in known]
    return Memory(_megabytes(rss), "RSS", len(known))


def processor_time_s(pids: Iterable[int], proc: Path = PROC) -> float:
    """Sum the seconds of processor time that the living processes have used since they began."""
    stats = (_stat_fields(pid, proc) for pid in pids)
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in stats if fields)
    return float(ticks / os.sysconf("SC_CLK_TCK"))


def _megabytes(kilobytes: Iterable[int | None]) -> float:
    return sum(value or 0 for value in kilobytes) * 1024 / 1e6


def _kilobytes(path: Path, label: str) -> int | None:
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith(label)), None)


def _stat_fields(pid: int, proc: Path) -> list[str]:
    """Return the fields after the command's name: state, parent, …; empty if the process is gone."""
    try:
        text = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
