"""BM25 over the clauses and the questions that belong to them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from embeddings.errors import IndexDamagedError

# Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), usual values.
K1 = 1.2
B = 0.75


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 weights of every term in every document.

    Attributes:
        terms: Term → column of ``weights``.
        weights: Sparse matrix of shape ``(n_documents, n_terms)``.
    """

    terms: dict[str, int]
    weights: sparse.csc_array

    @classmethod
    def build(cls, documents: Iterable[Sequence[str]]) -> LexicalIndex:
        """Index documents given as their terms; a document's id is its position.

        Each document is let go once it is counted, so a generator needs far less memory than a list.
        """
        terms: dict[str, int] = {}
        columns, counts, ends, lengths = array("i"), array("i"), array("i", [0]), array("i")
        for document in documents:
            for term, count in Counter(document).items():
                columns.append(terms.setdefault(term, len(terms)))
                counts.append(count)
            ends.append(len(columns))
            lengths.append(len(document))
        parts = (np.array(counts, dtype=np.float32), np.array(columns), np.array(ends))
        matrix = sparse.csr_array(parts, shape=(len(lengths), len(terms))).tocsc()
        matrix.data = _bm25(matrix, np.array(lengths, dtype=np.float64)).astype(np.float32)
        return cls(terms, matrix)

    def score(self, query_terms: Iterable[str]) -> NDArray[np.float32]:
        """Return the BM25 score of each document, shape ``(n_documents,)``; 0 where no term occurs."""
        columns = [self.terms[term] for term in dict.fromkeys(query_terms) if term in self.terms]
        if not columns:
            return np.zeros(self.weights.shape[0], dtype=np.float32)
        return np.asarray(self.weights[:, columns].sum(axis=1), dtype=np.float32)

    def contributions(self, query_terms: Iterable[str], document: int) -> dict[str, float]:
        """Return what each matching term adds to a document's score, greatest first."""
        found = {term: self.terms[term] for term in dict.fromkeys(query_terms) if term in self.terms}
        shares = {term: float(self.weights[document, column]) for term, column in found.items()}
        return dict(sorted(((t, s) for t, s in shares.items() if s > 0), key=lambda item: -item[1]))

    def save(self, path: Path) -> None:
        """Write the index to an ``.npz`` file."""
        matrix = self.weights
        np.savez(
            path,
            terms=np.array(list(self.terms), dtype=np.str_),
            data=matrix.data,
            indices=matrix.indices,
            indptr=matrix.indptr,
            shape=np.array(matrix.shape),
        )

    @classmethod
    def load(cls, path: Path) -> LexicalIndex:
        """Read an index that ``save`` wrote.

        Raises:
            IndexDamagedError: If the file is missing or is not such an index.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                parts = (arrays["data"], arrays["indices"], arrays["indptr"])
                matrix = sparse.csc_array(parts, shape=tuple(arrays["shape"]))
                return cls({str(term): i for i, term in enumerate(arrays["terms"])}, matrix)
        except (OSError, ValueError, KeyError) as error:
            raise IndexDamagedError(path=path, reason=str(error)) from error


def _bm25(counts: sparse.csc_array, lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weight of each stored count, in the order of ``counts.data``."""
    n_containing = np.diff(counts.indptr)
    idf = np.log(1 + (len(lengths) - n_containing + 0.5) / (n_containing + 0.5))
    norm = K1 * (1 - B + B * lengths / lengths.mean())
    weighted: NDArray[np.float64] = (
        np.repeat(idf, n_containing) * counts.data * (K1 + 1) / (counts.data + norm[counts.indices])
    )
    return weighted
