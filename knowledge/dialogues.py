"""Dialogues that measure follow-ups and guided matching: ``evaluation/dialogues/*.jsonl``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from knowledge.document import Document
from knowledge.errors import DataFileError, UnknownClauseError
from knowledge.schema import Entry, validate
from knowledge.storage import PACKAGE_DIR, load_document

DIALOGUES_DIR = PACKAGE_DIR / "evaluation" / "dialogues"

DialogueKind = Literal["ellipsis", "area", "refs", "switch", "return", "guided"]


@dataclass(frozen=True)
class Expectation:
    """What a turn should come to.

    Attributes:
        clause_ids: Any of them shown first is right: the answer, or for ``unstated`` what is related.
        unstated: Whether the document does not say what is asked, or does not cover it at all.
        intent: For small talk its intent, ``match`` while the matching goes on; else empty.
    """

    clause_ids: tuple[str, ...]
    unstated: bool
    intent: str


@dataclass(frozen=True)
class Dialogue:
    """What one visitor says in order, each with what it should come to."""

    id: str
    kind: DialogueKind
    turns: tuple[tuple[str, Expectation], ...]


class _Expect(Entry):
    gold: list[str] = Field(default_factory=list)
    gold_measures: list[int] = Field(default_factory=list)
    oos: bool = False
    related: list[str] = Field(default_factory=list)
    intent: str = ""


class _Turn(Entry):
    u: str = Field(min_length=1)
    expect: _Expect


class _Dialogue(Entry):
    id: str = Field(pattern=r"^[a-z][0-9]{3}$")
    kind: DialogueKind
    turns: list[_Turn] = Field(min_length=2)


def load_dialogues(folder: Path = DIALOGUES_DIR, *, document: Document | None = None) -> tuple[Dialogue, ...]:
    """Read the dialogues of all files, in the order of their names and lines.

    Raises:
        DataFileError: A line breaks the schema, names an unknown clause, or repeats an id.
    """
    document = document or load_document()
    found: dict[str, Dialogue] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            dialogue = _read(line, path, f"line {number}", document)
            if dialogue.id in found:
                raise DataFileError(path=path, place=f"line {number}", problem=f"{dialogue.id} is there already")
            found[dialogue.id] = dialogue
    return tuple(found.values())


def _read(line: str, path: Path, place: str, document: Document) -> Dialogue:
    try:
        content = json.loads(line)
    except ValueError as error:
        raise DataFileError(path=path, place=place, problem=f"is not JSON: {error}") from error
    entry = validate(content, _Dialogue, path=path, place=place)
    turns = []
    for turn in entry.turns:
        expect = turn.expect
        clause_ids = tuple(expect.gold or expect.related)
        for clause_id in clause_ids:
            try:
                document.clause(clause_id)
            except UnknownClauseError as error:
                raise DataFileError(path=path, place=place, problem=str(error)) from error
        if not (expect.gold or expect.oos or expect.intent):
            raise DataFileError(path=path, place=place, problem=f"{turn.u!r} expects nothing")
        turns.append((turn.u, Expectation(clause_ids, expect.oos, expect.intent)))
    return Dialogue(entry.id, entry.kind, tuple(turns))
