"""Everything that can go wrong with the document and the files beside it."""

from __future__ import annotations

from pathlib import Path


class KnowledgeError(Exception):
    """Root of this package's errors."""


class RepairError(KnowledgeError):
    """The raw text holds something that no repair step accounts for."""

    def __init__(self, *, path: Path, line: int, column: int, found: str, problem: str) -> None:
        self.path, self.line, self.column = path, line, column
        self.found, self.problem = found, problem
        shown = f" {found!r} ({code_points(found)})" if found else ""
        super().__init__(
            f"{path.name}:{line}:{column}:{shown} {problem}. Nothing was written. Extend a step in "
            "knowledge/repair/, or add an entry to knowledge/source/errata.yml, then run `make index`."
        )


class StructureError(KnowledgeError):
    """The repaired text is not built as a notice with sections, measures and sentences."""

    def __init__(self, *, line: int, expected: str, found: str) -> None:
        self.line, self.expected, self.found = line, expected, found
        super().__init__(
            f"Clean text, line {line}: expected {expected}, found {found}. Compare the line with "
            "knowledge/source/, and the counts with knowledge/source/expected.yml, then run `make index`."
        )


class DocumentNotBuiltError(KnowledgeError):
    """The built document is missing, damaged, or does not belong to its source."""

    def __init__(self, *, path: Path, problem: str) -> None:
        self.path, self.problem = path, problem
        super().__init__(f"{path}: {problem}. Build the document again with `make index`.")


class DataFileError(KnowledgeError):
    """A data file that people edit breaks its rules."""

    def __init__(self, *, path: Path, place: str, problem: str) -> None:
        self.path, self.place, self.problem = path, place, problem
        super().__init__(
            f"{path.parent.name}/{path.name}, {place}: {problem}. "
            "Correct the file, then run `python -m knowledge check`."
        )


class UnknownClauseError(KnowledgeError, LookupError):
    """No clause has this id."""

    def __init__(self, clause_id: str, *, last: str) -> None:
        self.clause_id, self.last = clause_id, last
        super().__init__(
            f"The document has no clause {clause_id!r}; ids are `measure.sentence`, from '1.1' to {last!r}."
        )


class UnknownMeasureError(KnowledgeError, LookupError):
    """No measure has this number."""

    def __init__(self, number: int, *, last: int) -> None:
        self.number, self.last = number, last
        super().__init__(f"The document has no measure {number}; measures are numbered 1 to {last}.")


class UnknownSectionError(KnowledgeError, LookupError):
    """No section has this number."""

    def __init__(self, number: int, *, last: int) -> None:
        self.number, self.last = number, last
        super().__init__(f"The document has no section {number}; sections are numbered 1 to {last}.")


def code_points(text: str) -> str:
    """Return the code points of ``text`` as ``U+XXXX``, separated by spaces."""
    return " ".join(f"U+{ord(character):04X}" for character in text)
