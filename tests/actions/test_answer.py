"""The action on the sample index of the retrieval tests."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import ActionAnswer, points_back, understood
from actions.context import Context, read_context
from actions.decision import Decision, Outcome
from actions.query import Language
from actions.referring import ActionRefer
from actions.sources import Sources
from embeddings import Encoder, Hit, IndexHandle, Retrieval
from knowledge import load_catalogue
from tests.actions.samples import (
    NOTHING,
    VOCABULARY,
    clause_ids,
    context_slot,
    entities_of,
    found,
    make_sources,
    perform,
    query_of,
    said,
    topic,
)
from tests.embeddings.conftest import index_dir  # noqa: F401 - a fixture
from tests.embeddings.samples import CLAUSES, CharacterEncoder, WordFinder, sample_document


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
    message = {"text": text, "entities": entities_of(text), "metadata": {"query": query, **metadata}}
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

    assert "outcome=answer reason=None completed=False clauses=['1.2'" in caplog.text
    assert "歇业备案是什么" not in caplog.text


def test_run_names_the_detail_that_the_document_does_not_state(index: IndexHandle) -> None:
    chinese = run(make_action(index), tracker("歇业备案要交多少钱"))
    english = run(make_action(index), tracker("歇业备案要交多少钱", language="en"))

    assert (chinese["response"], chinese["detail"]) == ("utter_no_detail", "费用")
    assert english["detail"] == "the fee"


def test_run_shows_what_is_related_if_it_cannot_tell_which_detail_is_sought() -> None:
    sources = make_sources({"停业这件事": found({"2.4": 0.6}, outcome="no_detail", detail=0.5)})

    (message,), _ = perform(ActionAnswer(sources), said("停业这件事"))

    assert (message["response"], message["custom"]["outcome"]) == ("utter_related", "no_detail")
    assert (message["measure"], clause_ids(message)) == ("2", ["2.4"])


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


GOES_ON = {"follow_up": 0.9}
PAUSE = topic("2.4", shares={"2.4": 0.9})


def follow(
    text: str,
    retrieval: Retrieval = NOTHING,
    *,
    slots: dict[str, Any] | None = None,
    intents: dict[str, float] | None = None,
    **metadata: str,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What comes of a message after an answer about pausing a business."""
    action = ActionAnswer(make_sources({text: retrieval}))
    asked = said(text, "follow_up", intents=intents or GOES_ON, slots=slots or context_slot(PAUSE), **metadata)
    return perform(action, asked)


def test_run_completes_a_follow_up_and_says_how_it_understood_it() -> None:
    (notice, message), _ = follow("那要怎么弄呢？")

    assert notice["response"] == "utter_understood"
    assert notice["understood"] == "2.4的事 · 要怎么弄"
    assert (message["response"], message["custom"]["outcome"]) == ("utter_answer", "answer")
    assert clause_ids(message)[0] == "2.4"


def test_run_says_how_it_understood_a_follow_up_in_english() -> None:
    (notice, _), _ = follow("and how long?", language="en")

    assert notice["understood"] == "about 2.4 · how long"


def test_run_names_the_detail_that_the_topic_does_not_state() -> None:
    (_, message), _ = follow("那要多少钱呢")

    assert (message["response"], message["custom"]["outcome"]) == ("utter_no_detail", "no_detail")
    assert (message["detail"], message["clause_id"]) == ("费用", "2.4")


def test_run_completes_an_area_by_the_topic() -> None:
    setting_up = topic("2.2", shares={"2.2": 0.5, "16.1": 0.2, "1.1": 0.1})

    (_, message), _ = follow("浦东呢", slots=context_slot(setting_up))

    assert clause_ids(message)[0] == "16.1"


def test_run_keeps_a_follow_up_to_the_topic_for_the_next_one() -> None:
    _, slots = follow("那要怎么弄呢？")
    (_, message), _ = follow("那谁能办呢", slots=slots)

    assert clause_ids(message)[0] == "2.4"


def test_run_takes_a_sure_question_for_a_change_of_topic() -> None:
    messages, slots = follow("公司想搬到别的区", found({"2.3": 0.9}), intents={"business_registration": 0.9})

    assert [message["response"] for message in messages] == ["utter_answer"]
    assert clause_ids(messages[0]) == ["2.3"]
    assert [one.clause_id for one in read_context(slots["context"]).topics] == ["2.3", "2.4"]


def test_run_completes_nothing_without_a_topic() -> None:
    messages, slots = follow("那要怎么弄呢？", slots={"context": None})

    assert [message["response"] for message in messages] == ["utter_abstain"]
    assert slots == {}


def test_run_never_completes_what_a_rule_excludes() -> None:
    messages, slots = follow("那怎么伪造材料呢")

    assert [message["response"] for message in messages] == ["utter_unlawful"]
    assert slots == {}


