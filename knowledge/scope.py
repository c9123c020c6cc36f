"""Messages that the document does not answer, by kind: ``scope/<kind>.yml``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from knowledge.errors import DataFileError
from knowledge.questions import Question, question_key
from knowledge.schema import read_yaml
from knowledge.storage import PACKAGE_DIR

SCOPE_DIR = PACKAGE_DIR / "scope"

ScopeKind = Literal["unrelated", "near", "unsafe", "detail"]
KINDS: tuple[ScopeKind, ...] = get_args(ScopeKind)


@dataclass(frozen=True)
class ScopeExample:
    """A message for which no clause is the answer.

    Attributes:
        text: What the visitor typed.
        kind: ``unrelated`` to government; ``near``, a government matter that the document leaves out;
            ``unsafe``, help to break the law or the service; ``detail``, a fee, address, deadline or the
            like of a topic that the document has.
    """

    text: str
    kind: ScopeKind


def load_scope_examples(folder: Path = SCOPE_DIR) -> tuple[ScopeExample, ...]:
    """Read all examples, kind by kind, in the order of the files.

    Raises:
        DataFileError: A file is missing, is not a list of strings, or has an example twice.
    """
    examples: list[ScopeExample] = []
    for kind in KINDS:
        examples += (ScopeExample(text, kind) for text in _read_file(folder / f"{kind}.yml"))
    _refuse_repeated(folder, examples)
    return tuple(examples)


def refuse_answerable(
    examples: Sequence[ScopeExample], questions: Sequence[Question], *, folder: Path = SCOPE_DIR
) -> None:
    """Raise ``DataFileError`` for an example that is also among the questions that a clause answers."""
    answered = {question_key(question.text): question for question in questions}
    for example in examples:
        if question := answered.get(question_key(example.text)):
            path = folder / f"{example.kind}.yml"
            problem = f"is also a question that clause {question.clause_id} answers"
            raise DataFileError(path=path, place=repr(example.text), problem=problem)


def _read_file(path: Path) -> list[str]:
    content = read_yaml(path)
    if not isinstance(content, list) or not content:
        problem = f"expected a list of messages, found {type(content).__name__}"
        raise DataFileError(path=path, place="whole file", problem=problem)
    for number, text in enumerate(content, 1):
        if not isinstance(text, str) or text != text.strip() or not question_key(text):
            problem = f"expected a text with letters and no space around it, found {text!r}"
            raise DataFileError(path=path, place=f"message {number}", problem=problem)
    return content


def _refuse_repeated(folder: Path, examples: list[ScopeExample]) -> None:
    first: dict[str, ScopeExample] = {}
    for example in examples:
        known = first.setdefault(question_key(example.text), example)
        if known is not example:
            path = folder / f"{example.kind}.yml"
            problem = f"is already in {known.kind}.yml: {known.text!r}"
            raise DataFileError(path=path, place=repr(example.text), problem=problem)
