from __future__ import annotations

from typing import Any

import pytest

from actions.answer import ActionAnswer
from actions.context import Context, read_context
from actions.placing import Placed, place_in
from actions.referring import ActionRefer
from embeddings import Retrieval
from knowledge import load_document
from tests.actions.samples import (
    NOTHING,
    clause_ids,
    context_of,
    context_slot,
    found,
    make_sources,
    perform,
    query_of,
    said,
    topic,
)

DOCUMENT = load_document()
MEASURE_2 = ("2.1", "2.2", "2.3", "2.4", "2.5")
TALKED = context_of(topic("2.4"))
LISTED = context_of(topic("7.1", "16.1", "2.3", listed=True))
WHOLE = context_of(topic(*MEASURE_2, listed=True))


def placed(text: str, context: Context = TALKED, retrieval: Retrieval = NOTHING) -> Placed | None:
    return place_in(query_of(text), retrieval, context, DOCUMENT)


def answer(text: str, context: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
    (message,), slots = perform(ActionAnswer(make_sources()), said(text, slots=context or {}))
    return message, slots


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("第二条讲了点啥", TALKED, MEASURE_2),
        ("第二条讲了点啥", Context(), MEASURE_2),
        ("第2项第4句", Context(), ("2.4",)),
        ("第三句呢", TALKED, ("2.3",)),
        ("第三条说简单点", LISTED, ("2.3",)),
        ("第三句", WHOLE, ("2.3",)),
        ("第八条", LISTED, tuple(clause.id for clause in DOCUMENT.measure(8).clauses)),
        ("第三条", WHOLE, tuple(clause.id for clause in DOCUMENT.measure(3).clauses)),
        ("2.5的原文", TALKED, ("2.5",)),
        ("下一条呢", TALKED, ("2.5",)),
        ("再下一条", context_of(topic("2.5")), ("3.1",)),
        ("what does measure 2 say", TALKED, MEASURE_2),
    ],
)
def test_place_in_finds_what_is_named_by_number(text: str, context: Context, expected: tuple[str, ...]) -> None:
    there = placed(text, context)

    assert there and there.clause_ids == expected


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("刚才说的第一条", LISTED),
        ("你说的第二条是什么", TALKED),
        ("第三句呢", Context()),
        ("第几条", TALKED),
        ("第七句", LISTED),
    ],
)
def test_place_in_leaves_alone_what_points_to_the_talk_or_to_nothing(text: str, context: Context) -> None:
    assert placed(text, context) is None


def test_place_in_takes_the_clause_of_a_measure_that_the_rest_of_the_message_means() -> None:
    retrieval = found({"2.4": 0.8, "1.1": 0.1})

    assert placed("第二条里面停业一阵子可以怎么弄", Context(), retrieval) == Placed(("2.4",))
    assert placed("第二条", Context(), retrieval) == Placed(MEASURE_2, 2)


@pytest.mark.parametrize(("text", "measure"), [("第三十条", 30), ("第23项第一句", 23)])
def test_place_in_knows_what_the_document_does_not_have(text: str, measure: int) -> None:
    assert placed(text) == Placed((), measure)


def test_answer_quotes_a_whole_measure_and_keeps_it_as_a_list() -> None:
    message, slots = answer("第七条都讲了些什么")

    assert message["response"] == "utter_measure"
    assert clause_ids(message) == [f"7.{sentence}" for sentence in range(1, 8)]
    assert (message["custom"]["outcome"], message["custom"]["quoted"]) == ("answer", 7)
    assert (message["measure"], message["count"]) == ("7", "7")
    latest = read_context(slots["context"]).latest
    assert latest and (latest.label, latest.listed) == ("第7项措施", True)


def test_answer_says_that_there_is_no_such_place() -> None:
    message, slots = answer("第30条说什么")

    assert message["response"] == "utter_no_such_place"
    assert (message["custom"]["outcome"], message["measures"]) == ("abstain", "22")
    assert read_context(slots["context"]).latest is None


@pytest.mark.parametrize("name", ["action_show_text", "action_recall", "action_tell_number"])
def test_refer_shows_the_place_itself(name: str) -> None:
    action = ActionRefer(make_sources(), name)

    (message,), _ = perform(action, said("第二条第三句", slots=context_slot(topic("7.1"))))

    assert message["response"] == "utter_text"
    assert clause_ids(message) == ["2.3"]


def test_refer_explains_the_place_in_plain_words() -> None:
    action = ActionRefer(make_sources(), "action_rephrase")

    (message,), _ = perform(action, said("第七条第二句说人话", slots={}))

    assert clause_ids(message) == ["7.2"]
    assert message["explanation"] == "7.2换个说法。"