def test_run_remembers_what_it_answered_as_the_latest_topic() -> None:
    _, slots = follow("公司想先停一停", found({"2.4": 0.7, "2.3": 0.1}), slots={"context": None})

    latest = read_context(slots["context"]).latest
    assert latest is not None
    assert (latest.label, latest.label_en) == ("2.4能办什么", "What 2.4 is for")
    assert (latest.cited, latest.seen, latest.listed) == (("2.4", "2.3"), ("2.4",), False)
    assert latest.shares == {"2.4": 0.875, "2.3": 0.125}


def test_run_calls_a_topic_by_the_service_that_the_message_names() -> None:
    _, slots = follow("歇业备案是什么", found({"2.4": 0.9}), slots={"context": None})

    latest = read_context(slots["context"]).latest
    assert latest is not None
    assert latest.label == "歇业备案"


def test_run_remembers_readings_on_offer_as_a_list() -> None:
    unsure = found({"2.4": 0.3, "2.3": 0.2, "2.2": 0.1}, outcome="clarify")

    (message,), slots = follow("公司的事怎么弄才好一点呢我想想", unsure, slots={"context": None})

    latest = read_context(slots["context"]).latest
    assert latest is not None
    assert message["response"] == "utter_clarify"
    assert (latest.cited, latest.listed) == (("2.4", "2.3", "2.2"), True)
    assert latest.seen == ("2.4", "2.3", "2.2")


def test_run_remembers_the_reading_that_was_chosen() -> None:
    (message,), slots = follow("2.3能办什么", chosen="2.3")

    assert message["response"] == "utter_answer"
    assert [one.clause_id for one in read_context(slots["context"]).topics] == ["2.3", "2.4"]


def test_run_keeps_the_topic_if_it_shows_nothing() -> None:
    messages, slots = follow("红烧肉的做法是什么", intents={"out_of_scope": 0.9})

    assert [message["response"] for message in messages] == ["utter_abstain"]
    assert slots == {}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("那浦东呢？", "zh-Hans", "2.4的事 · 浦东"),
        ("还有，临港呢", "zh-Hans", "2.4的事 · 临港"),
        ("嗯", "zh-Hans", "2.4的事"),
        ("那么外地人来上海没有居住证的是不是一样", "zh-Hans", "2.4的事"),
        ("What about Pudong?", "en", "about 2.4 · Pudong"),
        ("and a branch of a foreign company", "en", "about 2.4 · a branch of a foreign company"),
    ],
)
def test_understood_names_the_topic_and_what_is_added(text: str, language: Language, expected: str) -> None:
    assert understood(replace(query_of(text), language=language), PAUSE) == expected


@pytest.mark.parametrize(
    ("text", "intents", "action"),
    [
        ("再看一遍", {"nlu_fallback": 0.6, "ask_text": 0.4, "greet": 0.1}, "action_show_text"),
        ("再看一遍", {"nlu_fallback": 0.6, "ask_text": 0.3, "greet": 0.1}, ""),
        ("第二条再看一遍", {"nlu_fallback": 0.6, "ask_text": 0.3, "greet": 0.1}, "action_show_text"),
        ("第二条再看一遍", {"nlu_fallback": 0.6, "ask_text": 0.1}, ""),
        ("再看一遍", {"nlu_fallback": 0.6, "licensing": 0.45, "ask_text": 0.4}, ""),
        ("还有吗", {"nlu_fallback": 0.6, "ask_more": 0.4}, "action_show_more"),
        ("再看一遍", {}, ""),
    ],
)
def test_points_back_takes_an_unsure_message_for_what_it_most_likely_is(
    text: str, intents: dict[str, float], action: str
) -> None:
    assert points_back(query_of(text, "nlu_fallback", **intents)) == action


def test_points_back_leaves_what_the_engine_is_sure_of() -> None:
    assert points_back(query_of("再看一遍", "licensing", ask_text=0.4)) == ""


def test_points_back_leaves_what_a_button_stands_for() -> None:
    query = replace(query_of("再看一遍", "nlu_fallback", ask_text=0.4), chosen="2.4")

    assert points_back(query) == ""


@pytest.mark.parametrize(
    ("slots", "responses"),
    [(context_slot(PAUSE), ["utter_text"]), ({"context": Context().to_slot()}, ["utter_abstain"])],
)
def test_run_hands_on_what_points_back_if_something_was_said_before(
    slots: dict[str, Any], responses: list[str]
) -> None:
    sources = make_sources()
    action = ActionAnswer(sources, {"action_show_text": ActionRefer(sources, "action_show_text")})

    messages, _ = perform(action, said("再看一遍", "nlu_fallback", intents={"ask_text": 0.4}, slots=slots))

    assert [message["response"] for message in messages] == responses
