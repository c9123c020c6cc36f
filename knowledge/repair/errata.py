"""Restorations that no rule can make: places where the encoding broke."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pydantic import Field

from knowledge.errors import DataFileError
from knowledge.repair.lines import Edit, Line
from knowledge.schema import Entry, read_entries


class Erratum(Entry):
    """One restoration; see the head of ``knowledge/source/errata.yml``."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    line: int = Field(ge=1)
    before: str = Field(min_length=1)
    after: str = Field(min_length=1)
    why: str = Field(min_length=1)


def load_errata(path: Path) -> tuple[Erratum, ...]:
    """Read the errata file.

    Raises:
        DataFileError: The file breaks its schema or uses an id twice.
    """
    errata = read_entries(path, Erratum)
    seen: set[str] = set()
    for erratum in errata:
        if erratum.id in seen:
            raise DataFileError(path=path, place=f"entry {erratum.id}", problem="this id is used twice")
        seen.add(erratum.id)
    return errata


def restore_errata(line: Line, *, errata: Sequence[Erratum]) -> tuple[Edit, ...]:
    """Find the damage that the errata file restores in this line.

    Raises:
        ValueError: A restoration's ``before`` does not occur exactly once in its line.
    """
    edits = [_edit(line, erratum) for erratum in errata if erratum.line == line.number]
    return tuple(sorted(edits, key=lambda edit: edit.start))


def errata_step(errata: Sequence[Erratum]) -> partial[tuple[Edit, ...]]:
    """Return ``restore_errata`` with its errata filled in."""
    return partial(restore_errata, errata=tuple(errata))


def _edit(line: Line, erratum: Erratum) -> Edit:
    found = line.text.count(erratum.before)
    if found != 1:
        raise ValueError(
            f"erratum {erratum.id!r}: {erratum.before!r} must occur exactly once, found {found} times"
        )
    start = line.text.index(erratum.before)
    why = " ".join(erratum.why.split())
    return Edit(start, start + len(erratum.before), erratum.after, f"{erratum.id}: {why}")
