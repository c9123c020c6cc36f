"""Run the steps over the whole text, and refuse the result if anything foreign is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import RepairError
from knowledge.repair.errata import Erratum
from knowledge.repair.leftovers import find_leftovers
from knowledge.repair.lines import Line, Repair, apply_edits
from knowledge.repair.steps import Step, default_steps


@dataclass(frozen=True)
class RepairedText:
    """The clean text and everything that was done to get it.

    Attributes:
        text: Paragraphs, each ending in a line feed.
        repairs: In the order of the steps, then of the text.
    """

    text: str
    repairs: tuple[Repair, ...]


def repair_text(raw: str, *, errata: Sequence[Erratum], path: Path) -> RepairedText:
    """Repair the raw text.

    Args:
        raw: The raw file's text, lines separated by line feeds.
        errata: Restorations to make, each exactly once.
        path: The raw file, for error messages only.

    Raises:
        RepairError: Something is left that does not belong in the text, or an erratum does not fit.
    """
    lines = [Line.raw(number, text) for number, text in enumerate(raw.removesuffix("\n").split("\n"), 1)]
    refuse_stray_errata(errata, n_lines=len(lines), path=path)
    repairs: list[Repair] = []
    for step in default_steps(errata):
        lines, made = run_step(lines, step, path=path)
        repairs += made
    refuse_leftovers(lines, path=path)
    return RepairedText("".join(f"{line.text}\n" for line in lines), tuple(repairs))


def run_step(lines: Sequence[Line], step: Step, *, path: Path) -> tuple[list[Line], list[Repair]]:
    """Return the lines after one step, and what it repaired.

    Raises:
        RepairError: The step could not do its work on a line.
    """
    after: list[Line] = []
    repairs: list[Repair] = []
    for line in lines:
        try:
            edits = step.find(line)
        except ValueError as error:
            problem = f"step {step.name}: {error}"
            raise RepairError(path=path, line=line.number, column=1, found="", problem=problem) from error
        repaired, made = apply_edits(line, edits, step=step.name)
        after.append(repaired)
        repairs += made
    return after, repairs


def refuse_stray_errata(errata: Sequence[Erratum], *, n_lines: int, path: Path) -> None:
    """Raise ``RepairError`` for an erratum beyond the end of the file, which would never be made."""
    for erratum in errata:
        if erratum.line > n_lines:
            problem = f"erratum {erratum.id!r} names this line, but the file has only {n_lines}"
            raise RepairError(path=path, line=erratum.line, column=1, found="", problem=problem)


def refuse_leftovers(lines: Sequence[Line], *, path: Path) -> None:
    """Raise ``RepairError`` for the first thing in the repaired lines that does not belong there."""
    for line in lines:
        for leftover in find_leftovers(line):
            raise RepairError(
                path=path,
                line=line.number,
                column=line.column(leftover.start),
                found=leftover.found,
                problem=leftover.problem,
            )
