"""What the index holds: the clauses, and what people say: questions, natural messages, matters outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from embeddings.analysis import analyse
from knowledge import (
    CatalogueEntry,
    Document,
    NaturalMessage,
    OutsideMatter,
    Question,
    ScopeExample,
    to_simplified,
)

Label = Literal["answer", "detail", "oos", "vague"]
LABELS: tuple[Label, ...] = get_args(Label)
Origin = Literal["written", "natural", "outside", "scope"]
NOTHING = -1


@dataclass(frozen=True)
class Message:
    """Something that somebody says, and what it should come to.

    Attributes:
        text: In Simplified Chinese or English.
        label: ``answer``, ``detail``, ``oos`` or ``vague``, as in ``knowledge.NaturalMessage``.
        origin: ``written`` with the document at hand, ``natural`` without it, about an ``outside`` matter, or an
            example for the ``scope``.
        clause: Position of the clause that answers it or is related; ``NOTHING`` if there is none, or none known.
        matter: Position of the outside matter that it is about; ``NOTHING`` if there is none.
    """

    text: str
    label: Label
    origin: Origin
    clause: int = NOTHING
    matter: int = NOTHING


@dataclass(frozen=True)
class Matter:
    """What the document does not cover: what the assistant says it understood, and where that belongs.

    In Chinese, and in English.
    """

    id: str
    title: str
    title_en: str
    belongs_to: str
    belongs_to_en: str


@dataclass(frozen=True)
class Corpus:
    """The passages in index order: all clauses in document order, then all messages.

    Attributes:
        clause_ids: Ids of the clauses, in document order.
        clause_texts: What is encoded for each clause: its measure's title, then its text.
        messages: What people say.
        matters: The outside matters that messages belong to.
    """

    clause_ids: tuple[str, ...]
    clause_texts: tuple[str, ...]
    messages: tuple[Message, ...]
    matters: tuple[Matter, ...] = ()

    def __len__(self) -> int:
        return len(self.clause_ids) + len(self.messages)

    @cached_property
    def message_clauses(self) -> NDArray[np.int64]:
        """Each message's clause, shape ``(n_messages,)``."""
        return np.array([message.clause for message in self.messages], dtype=np.int64)

    @cached_property
    def message_matters(self) -> NDArray[np.int64]:
        """Each message's matter, shape ``(n_messages,)``."""
        return np.array([message.matter for message in self.messages], dtype=np.int64)

    @cached_property
    def message_labels(self) -> NDArray[np.int64]:
        """Each message's position in ``LABELS``, shape ``(n_messages,)``."""
        return np.array([LABELS.index(message.label) for message in self.messages], dtype=np.int64)

    def lexical_documents(
        self, terms: Sequence[Sequence[str]], message_ids: Sequence[int] | None = None
    ) -> list[list[str]]:
        """Return the terms of each clause together with its messages' (all, or only the given ones).

        Args:
            terms: The terms of each message.
            message_ids: Positions of the messages to take.
        """
        documents = [analyse(text) for text in self.clause_texts]
        for i in range(len(self.messages)) if message_ids is None else message_ids:
            if self.messages[i].clause != NOTHING:
                documents[self.messages[i].clause].extend(terms[i])
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
        catalogue: Entries whose readings and English explanations say in plain words what clauses are for.
        vocabulary: Fingerprint of what finds services and details in messages.
    """

    document: Document
    questions: tuple[Question, ...]
    examples: tuple[ScopeExample, ...] = ()
    matters: tuple[OutsideMatter, ...] = ()
    natural: tuple[NaturalMessage, ...] = ()
    catalogue: tuple[CatalogueEntry, ...] = ()
    vocabulary: str = ""

    def sha256(self, *, encoder: str, layout: int) -> str:
        """Return one hash over all this, the encoder's id and the version of the files' layout."""
        document = [self.document.raw_sha256, self.document.clean_sha256]
        parts = (self.questions, self.examples, self.matters, self.natural, self.catalogue)
        data = [[asdict(one) for one in part] for part in parts]
        text = json.dumps([layout, encoder, document, self.vocabulary, data], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def make_clause_texts(document: Document) -> tuple[str, ...]:
    """Return what is encoded for each clause, in document order: its measure's title, then its text."""
    return tuple(f"{document.measure(c.measure).title}。{c.text}" for c in document.clauses)


def make_corpus(material: Material) -> Corpus:
    """Arrange clauses and messages for indexing.

    Raises:
        knowledge.UnknownClauseError: If a question belongs to no clause of the document.
    """
    document = material.document
    positions = {clause.id: i for i, clause in enumerate(document.clauses)}

    def position(clause_id: str) -> int:
        return positions[document.clause(clause_id).id]

    messages = [
        Message(to_simplified(q.text), "answer", "written", position(q.clause_id)) for q in material.questions
    ]
    for entry in material.catalogue:
        for text in (entry.reading, entry.reading_en, entry.explanation_en):
            messages.append(Message(text, "answer", "written", position(entry.clause_id)))
    for natural in material.natural:
        clause = position(natural.clause_ids[0]) if natural.clause_ids else NOTHING
        messages.append(Message(to_simplified(natural.text), natural.label, "natural", clause))
    for example in material.examples:
        label: Label = "detail" if example.kind == "detail" else "oos"
        messages.append(Message(to_simplified(example.text), label, "scope"))
    for i, matter in enumerate(material.matters):
        messages += (Message(to_simplified(text), "oos", "outside", matter=i) for text in matter.messages)
    return Corpus(
        clause_ids=tuple(positions),
        clause_texts=make_clause_texts(document),
        messages=tuple(messages),
        matters=tuple(
            Matter(matter.id, matter.title, matter.title_en, matter.belongs_to, matter.belongs_to_en)
            for matter in material.matters
        ),
    )
