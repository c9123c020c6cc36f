"""Cross-validate the intents: ``python -m bot evaluate``.

What counts is not which topic wins, since all topics are answered by retrieval, but that small talk is
recognised and that it never takes a question away.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot.featurizer import encode_queries

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


def read_examples(nlu: Path) -> tuple[list[str], list[str]]:
    """Return the texts and their intents from a folder of NLU files."""
    texts, intents = [], []
    for path in sorted(nlu.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            examples = [line.removeprefix("- ") for line in block["examples"].splitlines()]
            texts += examples
            intents += [block["intent"]] * len(examples)
    return texts, intents


def read_pipeline(config: Path) -> dict[str, dict[str, Any]]:
    """Return the pipeline's options in ``config.yml`` by the component's class name."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    return {component["name"].rpartition(".")[2]: component for component in pipeline}


def evaluate(root: Path, *, n_folds: int = 5) -> IntentReport:
    """Cross-validate the pipeline of ``config.yml`` on ``bot/data/nlu``; about a minute."""
    texts, intents = read_examples(root / "bot/data/nlu")
    options = read_pipeline(root / "config.yml")
    features = encode_queries(texts) * options["QueryVectorFeaturizer"]["scale"]
    # The settings of Rasa's LogisticRegressionClassifier.
    model = LogisticRegression(max_iter=100, class_weight="balanced", random_state=42)
    folds = StratifiedKFold(n_folds, shuffle=True, random_state=0)
    probabilities = cross_val_predict(model, features, intents, cv=folds, method="predict_proba")
    fallback = options["FallbackClassifier"]
    sure = _is_sure(probabilities, fallback["threshold"], fallback["ambiguity_threshold"])
    guesses = np.unique(intents)[probabilities.argmax(axis=1)]
    return _report(np.asarray(intents), guesses, sure)


def _is_sure(
    probabilities: npt.NDArray[np.float64], threshold: float, ambiguity_threshold: float
) -> npt.NDArray[np.bool_]:
    second, first = np.sort(probabilities, axis=1)[:, -2:].T
    return (first >= threshold) & (first - second >= ambiguity_threshold)


def _report(
    intents: npt.NDArray[np.str_], guesses: npt.NDArray[np.str_], sure: npt.NDArray[np.bool_]
) -> IntentReport:
    is_talk, is_chatter = _is_in(SMALL_TALK, intents), _is_in(CHATTER, intents)
    answered = sure & _is_in(SMALL_TALK, guesses)
    is_right = guesses == intents
    return IntentReport(
        n_examples=len(intents),
        macro_f1=float(f1_score(intents, guesses, average="macro")),
        small_talk_recall=float(np.mean((answered & is_right)[is_talk])),
        small_talk_confused=float(np.mean((answered & ~is_right)[is_talk])),
        chatter_swallowed=float(np.mean(answered[is_chatter])),
        questions_swallowed=float(np.mean(answered[~is_talk & ~is_chatter])),
    )


def _is_in(wanted: frozenset[str], intents: npt.NDArray[np.str_]) -> npt.NDArray[np.bool_]:
    return np.asarray([intent in wanted for intent in intents])
