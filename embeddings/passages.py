"""What the index holds: the clauses, and the questions that people ask about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import analyse
from knowledge import Document, NaturalMessage, OutsideMatter, Question, ScopeExample, to_simplified


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


@dataclass(frozen=True)
class Material:
    """Everything that an index is made from.

    Attributes:
        document: Its clauses are what is retrieved.
        questions: Questions that people ask, written with the document at hand.
        examples: Messages written as out of scope or as asking for a detail.
        matters: What the document does not cover, with messages.
        natural: Natural messages to learn from; never held-out ones.
    """

    document: Document
    questions: tuple[Question, ...]
    examples: tuple[ScopeExample, ...] = ()
    matters: tuple[OutsideMatter, ...] = ()
    natural: tuple[NaturalMessage, ...] = ()

    def answered(self) -> tuple[Question, ...]:
        """Return the natural messages that a clause answers, as questions to it."""
        return tuple(Question(m.clause_ids[0], m.text) for m in self.natural if m.label == "answer")

    def outside(self) -> tuple[str, ...]:
        """Return the messages that no clause has to do with, in Simplified Chinese or English."""
        texts = [e.text for e in self.examples if e.kind != "detail"]
        texts += [text for matter in self.matters for text in matter.messages]
        texts += [m.text for m in self.natural if m.label == "oos"]
        return tuple(map(to_simplified, texts))

    def detail(self) -> tuple[str, ...]:
        """Return the messages that ask for a detail which no clause states, in Simplified Chinese or English."""
        texts = [e.text for e in self.examples if e.kind == "detail"]
        texts += [m.text for m in self.natural if m.label == "detail"]
        return tuple(map(to_simplified, texts))

    def sha256(self, *, encoder: str, layout: int) -> str:
        """Return one hash over all this, the encoder's id and the version of the files' layout."""
        document = [self.document.raw_sha256, self.document.clean_sha256]
        parts = (self.questions, self.examples, self.matters, self.natural)
        data = [[asdict(one) for one in part] for part in parts]
        text = json.dumps([layout, encoder, document, data], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def make_corpus(material: Material) -> Corpus:
    """Arrange clauses and questions for indexing.

    Raises:
        knowledge.UnknownClauseError: If a question belongs to no clause of the document.
    """
    document, questions = material.document, (*material.questions, *material.answered())
    positions = {clause.id: i for i, clause in enumerate(document.clauses)}
    for question in questions:
        document.clause(question.clause_id)
    return Corpus(
        clause_ids=tuple(positions),
        clause_texts=tuple(f"{document.measure(c.measure).title}。{c.text}" for c in document.clauses),
        questions=tuple(to_simplified(question.text) for question in questions),
        question_clauses=np.array([positions[q.clause_id] for q in questions], dtype=np.int64),
    )
