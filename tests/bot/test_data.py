"""The NLU data, rules and responses belong together."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.utils.io import read_config_file

from bot.evaluation import SMALL_TALK, evaluate, read_examples
from bot.processor import CHOOSE

ROOT = Path(__file__).parent.parent.parent
DOMAIN: dict[str, Any] = read_config_file(str(ROOT / "domain.yml"))
RULES = read_config_file(str(ROOT / "bot/data/rules.yml"))["rules"]
OF_ACTION_ANSWER = {
    *("utter_answer", "utter_no_detail", "utter_clarify", "utter_ask_back", "utter_none_of_these"),
    *("utter_abstain", "utter_abstain_matter", "utter_unlawful", "utter_elsewhere", "utter_answer_several"),
}
TEXTS, INTENTS = read_examples(ROOT / "bot/data/nlu")


def test_each_intent_has_forty_examples() -> None:
    counts = Counter(INTENTS)

    assert set(counts) == set(DOMAIN["intents"]) - {CHOOSE}
    assert {intent: count for intent, count in counts.items() if count < 40} == {}


def test_no_example_stands_twice() -> None:
    assert [text for text, count in Counter(TEXTS).items() if count > 1] == []


def test_examples_carry_no_entity_markup_or_command() -> None:
    assert [text for text in TEXTS if text.startswith("/") or set(text) & set("[]{}")] == []


def test_the_intents_of_the_contract_exist() -> None:
    wanted = {*SMALL_TALK, "business_registration", "licensing", "one_thing_service"}

    assert wanted <= set(DOMAIN["intents"])


def test_each_intent_has_one_rule_and_only_small_talk_is_answered_here() -> None:
    actions = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in RULES}

    assert len(actions) == len(RULES)
    assert set(actions) == {*DOMAIN["intents"], "nlu_fallback"}
    assert {intent for intent, action in actions.items() if action != "action_answer"} == SMALL_TALK


@pytest.mark.parametrize("name", sorted(DOMAIN["responses"]))
def test_response_exists_once_in_each_language(name: str) -> None:
    languages = [variation["metadata"]["language"] for variation in DOMAIN["responses"][name]]

    assert languages == ["zh-Hans", "en"]


@pytest.mark.parametrize("name", sorted(DOMAIN["responses"]))
def test_response_says_its_outcome_unless_an_action_does(name: str) -> None:
    outcomes = [variation.get("custom", {}).get("outcome") for variation in DOMAIN["responses"][name]]
    expected = {"utter_handoff": "handoff"} | dict.fromkeys(OF_ACTION_ANSWER)

    assert outcomes == [expected.get(name, "chat")] * 2


def test_buttons_send_what_a_visitor_would_type() -> None:
    buttons = [
        button
        for variations in DOMAIN["responses"].values()
        for variation in variations
        for button in variation.get("buttons", [])
    ]

    assert len(buttons) == 18
    assert all(len(button["payload"]) > 5 and not button["payload"].startswith("/") for button in buttons)


@pytest.mark.slow
def test_small_talk_is_recognised_and_takes_no_question_away() -> None:
    report = evaluate(ROOT)

    assert report.macro_f1 >= 0.75
    assert report.small_talk_recall >= 0.8
    assert report.small_talk_confused <= 0.05
    assert report.questions_swallowed <= 0.005
