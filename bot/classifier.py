"""Intents by kernel ridge regression over what a message means (its vectors) and how it is put (its tokens).

Compared with a logistic regression on the same features it confuses fewer intents, and fitting it is one system of
linear equations (``docs/adr/0404-intents-by-kernel-ridge-regression.md``).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers import LABEL_RANKING_LENGTH
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy import linalg, sparse
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

FILE = "kernel.npz"
# Stand before the first and after the last token: how a message begins and ends tells small talk from questions.
START, END = "\x02", "\x03"
# Bounds of the natural logarithm of the sharpness of the probabilities.
SHARPNESS = (0.0, 5.0)
TINY = 1e-6

Matrix = npt.NDArray[np.float64]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kernel:
    """How alike two messages are: three kernels, added up.

    Attributes:
        gamma: Of ``exp(-gamma · |x - y|²)`` of the last layer's unit vectors.
        middle_gamma: The same of the middle layer's, standardised, so that their mean square length is 1.
        middle_weight: Factor on that.
        terms_weight: Factor on the product of the terms' weights.
    """

    gamma: float = 5.0
    middle_gamma: float = 0.85
    middle_weight: float = 0.5
    terms_weight: float = 0.3

    def compare(self, some: LayerVectors, others: LayerVectors, terms: sparse.spmatrix) -> Matrix:
        """Return how alike messages are, shape ``(n_some, n_others)``.

        Args:
            some: Their vectors, the middle ones standardised.
            others: Of the messages that they are compared with.
            terms: The products of their terms' weights, of the shape of the result.
        """
        kernel = np.exp(-2 * self.gamma * (1 - (some.last @ others.last.T).astype(np.float64)))
        squares = some.lengths[:, None] + others.lengths - 2 * (some.middle @ others.middle.T)
        kernel += self.middle_weight * np.exp(-self.middle_gamma * squares.astype(np.float64))
        kernel += self.terms_weight * terms.toarray()
        return np.asarray(kernel)


class LayerVectors(NamedTuple):
    """Vectors of two layers, each of shape ``(n_messages, dimensions)``, and the middle ones' square lengths."""

    last: npt.NDArray[np.float32]
    middle: npt.NDArray[np.float32]
    lengths: npt.NDArray[np.float32]

    @classmethod
    def of(cls, last: npt.NDArray[np.float32], middle: npt.NDArray[np.float32]) -> LayerVectors:
        """Put vectors together with their square lengths."""
        return cls(last, middle, (middle**2).sum(axis=1))


@dataclass(frozen=True)
class KernelModel:
    """A fitted kernel ridge regression from messages to the indicators of their intents.

    Attributes:
        intents: Names of the intents, sorted.
        vectors: The examples' unit vectors of the last layer, shape ``(n_examples, dimensions)``.
        middles: Their vectors of a middle layer, standardised, shape ``(n_examples, dimensions)``.
        mean: Of each number of the middle vectors before that, shape ``(dimensions,)``.
        scale: Standard deviation of each.
        terms: Weights of the examples' terms, shape ``(n_examples, n_terms)``, rows of unit length.
        vocabulary: The terms, shape ``(n_terms,)``.
        duals: Weight of each example for each intent, shape ``(n_examples, n_intents)``.
        sharpness: Factor on the scores before they become probabilities.
        kernel: How the three are weighed.
    """

    intents: npt.NDArray[np.str_]
    vectors: npt.NDArray[np.float32]
    middles: npt.NDArray[np.float32]
    mean: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]
    terms: sparse.csr_matrix
    vocabulary: npt.NDArray[np.str_]
    duals: Matrix
    sharpness: float
    kernel: Kernel

    def probabilities(self, vectors: Matrix, tokens: Sequence[Sequence[str]]) -> Matrix:
        """Return the probability of each intent for each message, shape ``(n_messages, n_intents)``.

        Args:
            vectors: Of the messages, last layer and middle one, shape ``(n_messages, 2 · dimensions)``.
            tokens: Tokens of each message.
        """
        terms = _weigh(self._vectorizer.transform([list_terms(one) for one in tokens]))
        last, middle = _layers(vectors)
        asked = LayerVectors.of(last, _standardise(middle, self.mean, self.scale))
        likeness = self.kernel.compare(asked, self._examples, terms @ self._terms_of)
        return _softmax(self.sharpness * (likeness @ self.duals))

    @cached_property
    def _examples(self) -> LayerVectors:
        return LayerVectors.of(self.vectors, self.middles)

    @cached_property
    def _terms_of(self) -> sparse.csr_matrix:
        """For each term the examples that have it; turning ``terms`` around for each message takes longer."""
        return self.terms.T.tocsr()

    @cached_property
    def _vectorizer(self) -> CountVectorizer:
        return _make_vectorizer(vocabulary={term: i for i, term in enumerate(self.vocabulary.tolist())})


