"""A line under repair that remembers where each of its characters stood in the raw file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of the text.

    Attributes:
        number: Line number in the raw file, from 1; no step adds or drops lines.
        text: The line's characters as repaired so far, without its line feed.
        columns: For each character of ``text`` the column in the raw file, from 1.
    """

    number: int
    text: str
    columns: tuple[int, ...]

    @classmethod
    def raw(cls, number: int, text: str) -> Line:
        """Return the line as it stands in the raw file."""
        return cls(number, text, tuple(range(1, len(text) + 1)))

    def column(self, index: int) -> int:
        """Return the raw column of the character at ``index``; behind the end, the last one's."""
        if not self.columns:
            return 1
        return self.columns[min(index, len(self.columns) - 1)]


@dataclass(frozen=True)
class Edit:
    """A replacement that a step asks for: ``line.text[start:end]`` becomes ``after``."""

    start: int
    end: int
    after: str
    why: str


@dataclass(frozen=True)
class Repair:
    """A replacement that was made; ``line`` and ``column`` point into the raw file."""

    step: str
    line: int
    column: int
    before: str
    after: str
    why: str


def apply_edits(line: Line, edits: Sequence[Edit], *, step: str) -> tuple[Line, tuple[Repair, ...]]:
    """Return the line with all ``edits`` made, and the record of them.

    Args:
        line: Line to edit; it is not changed.
        edits: In the order of the text, not overlapping.
        step: Name of the step, for the record.
    """
    pieces: list[str] = []
    columns: list[int] = []
    repairs: list[Repair] = []
    done = 0
    for edit in edits:
        pieces += line.text[done : edit.start], edit.after
        columns += line.columns[done : edit.start]
        last = max(edit.start, edit.end - 1)
        columns += (line.column(min(edit.start + i, last)) for i in range(len(edit.after)))
        before = line.text[edit.start : edit.end]
        repairs.append(Repair(step, line.number, line.column(edit.start), before, edit.after, edit.why))
        done = edit.end
    pieces.append(line.text[done:])
    columns += line.columns[done:]
    return Line(line.number, "".join(pieces), tuple(columns)), tuple(repairs)
