"""Names of an index's files, and reading them back into a retriever."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from embeddings.errors import IndexDamagedError, IndexMismatchError
from embeddings.lexical import LexicalIndex
from embeddings.models import Models
from embeddings.naming import Finder
from embeddings.passages import Corpus, Matter, Message, make_clause_texts
from embeddings.retriever import Retriever
from embeddings.vector_index import VectorIndex
from knowledge import Document

VECTORS_FILE = "passages.faiss"
LEXICAL_FILE = "lexical.npz"
MODELS_FILE = "models.npz"
CORPUS_FILE = "corpus.json"


def save_corpus(path: Path, corpus: Corpus) -> None:
    """Write the indexed messages and matters, in index order; the clauses are the document's."""
    content = {
        "messages": [asdict(message) for message in corpus.messages],
        "matters": [asdict(matter) for matter in corpus.matters],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=0), encoding="utf-8")


def load_retriever(folder: Path, document: Document, finder: Finder) -> Retriever:
    """Open the retriever of an index folder.

    Args:
        folder: Of one version.
        document: Whose clauses it holds.
        finder: Finds what queries name.

    Raises:
        IndexDamagedError: If a file is missing or unreadable.
        IndexMismatchError: If the number of vectors is not that of clauses and messages.
    """
    corpus = load_corpus(folder, document)
    vectors = VectorIndex.load(folder / VECTORS_FILE)
    if len(vectors) != len(corpus):
        raise IndexMismatchError(
            what="number of vectors", expected=str(len(corpus)), got=str(len(vectors)), folder=folder
        )
    return Retriever(
        corpus=corpus,
        vectors=vectors,
        lexical=LexicalIndex.load(folder / LEXICAL_FILE),
        models=Models.load(folder / MODELS_FILE),
        finder=finder,
    )


def load_corpus(folder: Path, document: Document) -> Corpus:
    """Read what an index folder holds.

    Raises:
        IndexDamagedError: If the file is missing or unreadable.
    """
    path = folder / CORPUS_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        messages = tuple(Message(**message) for message in content["messages"])
        matters = tuple(Matter(**matter) for matter in content["matters"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamagedError(path=path, reason=repr(error)) from error
    clause_ids = tuple(clause.id for clause in document.clauses)
    return Corpus(clause_ids, make_clause_texts(document), messages, matters)
