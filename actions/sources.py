"""What every action works with: the index, the encoder for queries that come without a vector, the data files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cached_property

from actions.query import Language, Query, QueryPart
from embeddings import Encoder, IndexHandle, OpenIndex, Retrieval
from knowledge import CatalogueEntry, Limits, Matching, Vocabulary, load_catalogue, load_limits, load_matching

logger = logging.getLogger(__name__)

# How many clauses an action looks at; the rest is as good as nothing.
RETRIEVED = 30


class Sources:
    """Opened once per process and shared by all actions.

    Args:
        index: Where to retrieve from.
        load_encoder: Called at the first message that comes without a usable vector.
        vocabulary: Says how replies call a detail.

    Attributes:
        catalogue: What each clause is about, by clause id.
        limits: Explicit rules for what is never answered.
        matching: Ranks clauses for the guided matching.
        vocabulary: As given.
    """

    def __init__(self, index: IndexHandle, load_encoder: Callable[[], Encoder], *, vocabulary: Vocabulary) -> None:
        self._index, self._load_encoder = index, load_encoder
        self.vocabulary = vocabulary
        self.catalogue: Mapping[str, CatalogueEntry] = load_catalogue()
        self.limits: Limits = load_limits()
        self.matching: Matching = load_matching(self.catalogue)

    @property
    def index(self) -> OpenIndex:
        """The index in use now; take it once per turn."""
        return self._index.current

    def retrieve(self, query: Query | QueryPart, encoder: str, index: OpenIndex, *, k: int) -> Retrieval:
        """Retrieve with the query's vector, or with one made here if there is none or another encoder made it."""
        vector = query.vector
        if vector is None or encoder != index.manifest.encoder:
            vector = self._encoder.encode_query(query.text)
        return index.retriever.retrieve(query.text, vector, k=k, explain=False)

    def reading(self, clause_id: str, language: Language) -> str:
        """Return in a few plain words what a clause is for."""
        entry = self.catalogue[clause_id]
        return entry.reading_en if language == "en" else entry.reading

    @cached_property
    def _encoder(self) -> Encoder:
        logger.info("a message came without a usable vector: loading the encoder")
        return self._load_encoder()
