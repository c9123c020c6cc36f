"""Messages written without the document at hand, labelled by two readers: ``evaluation/natural.jsonl``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, model_validator

from knowledge.document import Document
from knowledge.errors import DataFileError, UnknownClauseError
from knowledge.questions import question_key
from knowledge.schema import Entry, validate
from knowledge.storage import PACKAGE_DIR, load_document

NATURAL_FILE = PACKAGE_DIR / "evaluation" / "natural.jsonl"

Label = Literal["answer", "detail", "oos", "vague"]
Split = Literal["train", "held_out"]


@dataclass(frozen=True)
class NaturalMessage:
    """A message and what two readers, each alone, said of it.

    Attributes:
        id: Unique.
        text: As it was written.
        form: How it is written: ``oneliner``, ``story``, ``voice`` …
        label: ``answer``: a clause answers it; ``detail``: a clause is about it and does not state what is asked;
            ``oos``: the document does not deal with it; ``vague``: one has to ask back.
        clause_ids: The clauses that answer or are related, best first; none for ``oos`` and ``vague``.
        split: Models may learn from ``train`` only.
    """

    id: str
    text: str
    form: str
    label: Label
    clause_ids: tuple[str, ...]
    split: Split


class MessageEntry(Entry):
    """What the lines of all files of messages have."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    text: str = Field(min_length=1)


MessageT = TypeVar("MessageT", bound=MessageEntry)


class _NaturalEntry(MessageEntry):
    form: str = Field(min_length=1)
    label: Label
    clauses: list[str]
    split: Split

    @model_validator(mode="after")
    def _cites_if_it_should(self) -> _NaturalEntry:
        if bool(self.clauses) != (self.label in ("answer", "detail")):
            raise ValueError(f"label {self.label} with clauses {self.clauses}")
        return self


def load_natural_messages(
    path: Path = NATURAL_FILE, *, split: Split | None = None, document: Document | None = None
) -> tuple[NaturalMessage, ...]:
    """Read the messages, all or those of one split, in the order of the file.

    Raises:
        DataFileError: A line breaks the schema, names a clause that does not exist, or repeats another line's
            id or text.
    """
    document = document or load_document()
    messages: list[NaturalMessage] = []
    for place, entry in read_json_lines(path, _NaturalEntry):
        check_clauses(entry.clauses, document, path=path, place=place)
        messages.append(
            NaturalMessage(entry.id, entry.text, entry.form, entry.label, tuple(entry.clauses), entry.split)
        )
    return tuple(message for message in messages if split in (None, message.split))


def read_json_lines(path: Path, model: type[MessageT]) -> Iterator[tuple[str, MessageT]]:
    """Yield the place and the checked entry of each line of a file of messages.

    Raises:
        DataFileError: The file cannot be read, or a line breaks the schema or repeats another line's id or text.
    """
    seen: dict[str, int] = {}
    for number, line in enumerate(_lines(path), 1):
        place = f"line {number}"
        try:
            content = json.loads(line)
        except ValueError as error:
            raise DataFileError(path=path, place=place, problem=f"is not JSON: {error}") from error
        entry = validate(content, model, path=path, place=place)
        for key in (entry.id, question_key(entry.text)):
            if key in seen:
                raise DataFileError(path=path, place=place, problem=f"{key!r} stands in line {seen[key]} already")
            seen[key] = number
        yield place, entry


def check_clauses(clause_ids: Iterable[str], document: Document, *, path: Path, place: str) -> None:
    """Raise ``DataFileError`` for a clause that the document does not have."""
    for clause_id in clause_ids:
        try:
            document.clause(clause_id)
        except UnknownClauseError as error:
            raise DataFileError(path=path, place=place, problem=str(error)) from error


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataFileError(path=path, place="whole file", problem=f"cannot be read: {error}") from error
