"""Names of an index's files, and reading them back into a retriever."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from embeddings.errors import IndexDamagedError, IndexMismatchError
from embeddings.lexical import LexicalIndex
from embeddings.models import Models
from embeddings.passages import Corpus
from embeddings.retriever import Retriever
from embeddings.vector_index import VectorIndex
from knowledge import Document

VECTORS_FILE = "passages.faiss"
LEXICAL_FILE = "lexical.npz"
MODELS_FILE = "models.npz"
QUESTIONS_FILE = "questions.jsonl"


def save_questions(path: Path, corpus: Corpus) -> None:
    """Write the indexed questions, one JSON object a line, in index order."""
    with path.open("w", encoding="utf-8") as file:
        for text, clause in zip(corpus.questions, corpus.question_clauses, strict=True):
            line = {"clause": corpus.clause_ids[clause], "text": text}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def load_retriever(folder: Path, document: Document) -> Retriever:
    """Open the retriever of an index folder.

    Raises:
        IndexDamagedError: If a file is missing or unreadable.
        IndexMismatchError: If the number of vectors is not that of clauses and questions.
    """
    corpus = _load_corpus(folder / QUESTIONS_FILE, document)
    vectors = VectorIndex.load(folder / VECTORS_FILE)
    n_passages = len(corpus.clause_ids) + len(corpus.questions)
    if len(vectors) != n_passages:
        raise IndexMismatchError(
            what="number of vectors", expected=str(n_passages), got=str(len(vectors)), folder=folder
        )
    return Retriever(
        corpus=corpus,
        vectors=vectors,
        lexical=LexicalIndex.load(folder / LEXICAL_FILE),
        models=Models.load(folder / MODELS_FILE),
    )


def _load_corpus(path: Path, document: Document) -> Corpus:
    clause_ids = tuple(clause.id for clause in document.clauses)
    positions = {clause_id: i for i, clause_id in enumerate(clause_ids)}
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        question_clauses = np.array([positions[row["clause"]] for row in rows], dtype=np.int64)
        questions = tuple(row["text"] for row in rows)
    except (OSError, ValueError, KeyError) as error:
        raise IndexDamagedError(path=path, reason=repr(error)) from error
    return Corpus(clause_ids, tuple(clause.text for clause in document.clauses), questions, question_clauses)
