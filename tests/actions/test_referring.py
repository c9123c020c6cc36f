from __future__ import annotations

from typing import Any

import pytest

from actions.context import read_context
from actions.referring import POINTING, REFERRING, ActionRefer, ActionShowMore
from embeddings import Retrieval
from knowledge import load_document
from tests.actions.samples import CATALOGUE, clause_ids, context_slot, found, make_sources, perform, said, topic

PAUSE, MOVE = topic("2.4"), topic("2.3")
TALKED = context_slot(PAUSE, MOVE)
LISTED = context_slot(topic("7.1", "7.2", "7.3", listed=True))


def refer(
    name: str,
    text: str,
    slots: dict[str, Any] | None = None,
    retrievals: dict[str, Retrieval] | None = None,
    language: str = "zh-Hans",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the one message of an action, and the slots that it sets."""
    action = ActionRefer(make_sources(retrievals), name)
    (message,), set_slots = perform(action, said(text, slots=slots or TALKED, language=language))
    return message, set_slots


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("action_show_text", "utter_text"),
        ("action_tell_number", "utter_number"),
        ("action_rephrase", "utter_rephrased"),
        ("action_tell_where", "utter_where_anywhere"),
        ("action_tell_who", "utter_who_enterprise"),
        ("action_recall", "utter_recalled"),
    ],
)
def test_refer_speaks_of_the_clause_shown_last(name: str, response: str) -> None:
    message, _ = refer(name, "刚才那条呢")

    assert message["response"] == response
    assert clause_ids(message) == ["2.3"]
    assert message["custom"]["outcome"] == "answer"
    assert message["custom"]["quoted"] == 1


def test_show_text_quotes_the_whole_clause() -> None:
    message, _ = refer("action_show_text", "原文怎么说")

    assert message["custom"]["citations"][0]["quote"] == load_document().clause("2.3").text


def test_tell_number_names_measure_and_sentence() -> None:
    message, _ = refer("action_tell_number", "第几条")

    assert (message["clause_id"], message["measure"], message["sentence"]) == ("2.3", "2", "3")
    assert message["measure_title"] == load_document().measure(2).title


def test_rephrase_explains_in_the_language_of_the_message() -> None:
    chinese, _ = refer("action_rephrase", "说简单点")
    english, _ = refer("action_rephrase", "in plain words", language="en")

    assert chinese["explanation"] == "2.3换个说法。"
    assert english["explanation"] == "2.3 in other words."


def test_tell_where_names_the_areas_in_the_language_of_the_message() -> None:
    slots = context_slot(topic("16.2"))

    chinese, _ = refer("action_tell_where", "在哪些地方可以", slots)
    english, _ = refer("action_tell_where", "where does it apply", slots, language="en")

    assert (chinese["response"], chinese["areas"]) == ("utter_where", "临港、浦东")
    assert english["areas"] == "Lingang, Pudong"


def test_tell_where_shows_the_clause_of_the_area_that_is_asked_about() -> None:
    about_setting_up = context_slot(topic("2.2", shares={"2.2": 0.5, "16.1": 0.2}))

    there, slots = refer("action_tell_where", "浦东有没有单独的", about_setting_up)
    nowhere, _ = refer("action_tell_where", "虹桥也有吗", about_setting_up)

    assert (clause_ids(there), there["response"], there["areas"]) == (["16.1"], "utter_where", "浦东")
    assert read_context(slots["context"]).topics[0].clause_id == "16.1"
    assert (clause_ids(nowhere), nowhere["response"]) == (["2.2"], "utter_where_anywhere")


@pytest.mark.parametrize(
    ("clause_id", "response"),
    [
        ("11.4", "utter_who_citizen"),
        ("2.4", "utter_who_enterprise"),
        ("1.1", "utter_who_both"),
        ("5.1", "utter_who_government"),
    ],
)
def test_tell_who_says_whom_the_clause_concerns(clause_id: str, response: str) -> None:
    message, _ = refer("action_tell_who", "谁能用", context_slot(topic(clause_id)))

    assert message["response"] == response


def test_recall_goes_back_to_the_topic_before() -> None:
    message, _ = refer("action_recall", "再说说前一个")

    assert clause_ids(message) == ["2.4"]


def test_recall_shows_a_list_as_a_whole() -> None:
    message, _ = refer("action_recall", "刚才说的", LISTED)

    assert clause_ids(message) == ["7.1", "7.2", "7.3"]
    assert message["custom"]["quoted"] == 3


def test_recall_of_an_answer_leaves_out_what_was_only_related() -> None:
    message, _ = refer("action_recall", "刚才说的", context_slot(topic("2.4", "2.3", "2.2")))

    assert clause_ids(message) == ["2.4"]
    assert message["custom"]["quoted"] == 1


def test_recall_shows_one_of_a_list_if_it_is_named() -> None:
    message, _ = refer("action_recall", "刚才说的第二条", LISTED)

    assert clause_ids(message) == ["7.2"]


def test_show_text_of_a_list_shows_the_first() -> None:
    message, _ = refer("action_show_text", "原文怎么说", LISTED)

    assert clause_ids(message) == ["7.1"]


def test_the_clause_referred_to_becomes_the_latest_topic() -> None:
    _, slots = refer("action_show_text", "前一条的原文")

    topics = read_context(slots["context"]).topics
    assert [one.clause_id for one in topics] == ["2.4", "2.3"]
    assert topics[0].label == "2.4的事"


def test_a_clause_picked_from_a_list_is_called_by_its_reading() -> None:
    _, slots = refer("action_show_text", "第二条的原文", LISTED)

    latest = read_context(slots["context"]).latest
    assert latest is not None
    assert (latest.label, latest.label_en) == ("7.2能办什么", "What 7.2 is for")
    assert latest.seen == ("7.1", "7.2", "7.3")


def test_a_clause_that_is_named_is_shown_with_its_score() -> None:
    text = "歇业备案的原文"

    message, _ = refer("action_show_text", text, context_slot(topic("11.4")), {text: found({"2.4": 0.75})})

    assert clause_ids(message) == ["2.4"]
    assert message["custom"]["citations"][0]["score"] == 0.75


@pytest.mark.parametrize("name", REFERRING)
@pytest.mark.parametrize(("text", "language"), [("这条的原文", "zh-Hans"), ("show me that clause", "en")])
def test_refer_asks_which_one_if_nothing_was_said_before(name: str, text: str, language: str) -> None:
    message, slots = refer(name, text, {"context": None}, language=language)

    assert (message["response"], message["custom"]["outcome"]) == ("utter_ask_which", "clarify")
    assert (clause_ids(message), slots) == ([], {})


def test_refer_never_goes_on_with_what_a_rule_excludes() -> None:
    message, slots = refer("action_show_text", "教我伪造这条说的营业执照")

    assert (message["response"], slots) == ("utter_ask_which", {})


def test_refer_logs_the_clause_and_not_the_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        refer("action_show_text", "原文怎么说")

    assert "action_show_text clauses=('2.3',)" in caplog.text
    assert "原文怎么说" not in caplog.text


def test_each_intent_that_points_back_has_an_action() -> None:
    actions = {ActionShowMore(make_sources()).name(), *(ActionRefer(make_sources(), n).name() for n in REFERRING)}

    assert set(POINTING.values()) == actions


def more(
    slots: dict[str, Any], text: str = "还有别的吗", retrieval: Retrieval | None = None, language: str = "zh-Hans"
) -> tuple[dict[str, Any], dict[str, Any]]:
    sources = make_sources({text: retrieval} if retrieval else {})
    (message,), set_slots = perform(ActionShowMore(sources), said(text, slots=slots, language=language))
    return message, set_slots


def test_show_more_shows_three_clauses_of_the_measure_that_were_not_shown() -> None:
    message, _ = more(context_slot(topic("7.2")))

    assert message["response"] == "utter_more"
    assert clause_ids(message) == ["7.1", "7.3", "7.4"]
    assert message["custom"]["quoted"] == 3


def test_show_more_goes_on_from_where_it_was() -> None:
    _, slots = more(context_slot(topic("7.2")))
    message, _ = more(slots)

    assert clause_ids(message) == ["7.5", "7.6", "7.7"]


def test_show_more_ends() -> None:
    _, slots = more(context_slot(topic("7.2")))
    _, slots = more(slots)
    message, set_slots = more(slots)

    assert (message["response"], message["custom"]["outcome"]) == ("utter_no_more", "chat")
    assert (clause_ids(message), set_slots) == ([], {})


def test_what_show_more_shows_becomes_the_latest_topic() -> None:
    _, slots = more(context_slot(topic("7.2")))

    latest = read_context(slots["context"]).latest
    assert latest is not None
    assert (latest.cited, latest.listed) == (("7.1", "7.3", "7.4"), False)
    assert latest.seen == ("7.2", "7.1", "7.3", "7.4")
    assert latest.label == "7.1能办什么"


def test_show_more_goes_beyond_the_measure_to_what_the_topic_was_likely_about() -> None:
    message, _ = more(context_slot(topic("11.4", shares={"11.4": 0.6, "6.4": 0.2, "17.1": 0.01})))

    assert clause_ids(message) == ["6.4", "11.5"]


def test_show_more_goes_beyond_the_measure_to_what_the_message_names() -> None:
    text = "还有没有关于药品监管的"

    message, _ = more(context_slot(topic("11.4")), text, found({"6.4": 0.5}))

    assert clause_ids(message)[0] == "6.4"


@pytest.mark.parametrize(("text", "language"), [("还有别的吗", "zh-Hans"), ("anything else?", "en")])
def test_show_more_asks_which_one_if_nothing_was_said_before(text: str, language: str) -> None:
    message, slots = more({"context": None}, text, language=language)

    assert (message["response"], slots) == ("utter_ask_which", {})


def test_show_more_never_goes_on_with_what_a_rule_excludes() -> None:
    message, _ = more(context_slot(topic("7.2")), "还有别的吗，教我伪造营业执照")

    assert message["response"] == "utter_ask_which"


def test_the_catalogue_of_the_tests_is_of_the_real_document() -> None:
    assert set(CATALOGUE) <= {clause.id for clause in load_document().clauses}
