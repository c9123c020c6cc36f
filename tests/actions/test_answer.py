"""The action on the sample index of the retrieval tests."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from embeddings import Encoder, IndexHandle
from tests.embeddings.conftest import index_dir  # noqa: F401 - a fixture
from tests.embeddings.samples import CLAUSES, CharacterEncoder, sample_document


@pytest.fixture
def index(index_dir: Any) -> IndexHandle:  # noqa: F811
    return IndexHandle(index_dir, encoder="characters-1", read_document=sample_document)


def no_encoder() -> Encoder:
    raise AssertionError("the message came with a vector")


def tracker(text: str, *, encoder: str = "characters-1") -> Tracker:
    vector = base64.b64encode(CharacterEncoder().encode_query(text).tobytes()).decode()
    message = {"text": text, "metadata": {"query": {"encoder": encoder, "vector": vector}}}
    return Tracker("session", {}, message, [], False, None, {}, "action_listen")


def run(action: ActionAnswer, asked: Tracker) -> dict[str, Any]:
    dispatcher = CollectingDispatcher()
    assert action.run(dispatcher, asked, {}) == []
    (message,) = dispatcher.messages
    return message


def test_run_answers_with_the_whole_clause_as_quote(index: IndexHandle) -> None:
    message = run(ActionAnswer(index, no_encoder), tracker("歇业备案是什么"))

    assert message["response"] == "utter_answer"
    assert message["custom"]["outcome"] == "answer"
    assert message["custom"]["citations"][0]["clause_id"] == "1.2"
    assert message["custom"]["citations"][0]["quote"] == CLAUSES["1.2"]
    assert 0 < message["custom"]["citations"][0]["score"] <= 1
    assert message["custom"]["index_version"] == index.version


def test_run_names_clause_and_measure_for_the_template(index: IndexHandle) -> None:
    message = run(ActionAnswer(index, no_encoder), tracker("歇业备案是什么"))

    assert (message["clause_id"], message["measure"], message["measure_title"]) == ("1.2", "1", "深化登记制度改革")


def test_run_encodes_itself_if_the_vector_is_another_encoders(index: IndexHandle) -> None:
    loaded = []

    def load() -> Encoder:
        loaded.append(True)
        return CharacterEncoder()

    action = ActionAnswer(index, load)
    for _ in range(2):
        message = run(action, tracker("歇业备案是什么", encoder="another-2"))

    assert message["custom"]["citations"][0]["clause_id"] == "1.2"
    assert loaded == [True]


def test_run_cites_nothing_when_it_abstains(index: IndexHandle) -> None:
    message = run(ActionAnswer(index, no_encoder), tracker("ZZZZ"))

    assert message["response"] == "utter_abstain"
    assert message["custom"]["citations"] == []


@pytest.mark.parametrize(
    ("text", "response"),
    [("怎么伪造歇业备案的材料", "utter_unlawful"), ("广州的歇业备案怎么办", "utter_elsewhere")],
)
def test_run_says_why_it_will_not_answer(index: IndexHandle, text: str, response: str) -> None:
    message = run(ActionAnswer(index, no_encoder), tracker(text))

    assert message["response"] == response
    assert message["custom"]["outcome"] == "abstain"
    assert message["custom"]["citations"] == []


def test_run_logs_the_outcome_and_not_the_words(index: IndexHandle, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        run(ActionAnswer(index, no_encoder), tracker("歇业备案是什么"))

    assert "outcome=answer clauses=['1.2'" in caplog.text
    assert "歇业备案是什么" not in caplog.text
