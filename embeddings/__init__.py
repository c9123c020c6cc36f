"""Encoder, index and retriever: from a query to the clauses that answer it."""

from embeddings.encoder import Encoder, Layers, Vector, encoder_id, load_encoder
from embeddings.errors import (
    EmbeddingsError,
    EncoderUnavailableError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    VectorShapeError,
)
from embeddings.handle import IndexHandle, OpenIndex, open_index
from embeddings.manifest import Manifest
from embeddings.passages import Matter
from embeddings.retriever import Hit, Retrieval, Retriever

__all__ = [
    "EmbeddingsError",
    "Encoder",
    "EncoderUnavailableError",
    "Hit",
    "IndexDamagedError",
    "IndexHandle",
    "IndexMismatchError",
    "IndexMissingError",
    "Layers",
    "Manifest",
    "Matter",
    "OpenIndex",
    "Retrieval",
    "Retriever",
    "Vector",
    "VectorShapeError",
    "encoder_id",
    "load_encoder",
    "open_index",
]