def fit(
    intents: Sequence[str],
    vectors: Matrix,
    tokens: Sequence[Sequence[str]],
    *,
    kernel: Kernel,
    penalty: float,
) -> KernelModel:
    """Fit a model; the same input gives the same model.

    The sharpness makes the examples' own intents likeliest where each is scored by a model that was fitted without
    it, which ridge regression gives without fitting again: Rifkin and Lippert, "Notes on Regularized Least
    Squares" (2007), 3.

    Args:
        intents: Of each example.
        vectors: Unit vectors of the examples, last layer and middle one, shape ``(n_examples, 2 · dimensions)``.
        tokens: Tokens of each example.
        kernel: How two messages are compared.
        penalty: Of the regression, added to the kernel's diagonal.
    """
    names, targets = np.unique(np.array(intents), return_inverse=True)
    vectorizer = _make_vectorizer()
    terms = _weigh(vectorizer.fit_transform([list_terms(one) for one in tokens]))
    last, middle = _layers(vectors)
    mean, scale = middle.mean(axis=0), middle.std(axis=0) + TINY
    examples = LayerVectors.of(last, _standardise(middle, mean, scale))
    likeness = kernel.compare(examples, examples, terms @ terms.T)
    likeness[np.diag_indices_from(likeness)] += penalty
    inverse = linalg.inv(likeness, overwrite_a=True)
    duals = inverse @ np.eye(len(names))[targets]
    left_out = np.eye(len(names))[targets] - duals / inverse.diagonal()[:, None]
    return KernelModel(
        intents=names,
        vectors=examples.last,
        middles=examples.middle,
        mean=mean,
        scale=scale,
        terms=terms,
        vocabulary=np.array(vectorizer.get_feature_names_out(), dtype=np.str_),
        duals=duals,
        sharpness=_fit_sharpness(left_out, targets),
        kernel=kernel,
    )


def list_terms(tokens: Sequence[str]) -> list[str]:
    """Return the tokens and the pairs of neighbours, with the ends of the message as tokens of their own."""
    marked = [START, *(token.lower() for token in tokens), END]
    return [*marked, *(f"{one} {next_one}" for one, next_one in pairwise(marked))]


def _layers(vectors: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    last, middle = np.hsplit(vectors.astype(np.float32), 2)
    return last, middle


def _standardise(
    vectors: npt.NDArray[np.float32], mean: npt.NDArray[np.float32], scale: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    return (vectors - mean) / (scale * np.float32(vectors.shape[1] ** 0.5))


def _fit_sharpness(scores: Matrix, targets: npt.NDArray[np.int64]) -> float:
    rows = np.arange(len(targets))

    def loss(logarithm: float) -> float:
        likelihoods = _softmax(np.exp(logarithm) * scores)[rows, targets]
        return float(-np.log(likelihoods + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=SHARPNESS, method="bounded").x))


def _softmax(scores: Matrix) -> Matrix:
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=1, keepdims=True))


def _make_vectorizer(vocabulary: dict[str, int] | None = None) -> CountVectorizer:
    return CountVectorizer(analyzer=_unchanged, vocabulary=vocabulary)


