"""Questions that clauses answer and that no model learns from: ``evaluation/questions.jsonl``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from knowledge.document import Document
from knowledge.natural import MessageEntry, check_clauses, read_json_lines
from knowledge.storage import PACKAGE_DIR, load_document

HELD_OUT_FILE = PACKAGE_DIR / "evaluation" / "questions.jsonl"


@dataclass(frozen=True)
class HeldOutQuestion:
    """A question written for a clause, and the clauses that two readers found to answer it.

    Attributes:
        id: Unique.
        text: As it was written.
        style: ``colloquial``, ``professional``, ``story``, ``voice`` …
        clause_ids: The clauses that answer it, best first; at least one.
    """

    id: str
    text: str
    style: str
    clause_ids: tuple[str, ...]


class _HeldOutEntry(MessageEntry):
    style: str = Field(min_length=1)
    clauses: list[str] = Field(min_length=1)


def load_held_out_questions(
    path: Path = HELD_OUT_FILE, *, document: Document | None = None
) -> tuple[HeldOutQuestion, ...]:
    """Read all held-out questions, in the order of the file.

    Raises:
        DataFileError: A line breaks the schema, names a clause that does not exist, or repeats another line's
            id or text.
    """
    document = document or load_document()
    questions = []
    for place, entry in read_json_lines(path, _HeldOutEntry):
        check_clauses(entry.clauses, document, path=path, place=place)
        questions.append(HeldOutQuestion(entry.id, entry.text, entry.style, tuple(entry.clauses)))
    return tuple(questions)
