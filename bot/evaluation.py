"""Cross-validate the intents: ``python -m bot evaluate``.

What counts is not which topic wins, since all topics are answered by retrieval, but that small talk is
recognised and that it never takes a question away.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_config_file
from rasa.utils.common import override_defaults

from bot.intent_report import FALLBACK, Guess, IntentReport, report, to_markdown

N_FOLDS = 5
REPORT = "docs/evaluation/intents.md"
_MAKES_FEATURES = {
    DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER,
    DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
}


@dataclass(frozen=True)
class Component:
    """A component of the pipeline as ``config.yml`` names it; ``makes_features`` for those that come after it."""

    kind: Any
    options: dict[str, Any]
    is_trainable: bool
    makes_features: bool

    def create(self, storage: LocalModelStorage) -> Any:  # noqa: ANN401 - one of Rasa's components, or of ours
        """Return a new one with its options, untrained."""
        name = self.kind.__name__
        context = ExecutionContext(GraphSchema({}), node_name=name)
        options = override_defaults(self.kind.get_default_config(), self.options)
        return self.kind.create(options, storage, Resource(name), context)


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


def read_pipeline(config: Path) -> list[Component]:
    """Return the components of a ``config.yml`` in order, as Rasa would find them.

    Raises:
        InvalidConfigException: One of them is not known.
    """
    components = []
    for named in read_config_file(str(config))["pipeline"]:
        options = dict(named)
        found = DefaultV1Recipe._from_registry(options.pop("name"))
        makes_features = bool(found.types & _MAKES_FEATURES)
        components.append(Component(found.clazz, options, found.is_trainable, makes_features))
    return components


def evaluate(root: Path, *, n_folds: int = N_FOLDS, asked: int | None = None) -> IntentReport:
    """Cross-validate the pipeline of ``config.yml`` on ``bot/data/nlu``; some minutes.

    Args:
        root: Folder of ``config.yml`` and ``bot/``.
        n_folds: Into how many parts the examples are dealt.
        asked: How many of the parts are asked about; all unless given.
    """
    return report(list(cross_validate(root, n_folds=n_folds, asked=asked)))


def write_report(root: Path, *, n_folds: int = N_FOLDS) -> IntentReport:
    """Cross-validate, and put the report in its place under ``docs``; the same inputs make the same report."""
    result = evaluate(root, n_folds=n_folds)
    (root / REPORT).write_text(to_markdown(result, n_folds=n_folds), encoding="utf-8")
    return result


def cross_validate(root: Path, *, n_folds: int, asked: int | None = None) -> Iterator[Guess]:
    """Yield a guess for each example of the folds asked about, by a pipeline that was trained without it."""
    texts, intents = read_examples(root / "bot/data/nlu")
    messages = [Message({TEXT: text, INTENT: intent}) for text, intent in zip(texts, intents, strict=True)]
    pipeline = read_pipeline(root / "config.yml")
    # What learns nothing says the same in each fold.
    first = list(takewhile(lambda component: not component.is_trainable, pipeline))
    with tempfile.TemporaryDirectory() as folder:
        for component in first:
            component.create(LocalModelStorage(Path(folder))).process_training_data(TrainingData(messages))
    for held_out in _folds(intents, n_folds)[:asked]:
        yield from _guess(messages, held_out, pipeline[len(first) :])


def _folds(intents: Sequence[str], n_folds: int) -> list[set[int]]:
    """Deal the examples of each intent out to the folds in turn, shuffled, as neighbours in a file are alike."""
    folds: list[set[int]] = [set() for _ in range(n_folds)]
    seen: dict[str, int] = defaultdict(int)
    for at in np.random.default_rng(0).permutation(len(intents)).tolist():
        folds[seen[intents[at]] % n_folds].add(at)
        seen[intents[at]] += 1
    return folds


def _guess(messages: Sequence[Message], held_out: set[int], pipeline: Sequence[Component]) -> Iterator[Guess]:
    """Train the rest of the pipeline without some of the messages, and yield what it makes of those."""
    learned = TrainingData([_copy(message) for at, message in enumerate(messages) if at not in held_out])
    own = [messages[at].get(INTENT) for at in sorted(held_out)]
    asked = [_copy(messages[at], without=INTENT) for at in sorted(held_out)]
    with tempfile.TemporaryDirectory() as folder:
        for component in pipeline:
            made = component.create(LocalModelStorage(Path(folder)))
            if component.is_trainable:
                made.train(learned)
            if component.makes_features:
                made.process_training_data(learned)
            made.process(asked)
    for intent, message in zip(own, asked, strict=True):
        ranked = [one[INTENT_NAME_KEY] for one in message.get(INTENT_RANKING_KEY)]
        best = next(name for name in ranked if name != FALLBACK)
        yield Guess(intent, best, message.get(INTENT)[INTENT_NAME_KEY])


def _copy(message: Message, *, without: str = "") -> Message:
    """Return a message that can be given more features, without one of its attributes."""
    kept = {name: value for name, value in message.data.items() if name != without}
    return Message(kept, features=list(message.features))
