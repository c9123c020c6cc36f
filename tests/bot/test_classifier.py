from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.classifier import FILE, Kernel, KernelClassifier, KernelModel, fit, list_terms
from bot.tokenizer import CharacterTokenizer

RESOURCE = Resource("classifier")
# The last layer's vector and the middle one's, alike unless a test says otherwise.
EAST, NORTH = [1.0, 0.0] * 2, [0.0, 1.0] * 2
KERNEL = Kernel(gamma=5, middle_gamma=0.85, middle_weight=0.5, terms_weight=0.3)
GREETINGS = ["您好", "您好呀", "早上好", "大家好"]
QUESTIONS = ["信用怎么修复", "怎么注销公司", "怎么迁移", "怎么歇业"]


def made(text: str, vector: list[float], intent: str | None = None) -> Message:
    """Return a message as the tokenizer and the featurizer leave it."""
    message = Message({TEXT: text} | ({"intent": intent} if intent else {}))
    CharacterTokenizer(CharacterTokenizer.get_default_config()).process([message])
    message.add_features(Features(np.array([vector]), FEATURE_TYPE_SENTENCE, TEXT, "e5"))
    return message


def examples(*, greeting: list[float] = EAST, question: list[float] = NORTH) -> TrainingData:
    greetings = [made(text, greeting, "greet") for text in GREETINGS]
    return TrainingData(greetings + [made(text, question, "ask") for text in QUESTIONS])


def classifier(folder: Path, **options: Any) -> KernelClassifier:
    config = {**KernelClassifier.get_default_config(), **options}
    context = ExecutionContext(GraphSchema({}), node_name="classifier")
    return KernelClassifier.create(config, LocalModelStorage(folder), RESOURCE, context)


def intent_of(classifier: KernelClassifier, text: str, vector: list[float]) -> Any:
    message = made(text, vector)
    classifier.process([message])
    return message.get("intent")


def small_model(penalty: float = 0.05) -> KernelModel:
    vectors = np.array([EAST] * 3 + [NORTH] * 3)
    tokens = [list(text) for text in ("您好", "您好呀", "大家好", "怎么迁移", "怎么歇业", "怎么修复")]
    return fit(["greet"] * 3 + ["ask"] * 3, vectors, tokens, kernel=KERNEL, penalty=penalty)


def test_list_terms_are_tokens_and_pairs_with_the_ends_marked() -> None:
    assert list_terms(["您", "Hi"]) == ["\x02", "您", "hi", "\x03", "\x02 您", "您 hi", "hi \x03"]


def test_list_terms_of_nothing_are_the_two_ends() -> None:
    assert list_terms([]) == ["\x02", "\x03", "\x02 \x03"]


def test_probabilities_add_up_to_one() -> None:
    found = small_model().probabilities(np.array([EAST, NORTH, EAST]), [["您"], [], ["x", "y"]])

    assert found.shape == (3, 2)
    assert found.sum(axis=1) == pytest.approx([1, 1, 1])
    assert small_model().intents.tolist() == ["ask", "greet"]


def test_the_meaning_decides_where_the_words_are_unknown() -> None:
    found = small_model().probabilities(np.array([EAST, NORTH]), [["嗨"], ["哪"]])

    assert found.argmax(axis=1).tolist() == [1, 0]


def test_the_words_decide_where_the_meanings_are_alike() -> None:
    between = np.array([*[0.5**0.5] * 2, *[0.5] * 2])

    found = small_model().probabilities(np.array([between, between]), [list("大家好"), list("怎么办")])

    assert found.argmax(axis=1).tolist() == [1, 0]


def test_the_middle_layer_decides_where_the_last_ones_are_alike() -> None:
    between = [0.5**0.5] * 2

    found = small_model().probabilities(np.array([[*between, 1, 0], [*between, 0, 1]]), [["嗨"], ["嗨"]])

    assert found.argmax(axis=1).tolist() == [1, 0]


def test_fit_gives_the_same_for_the_same() -> None:
    first, second = small_model(), small_model()

    assert first.duals.tolist() == second.duals.tolist()
    assert first.sharpness == second.sharpness


def test_fit_solves_the_regression() -> None:
    """Scores of the examples miss their targets by the penalty times the duals."""
    model = small_model(penalty=0.5)
    terms = model.terms.toarray()
    # Two numbers of mean 0.5 and deviation 0.5: standardised, two middle vectors are the same or 2 apart.
    apart = np.kron([[0, 4], [4, 0]], np.ones((3, 3)))
    kernel = (
        np.exp(-10 * (1 - model.vectors @ model.vectors.T)) + 0.5 * np.exp(-0.85 * apart) + 0.3 * terms @ terms.T
    )
    targets = np.array([[0, 1]] * 3 + [[1, 0]] * 3)

    np.testing.assert_allclose(kernel @ model.duals, targets - 0.5 * model.duals, atol=1e-6)


def test_sharpness_is_lower_where_examples_contradict_each_other() -> None:
    vectors, tokens = np.array([EAST] * 6 + [NORTH] * 6), [["好"]] * 12
    clear = fit(["a"] * 6 + ["b"] * 6, vectors, tokens, kernel=KERNEL, penalty=0.05)
    mixed = fit(["a", "a", "b"] * 2 + ["b", "b", "a"] * 2, vectors, tokens, kernel=KERNEL, penalty=0.05)

    assert mixed.sharpness < clear.sharpness / 2


def test_a_trained_classifier_sets_intent_and_ranking(tmp_path: Path) -> None:
    trained = classifier(tmp_path)
    trained.train(examples())
    message = made("您好啊", EAST)

    trained.process([message])

    assert message.get("intent")["name"] == "greet"
    assert [one["name"] for one in message.get("intent_ranking")] == ["greet", "ask"]
    assert message.get("intent") == message.get("intent_ranking")[0]
    assert type(message.get("intent")["confidence"]) is float  # goes into JSON


def test_the_ranking_is_as_long_as_set(tmp_path: Path) -> None:
    trained = classifier(tmp_path, ranking_length=1)
    trained.train(examples())
    message = made("您好啊", EAST)

    trained.process([message])

    assert len(message.get("intent_ranking")) == 1


def test_load_gives_back_what_train_kept(tmp_path: Path) -> None:
    trained = classifier(tmp_path)
    trained.train(examples())
    context = ExecutionContext(GraphSchema({}), node_name="classifier")

    loaded = KernelClassifier.load(
        KernelClassifier.get_default_config(), LocalModelStorage(tmp_path), RESOURCE, context
    )

    assert intent_of(loaded, "怎么办公司注销", NORTH) == intent_of(trained, "怎么办公司注销", NORTH)


def test_without_examples_nothing_is_learnt_and_nothing_is_said(tmp_path: Path) -> None:
    untrained = classifier(tmp_path)
    untrained.train(TrainingData([]))
    context = ExecutionContext(GraphSchema({}), node_name="classifier")

    loaded = KernelClassifier.load(
        KernelClassifier.get_default_config(), LocalModelStorage(tmp_path), RESOURCE, context
    )

    assert not list(tmp_path.rglob(FILE))
    assert intent_of(loaded, "您好", EAST) is None


@pytest.mark.parametrize("name", ["gamma", "middle_gamma", "middle_weight", "terms_weight", "penalty"])
def test_validate_config_refuses_what_is_not_positive(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} of KernelClassifier is 0, expected above 0"):
        KernelClassifier.validate_config({name: 0})
