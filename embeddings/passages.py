"""What the index holds: the clauses, and the questions that people ask about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import analyse
from knowledge import Document, Question, ScopeExample, to_simplified


@dataclass(frozen=True)
class Corpus:
    """The passages in index order: all clauses in document order, then all questions.

    Attributes:
        clause_ids: Ids of the clauses, in document order.
        clause_texts: What is encoded for each clause: its measure's title, then its text.
        questions: Questions in Simplified Chinese or English.
        question_clauses: For each question the position of its clause in ``clause_ids``, shape ``(n_questions,)``.
    """

    clause_ids: tuple[str, ...]
    clause_texts: tuple[str, ...]
    questions: tuple[str, ...]
    question_clauses: NDArray[np.int64]

    def lexical_documents(self, question_ids: Sequence[int] | None = None) -> list[list[str]]:
        """Return the terms of each clause together with its questions (all, or only the given ones)."""
        documents = [analyse(text) for text in self.clause_texts]
        for i in range(len(self.questions)) if question_ids is None else question_ids:
            documents[self.question_clauses[i]].extend(analyse(self.questions[i]))
        return documents


def make_corpus(document: Document, questions: Sequence[Question]) -> Corpus:
    """Arrange a document and its questions for indexing.

    Raises:
        knowledge.UnknownClauseError: If a question belongs to no clause of the document.
    """
    positions = {clause.id: i for i, clause in enumerate(document.clauses)}
    for question in questions:
        document.clause(question.clause_id)
    return Corpus(
        clause_ids=tuple(positions),
        clause_texts=tuple(f"{document.measure(c.measure).title}。{c.text}" for c in document.clauses),
        questions=tuple(to_simplified(question.text) for question in questions),
        question_clauses=np.array([positions[q.clause_id] for q in questions], dtype=np.int64),
    )


def inputs_sha256(
    document: Document, questions: Sequence[Question], examples: Sequence[ScopeExample], encoder: str, layout: int
) -> str:
    """Return one hash over everything that an index is made from."""
    parts = [
        layout,
        encoder,
        document.raw_sha256,
        document.clean_sha256,
        [[question.clause_id, question.text] for question in questions],
        [[example.kind, example.text] for example in examples],
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
