"""Cross-validate the intents: ``python -m bot evaluate``.

What counts is not which topic wins, since all topics are answered by retrieval, but that small talk is
recognised and that it never takes a question away.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_config_file

from bot.featurizer import QueryVectorFeaturizer

SMALL_TALK = frozenset(
    {"greet", "goodbye", "thanks", "help", "human", "bot_challenge", "complaint", "praise", "restart"}
)
CHATTER = frozenset({"out_of_scope", "follow_up"})


@dataclass(frozen=True)
class IntentReport:
    """What cross-validation says.

    Attributes:
        n_examples: How many examples there are.
        macro_f1: Mean F1 of all intents by the first guess, without fallback.
        small_talk_recall: Share of small talk that gets its own intent, fallback counted as a miss.
        small_talk_confused: Share of small talk that gets another small talk's answer.
        chatter_swallowed: Share of chatter and of follow-ups that gets a small talk answer.
        questions_swallowed: Share of questions on the document's topics that gets one.
    """

    n_examples: int
    macro_f1: float
    small_talk_recall: float
    small_talk_confused: float
    chatter_swallowed: float
    questions_swallowed: float


@dataclass(frozen=True)
class Guess:
    """What the pipeline made of an example it had not seen.

    Attributes:
        intent: The example's own intent.
        best: The most likely intent.
        final: The same, or ``nlu_fallback`` if that is not sure enough.
    """

    intent: str
    best: str
    final: str


def read_examples(nlu: Path) -> tuple[list[str], list[str]]:
    """Return the texts and their intents from a folder of NLU files."""
    texts: list[str] = []
    intents: list[str] = []
    for path in sorted(nlu.glob("*.yml")):
        for block in read_config_file(str(path))["nlu"]:
            examples = [line.removeprefix("- ") for line in block["examples"].splitlines()]
            texts += examples
            intents += [block["intent"]] * len(examples)
    return texts, intents


def evaluate(root: Path, *, n_folds: int = 5) -> IntentReport:
    """Cross-validate the pipeline of ``config.yml`` on ``bot/data/nlu``; about a minute."""
    texts, intents = read_examples(root / "bot/data/nlu")
    options = _read_pipeline(root / "config.yml")
    messages = [Message({TEXT: text}) for text in texts]
    QueryVectorFeaturizer("features", _with_defaults(QueryVectorFeaturizer, options)).process(messages)
    guesses: list[Guess] = []
    for held_out in _folds(intents, n_folds):
        guesses += _guess(messages, intents, held_out, options)
    return report(guesses)


def report(guesses: Sequence[Guess]) -> IntentReport:
    """Count what the guesses are worth."""
    talk = [guess for guess in guesses if guess.intent in SMALL_TALK]
    chatter = [guess for guess in guesses if guess.intent in CHATTER]
    questions = [guess for guess in guesses if guess.intent not in SMALL_TALK | CHATTER]
    return IntentReport(
        n_examples=len(guesses),
        macro_f1=macro_f1(guesses),
        small_talk_recall=_share(guess.final == guess.intent for guess in talk),
        small_talk_confused=_share(guess.final in SMALL_TALK - {guess.intent} for guess in talk),
        chatter_swallowed=_share(guess.final in SMALL_TALK for guess in chatter),
        questions_swallowed=_share(guess.final in SMALL_TALK for guess in questions),
    )


def macro_f1(guesses: Sequence[Guess]) -> float:
    """Return the mean over all intents of F1 = 2 hits / (examples + guesses), of the best guess."""
    hits: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for guess in guesses:
        hits[guess.intent] += guess.intent == guess.best
        total[guess.intent] += 1
        total[guess.best] += 1
    return sum(2 * hits[intent] / total[intent] for intent in total) / len(total)


def _read_pipeline(config: Path) -> dict[str, dict[str, Any]]:
    pipeline = read_config_file(str(config))["pipeline"]
    return {component["name"].rpartition(".")[2]: component for component in pipeline}


def _with_defaults(component: type[Any], options: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {**component.get_default_config(), **options[component.__name__]}


def _folds(intents: Sequence[str], n_folds: int) -> list[set[int]]:
    """Deal the examples of each intent out to the folds in turn, shuffled, as neighbours in a file are alike."""
    folds: list[set[int]] = [set() for _ in range(n_folds)]
    seen: dict[str, int] = defaultdict(int)
    for at in np.random.default_rng(0).permutation(len(intents)).tolist():
        folds[seen[intents[at]] % n_folds].add(at)
        seen[intents[at]] += 1
    return folds


def _guess(
    messages: Sequence[Message], intents: Sequence[str], held_out: set[int], options: dict[str, dict[str, Any]]
) -> Iterator[Guess]:
    for message, intent in zip(messages, intents, strict=True):
        message.data[INTENT] = intent
    with tempfile.TemporaryDirectory() as folder:
        classifier = LogisticRegressionClassifier(
            options[LogisticRegressionClassifier.__name__],
            "classifier",
            LocalModelStorage(Path(folder)),
            Resource("model"),
        )
        classifier.train(TrainingData([message for at, message in enumerate(messages) if at not in held_out]))
    fallback = FallbackClassifier(_with_defaults(FallbackClassifier, options))
    for at in held_out:
        (message,) = classifier.process([messages[at]])
        best = message.data[INTENT_RANKING_KEY][0][INTENT_NAME_KEY]
        fallback.process([message])
        yield Guess(intents[at], best, message.data[INTENT][INTENT_NAME_KEY])


def _share(truths: Iterator[bool]) -> float:
    values = list(truths)
    return sum(values) / len(values) if values else 0.0
