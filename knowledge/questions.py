"""The questions that people ask, clause by clause: ``questions/<measure>.yml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from knowledge.document import Document
from knowledge.errors import DataFileError, UnknownClauseError
from knowledge.schema import Entry, read_yaml, validate
from knowledge.storage import PACKAGE_DIR, load_document

QUESTIONS_DIR = PACKAGE_DIR / "questions"


Form = Literal["", "typo"]


@dataclass(frozen=True)
class Question:
    """A question that one clause answers, as a visitor might put it, in any language.

    Attributes:
        clause_id: Whose question it is.
        text: As a visitor would type it.
        form: ``typo`` if it is misspelt, dictated or badly typed on purpose.
    """

    clause_id: str
    text: str
    form: Form = ""


class AnnotatedQuestion(Entry):
    """A question with a note for its editors or a mark of its form; a bare string is a question without them."""

    text: str = Field(min_length=1)
    note: str = Field(default="", min_length=1)
    form: Form = ""


def load_questions(folder: Path = QUESTIONS_DIR, *, document: Document | None = None) -> tuple[Question, ...]:
    """Read all questions, by measure, clause and their order in the file.

    Args:
        folder: Holds one file per measure, ``01.yml`` to ``22.yml``.
        document: Whose clauses the questions may name; the built one if not given.

    Raises:
        DataFileError: A file is missing, names a clause of another measure or none at all, leaves a clause
            without questions, or has a question twice.
    """
    document = document or load_document()
    questions: list[Question] = []
    for measure in document.measures:
        path = folder / f"{measure.number:02d}.yml"
        found = tuple(_read_file(path, document, measure=measure.number))
        _refuse_silent_clauses(path, found, [clause.id for clause in measure.clauses])
        questions += found
    _refuse_repeated(folder, questions)
    return tuple(questions)


def question_key(text: str) -> str:
    """Return what two questions share when they differ only in case, spaces and punctuation."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _read_file(path: Path, document: Document, *, measure: int) -> Iterator[Question]:
    content = read_yaml(path)
    if not isinstance(content, dict):
        problem = f"expected clause ids with lists of questions, found {type(content).__name__}"
        raise DataFileError(path=path, place="whole file", problem=problem)
    for clause_id, entries in content.items():
        _check_clause(path, document, clause_id, measure=measure)
        if not isinstance(entries, list):
            problem = f"expected a list of questions, found {type(entries).__name__}"
            raise DataFileError(path=path, place=f"clause {clause_id}", problem=problem)
        for number, entry in enumerate(entries, 1):
            yield _question(path, clause_id, number, entry)


def _check_clause(path: Path, document: Document, clause_id: object, *, measure: int) -> None:
    if not isinstance(clause_id, str):
        problem = f'clause ids are strings; put {clause_id!r} in quotation marks, like "2.4"'
        raise DataFileError(path=path, place=f"clause {clause_id}", problem=problem)
    try:
        found = document.clause(clause_id).measure
    except UnknownClauseError as error:
        raise DataFileError(path=path, place=f"clause {clause_id}", problem=str(error)) from error
    if found != measure:
        problem = f"belongs to measure {found}, in {found:02d}.yml"
        raise DataFileError(path=path, place=f"clause {clause_id}", problem=problem)


def _question(path: Path, clause_id: str, number: int, entry: object) -> Question:
    place = f"clause {clause_id}, question {number}"
    fields = {"text": entry} if isinstance(entry, str) else entry
    question = validate(fields, AnnotatedQuestion, path=path, place=place)
    if question.text != question.text.strip() or not question_key(question.text):
        problem = f"a question needs letters and no space around it, found {question.text!r}"
        raise DataFileError(path=path, place=place, problem=problem)
    return Question(clause_id, question.text, question.form)


def _refuse_silent_clauses(path: Path, questions: tuple[Question, ...], clause_ids: list[str]) -> None:
    asked = {question.clause_id for question in questions}
    for clause_id in clause_ids:
        if clause_id not in asked:
            raise DataFileError(path=path, place=f"clause {clause_id}", problem="has no question")


def _refuse_repeated(folder: Path, questions: list[Question]) -> None:
    first: dict[str, Question] = {}
    for question in questions:
        known = first.setdefault(question_key(question.text), question)
        if known is not question:
            path = folder / f"{int(question.clause_id.split('.')[0]):02d}.yml"
            problem = f"{question.text!r} is already asked for clause {known.clause_id}: {known.text!r}"
            raise DataFileError(path=path, place=f"clause {question.clause_id}", problem=problem)
