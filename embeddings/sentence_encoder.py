"""The one place that imports sentence-transformers: encoders by the name or folder of any of its models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from embeddings.bundled_encoder import E5_PROMPTS, use_threads
from embeddings.encoder import Layers, Vector, encoder_id
from embeddings.errors import EncoderUnavailableError


class SentenceEncoder:
    """Encoder on top of a ``SentenceTransformer``; satisfies ``embeddings.encoder.Encoder``.

    Raises:
        EncoderUnavailableError: If there is no such model on this machine.
    """

    def __init__(self, name: str, *, threads: int = 1) -> None:
        use_threads(threads)
        self.id = encoder_id(name)
        self._model = _load_model(name)
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def encode_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape ``(dimensions,)``."""
        return self._encode(text, "query")

    def encode_layers(self, text: str) -> Layers:
        """Return the unit vector of a question, and none of a middle layer."""
        return Layers(self.encode_query(text), None)

    def encode_queries(self, texts: Sequence[str]) -> Vector:
        """Return the unit vectors of questions, shape ``(len(texts), dimensions)``."""
        return self._encode(list(texts), "query").reshape(-1, self.dimensions)

    def encode_passages(self, texts: Sequence[str]) -> Vector:
        """Return the unit vectors of passages, shape ``(len(texts), dimensions)``."""
        return self._encode(list(texts), "passage").reshape(-1, self.dimensions)

    def _encode(self, texts: str | list[str], prompt_name: str) -> Vector:
        prompt = prompt_name if prompt_name in self._model.prompts else None
        vectors = self._model.encode(texts, prompt_name=prompt, show_progress_bar=False, normalize_embeddings=True)
        return np.asarray(vectors, dtype=np.float32)


def _load_model(name: str) -> SentenceTransformer:
    try:
        model = SentenceTransformer(name, device="cpu")
    except (OSError, ValueError) as error:
        raise EncoderUnavailableError(name=name, reason=str(error).splitlines()[0]) from error
    if "e5" in Path(name).name.lower() and not any(model.prompts.values()):
        model.prompts = dict(E5_PROMPTS)
    return model
