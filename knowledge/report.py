"""What the build repaired, to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from knowledge.repair import Repair


def render_report(repairs: Sequence[Repair]) -> str:
    """Return every repair by step and reason, with its places in the raw file as line:column."""
    lines = [f"{len(repairs)} repairs; places are line:column of the raw file"]
    for step, made in groupby(repairs, key=lambda repair: repair.step):
        lines += ["", *_render_step(step, list(made))]
    return "\n".join(lines)


def _render_step(step: str, repairs: Sequence[Repair]) -> Iterator[str]:
    yield f"{step}: {len(repairs)}"
    by_why: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for repair in repairs:
        by_why[repair.why][repair.before, repair.after].append(f"{repair.line}:{repair.column}")
    for why, changes in by_why.items():
        yield f"  {why}"
        for (before, after), places in changes.items():
            yield f"    {before} → {after or '(nothing)'}  ×{len(places)}  {' '.join(places)}"