def _weigh(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return rows of unit length, in which a term that comes again counts little more."""
    counts = counts.astype(np.float64)
    counts.data = 1 + np.log(counts.data)
    return normalize(counts)


def _unchanged(terms: list[str]) -> list[str]:
    return terms


_KERNEL_OPTIONS = tuple(field.name for field in fields(Kernel))
_ARRAYS = tuple(field.name for field in fields(KernelModel) if field.name not in ("terms", "kernel"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KernelClassifier(IntentClassifier, GraphComponent):
    """Give each message its likeliest intent and the ranking of the others."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Return what has to stand before it in the pipeline."""
        return [Tokenizer, DenseFeaturizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages without which the component cannot run."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults: cross-validation found them best on our examples."""
        return {**asdict(Kernel()), "penalty": 0.05, "ranking_length": LABEL_RANKING_LENGTH}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Check the numbers.

        Raises:
            ValueError: One is not positive.
        """
        for name in (*_KERNEL_OPTIONS, "penalty"):
            if config.get(name, 1.0) <= 0:
                raise ValueError(f"config.yml: {name} of {cls.__name__} is {config[name]}, expected above 0.")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KernelClassifier:
        """Create the component for Rasa's graph, untrained."""
        return cls(config, model_storage, resource)

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: KernelModel | None = None,
    ) -> None:
        self._config, self._storage, self._resource, self.model = config, model_storage, resource, model

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that have an intent and a text, and keep what was fitted."""
        examples = [one for one in training_data.intent_examples if one.get(TEXT)]
        if examples:
            self.model = fit(
                [example.get(INTENT) for example in examples],
                _vectors(examples),
                [_tokens(example) for example in examples],
                kernel=Kernel(**{name: float(self._config[name]) for name in _KERNEL_OPTIONS}),
                penalty=float(self._config["penalty"]),
            )
            self._save(self.model)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``intent`` and ``intent_ranking`` of the messages; nothing if there was nothing to learn from."""
        if self.model is None or not messages:
            return messages
        found = self.model.probabilities(_vectors(messages), [_tokens(message) for message in messages])
        for message, probabilities in zip(messages, found, strict=True):
            order = np.argsort(-probabilities, kind="stable")[: self._config["ranking_length"]]
            ranking = [
                {"name": str(self.model.intents[i]), "confidence": float(probabilities[i])} for i in order.tolist()
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples as they are: nothing that comes after learns from our guesses."""
        return training_data

    def _save(self, model: KernelModel) -> None:
        with self._storage.write_to(self._resource) as folder:
            np.savez(
                folder / FILE,
                **{name: getattr(model, name) for name in _ARRAYS},
                **asdict(model.kernel),
                terms_data=model.terms.data,
                terms_indices=model.terms.indices,
                terms_indptr=model.terms.indptr,
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ANN401 - as Rasa calls it
    ) -> KernelClassifier:
        """Load what ``train`` kept; untrained if there is nothing."""
        try:
            with model_storage.read_from(resource) as folder, np.load(folder / FILE) as arrays:
                return cls(config, model_storage, resource, _read(dict(arrays)))
        except (ValueError, FileNotFoundError):
            logger.warning("Intent classifier %r was trained on nothing.", resource.name)
            return cls(config, model_storage, resource)


def _read(arrays: dict[str, npt.NDArray[Any]]) -> KernelModel:
    parts = (arrays.pop("terms_data"), arrays.pop("terms_indices"), arrays.pop("terms_indptr"))
    terms = sparse.csr_matrix(parts, shape=(len(arrays["vectors"]), len(arrays["vocabulary"])))
    kernel = Kernel(**{name: float(arrays.pop(name)) for name in _KERNEL_OPTIONS})
    sharpness = float(arrays.pop("sharpness"))
    return KernelModel(terms=terms, kernel=kernel, sharpness=sharpness, **arrays)


def _vectors(messages: Sequence[Message]) -> Matrix:
    return np.vstack([message.get_dense_features(TEXT)[1].features for message in messages])


def _tokens(message: Message) -> list[str]:
    return [token.text for token in message.get(TOKENS_NAMES[TEXT])]
