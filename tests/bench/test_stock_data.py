from __future__ import annotations

from bench.stock_data import stock_domain, stock_stories


def test_domain_keeps_the_chinese_responses_without_their_tag() -> None:
    domain = {
        "version": "3.1",
        "intents": ["greet"],
        "responses": {
            "utter_greet": [
                {"metadata": {"language": "zh-Hans"}, "text": "您好", "custom": {"outcome": "chat"}},
                {"metadata": {"language": "en"}, "text": "Hello"},
            ]
        },
    }

    assert stock_domain(domain) == {
        "version": "3.1",
        "intents": ["greet"],
        "responses": {"utter_greet": [{"text": "您好", "custom": {"outcome": "chat"}}]},
    }


def test_domain_keeps_a_response_that_has_no_chinese() -> None:
    english = {"responses": {"utter_x": [{"metadata": {"language": "en"}, "text": "Hello"}]}}

    assert stock_domain(english) == {"responses": {"utter_x": [{"text": "Hello"}]}}


def test_domain_drops_what_stock_rasa_does_not_know() -> None:
    assert stock_domain({"intents": ["greet"], "ours": 1, "responses": {}}) == {
        "intents": ["greet"],
        "responses": {},
    }


def test_stories_join_the_rules_of_plain_exchanges() -> None:
    greet = [{"intent": "greet"}, {"action": "utter_greet"}]
    ask = [{"intent": "licensing"}, {"action": "action_answer"}]
    document = {"rules": [{"rule": "a", "steps": greet}, {"rule": "b", "steps": ask}]}

    assert stock_stories([document, {"nlu": []}]) == {
        "version": "3.1",
        "stories": [
            {"story": "visit 0", "steps": [*ask, *greet, *ask]},
            {"story": "visit 1", "steps": [*greet, *ask, *greet]},
        ],
    }


def test_stories_leave_out_conditional_rules_and_whatever_is_not_an_exchange() -> None:
    steps = [{"intent": "greet"}, {"action": "utter_greet"}]
    rules = [
        {"rule": "a", "steps": steps, "conversation_start": True},
        {"rule": "b", "steps": steps, "condition": [{"active_loop": "x_form"}]},
        {"rule": "c", "steps": [{"action": "x_form"}, {"active_loop": "x_form"}]},
        {"rule": "d", "steps": [*steps, {"slot_was_set": [{"x": 1}]}]},
    ]

    assert stock_stories([{"rules": rules}]) == {"version": "3.1", "stories": []}
