"""The action on the sample index of the retrieval tests."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer
from actions.decision import Decision, Outcome
from actions.query import Language
from actions.sources import Sources
from embeddings import Encoder, Hit, IndexHandle
from knowledge import load_catalogue, load_vocabulary
from tests.embeddings.conftest import index_dir  # noqa: F401 - a fixture
from tests.embeddings.samples import CLAUSES, CharacterEncoder, WordFinder, sample_document

VOCABULARY = load_vocabulary()


@pytest.fixture
def index(index_dir: Any) -> IndexHandle:  # noqa: F811
    return IndexHandle(index_dir, encoder="characters-1", finder=WordFinder(), read_document=sample_document)


def no_encoder() -> Encoder:
    raise AssertionError("the message came with a vector")


def make_action(index: IndexHandle) -> ActionAnswer:
    return ActionAnswer(Sources(index, no_encoder, vocabulary=VOCABULARY))


def encoded(text: str) -> str:
    return base64.b64encode(CharacterEncoder().encode_query(text).tobytes()).decode()


def tracker(text: str, *, encoder: str = "characters-1", parts: tuple[str, ...] = (), **metadata: str) -> Tracker:
    query = {
        "encoder": encoder,
        "vector": encoded(text),
        "parts": [{"text": part, "vector": encoded(part)} for part in parts],
    }
    message = {"text": text, "metadata": {"query": query, **metadata}}
    return Tracker("session", {}, message, [], False, None, {}, "action_listen")


def run(action: ActionAnswer, asked: Tracker) -> dict[str, Any]:
    dispatcher = CollectingDispatcher()
    action.run(dispatcher, asked, {})
    (message,) = dispatcher.messages
    return message


def test_run_answers_with_the_whole_clause_as_quote(index: IndexHandle) -> None:
    message = run(make_action(index), tracker("歇业备案是什么"))

    assert message["response"] == "utter_answer"
    assert message["custom"]["outcome"] == "answer"
    assert message["custom"]["citations"][0]["clause_id"] == "1.2"
    assert message["custom"]["citations"][0]["quote"] == CLAUSES["1.2"]
    assert 0 < message["custom"]["citations"][0]["score"] <= 1
    assert message["custom"]["index_version"] == index.version


def test_run_names_clause_and_measure_for_the_template(index: IndexHandle) -> None:
    message = run(make_action(index), tracker("歇业备案是什么"))

    assert (message["clause_id"], message["measure"], message["measure_title"]) == ("1.2", "1", "深化登记制度改革")


def test_run_encodes_itself_if_the_vector_is_another_encoders(index: IndexHandle) -> None:
    loaded = []

    def load() -> Encoder:
        loaded.append(True)
        return CharacterEncoder()

    action = ActionAnswer(Sources(index, load, vocabulary=VOCABULARY))
    for _ in range(2):
        message = run(action, tracker("歇业备案是什么", encoder="another-2"))

    assert message["custom"]["citations"][0]["clause_id"] == "1.2"
    assert loaded == [True]


def test_run_cites_nothing_when_it_abstains(index: IndexHandle) -> None:
    message = run(make_action(index), tracker("ZZZZ"))

    assert message["response"] == "utter_abstain"
    assert message["custom"]["citations"] == []


@pytest.mark.parametrize(
    ("text", "response"),
    [("怎么伪造歇业备案的材料", "utter_unlawful"), ("广州的歇业备案怎么办", "utter_elsewhere")],
)
def test_run_says_why_it_will_not_answer(index: IndexHandle, text: str, response: str) -> None:
    message = run(make_action(index), tracker(text))

    assert message["response"] == response
    assert message["custom"]["outcome"] == "abstain"
    assert message["custom"]["citations"] == []


def test_run_logs_the_outcome_and_not_the_words(index: IndexHandle, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        run(make_action(index), tracker("歇业备案是什么"))

    assert "outcome=answer reason=None clauses=['1.2'" in caplog.text
    assert "歇业备案是什么" not in caplog.text


def test_run_names_the_detail_that_the_document_does_not_state(index: IndexHandle) -> None:
    chinese = run(make_action(index), tracker("歇业备案要交多少钱"))
    english = run(make_action(index), tracker("歇业备案要交多少钱", language="en"))

    assert (chinese["response"], chinese["detail"]) == ("utter_no_detail", "费用")
    assert english["detail"] == "the fee"


def test_run_says_which_outside_matter_it_understood(index: IndexHandle) -> None:
    chinese = run(make_action(index), tracker("电影票怎么退"))
    english = run(make_action(index), tracker("电影票怎么退", language="en"))

    assert chinese["response"] == "utter_abstain_matter"
    assert (chinese["matter"], chinese["belongs_to"]) == ("电影票", "电影票由影院出售。")
    assert english["matter"] == "Cinema tickets"


def test_run_answers_with_the_clause_that_a_button_stands_for(index: IndexHandle) -> None:
    message = run(make_action(index), tracker("社区养老服务", chosen="1.1"))

    assert (message["response"], message["custom"]["outcome"]) == ("utter_answer", "answer")
    assert [citation["clause_id"] for citation in message["custom"]["citations"]] == ["1.1"]


def test_run_takes_note_of_none_of_these(index: IndexHandle) -> None:
    message = run(make_action(index), tracker("都不是", chosen="none"))

    assert (message["response"], message["custom"]["citations"]) == ("utter_none_of_these", [])


TWO = ("歇业备案是什么？", "小区里有养老院吗？")


@pytest.mark.parametrize("encoder", ["characters-1", "another-2"])
def test_run_answers_each_of_two_questions(index: IndexHandle, encoder: str) -> None:
    action = ActionAnswer(Sources(index, CharacterEncoder, vocabulary=VOCABULARY))
    message = run(action, tracker("".join(TWO), encoder=encoder, parts=TWO))

    citations = message["custom"]["citations"]
    assert (message["response"], message["custom"]["outcome"]) == ("utter_answer_several", "answer")
    assert {citation["clause_id"] for citation in citations[:2]} == {"1.2", "2.1"}
    assert message["custom"]["quoted"] == 2


def test_run_answers_one_question_with_one_main_citation(index: IndexHandle) -> None:
    assert run(make_action(index), tracker("歇业备案是什么"))["custom"]["quoted"] == 1


@pytest.mark.parametrize("encoder", ["characters-1", "another-2"])
def test_run_keeps_to_the_whole_if_a_part_falls_under_a_rule(index: IndexHandle, encoder: str) -> None:
    parts = (*TWO, "广州的公司名称要不要审核？")
    action = ActionAnswer(Sources(index, CharacterEncoder, vocabulary=VOCABULARY))

    with_parts = run(action, tracker("".join(parts), encoder=encoder, parts=parts))

    assert with_parts == run(action, tracker("".join(parts), encoder=encoder))
    assert with_parts["response"] not in ("utter_answer_several", "utter_elsewhere")


def test_run_answers_a_button_as_before_whatever_parts_come_with_it(index: IndexHandle) -> None:
    message = run(make_action(index), tracker("".join(TWO), parts=TWO, chosen="1.1"))

    assert (message["response"], message["custom"]["quoted"]) == ("utter_answer", 1)


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("zh-Hans", [*(load_catalogue()[i].reading for i in ("1.2", "1.1", "2.1")), "都不是"]),
        ("en", [*(load_catalogue()[i].reading_en for i in ("1.2", "1.1", "2.1")), "None of these"]),
    ],
)
def test_buttons_offer_each_reading_and_none_of_them(
    index: IndexHandle, language: Language, titles: list[str]
) -> None:
    hits = tuple(Hit(clause_id, 0.2) for clause_id in ("1.2", "1.1", "2.1"))
    decision = Decision(Outcome.CLARIFY, None, hits, ())

    buttons = make_action(index).buttons(decision, language)

    assert [button["title"] for button in buttons] == titles
    assert [button["chosen"] for button in buttons] == ["1.2", "1.1", "2.1", "none"]
