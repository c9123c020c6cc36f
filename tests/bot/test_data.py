"""The NLU data, rules, forms and responses belong together."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.utils.io import read_config_file

from bot.evaluation import evaluate, read_examples
from bot.intent_report import CHATTER, DIALOGUE, RETRIEVED_DIALOGUE, SMALL_TALK
from bot.processor import CHOOSE, RATED

ROOT = Path(__file__).parent.parent.parent
DOMAIN: dict[str, Any] = read_config_file(str(ROOT / "domain.yml"))
RULES = read_config_file(str(ROOT / "bot/data/rules.yml"))["rules"]
INTENTS = set(DOMAIN["intents"])
# Never recognised from a text.
OF_BUTTONS = {CHOOSE, RATED}
TOPICS = INTENTS - SMALL_TALK - DIALOGUE - CHATTER - OF_BUTTONS
FORM_SLOTS = ["match_audience", "match_stage", "match_area", "match_industry"]
# Said by Rasa itself, or uttered by an action that adds the outcome, or said before another message.
WITHOUT_OUTCOME = {
    *("utter_answer", "utter_no_detail", "utter_clarify", "utter_ask_back", "utter_none_of_these"),
    *("utter_abstain", "utter_abstain_matter", "utter_unlawful", "utter_elsewhere", "utter_answer_several"),
    *("utter_understood", "utter_text", "utter_number", "utter_rephrased", "utter_recalled", "utter_more"),
    *("utter_where", "utter_where_anywhere", "utter_ask_which"),
    *("utter_who_citizen", "utter_who_enterprise", "utter_who_both", "utter_who_government"),
    *("utter_ask_match_audience", "utter_ask_match_stage", "utter_ask_match_area", "utter_ask_match_industry"),
    *("utter_ask_match_again", "utter_ask_match_back", "utter_match_list", "utter_match_none"),
    *("utter_match_given_up", "utter_match_resumed", "utter_related", "utter_measure", "utter_no_such_place"),
}
OUTCOMES = {"utter_handoff": "handoff", "utter_match_left": "match", "utter_no_match_running": "match"}
TEXTS, OF_TEXTS = read_examples(ROOT / "bot/data/nlu")
COUNTS = Counter(OF_TEXTS)
RATED_AS = {f"rating-{stars}" for stars in (1, 2, 3, 4, 5)}


def steps_of(rule: dict[str, Any], kind: str) -> list[str]:
    return [step[kind] for step in rule["steps"] if kind in step]


def buttons_of(name: str, language: str) -> list[dict[str, str]]:
    return [
        button
        for variation in DOMAIN["responses"][name]
        if variation["metadata"]["language"] == language
        for button in variation.get("buttons", [])
    ]


BUTTONS = [
    button
    for name in DOMAIN["responses"]
    for language in ("zh-Hans", "en")
    for button in buttons_of(name, language)
]


def test_each_intent_has_examples_and_each_example_an_intent() -> None:
    assert set(COUNTS) == INTENTS - OF_BUTTONS


def test_each_topic_has_forty_examples() -> None:
    assert len(TOPICS) == 15
    assert {intent: COUNTS[intent] for intent in TOPICS | CHATTER if COUNTS[intent] < 40} == {}


def test_each_intent_of_a_conversation_has_twenty_five_examples() -> None:
    assert SMALL_TALK | DIALOGUE <= INTENTS
    assert {intent: COUNTS[intent] for intent in SMALL_TALK | DIALOGUE if COUNTS[intent] < 25} == {}


def test_no_example_stands_twice() -> None:
    assert [text for text, count in Counter(TEXTS).items() if count > 1] == []


def test_examples_carry_no_entity_markup_or_command() -> None:
    assert [text for text in TEXTS if text.startswith("/") or set(text) & set("[]{}")] == []


def test_the_intents_of_the_contract_exist() -> None:
    wanted = {*SMALL_TALK, "business_registration", "licensing", "one_thing_service"}

    assert wanted <= INTENTS


def test_each_intent_has_a_rule() -> None:
    assert {intent for rule in RULES for intent in steps_of(rule, "intent")} == {*INTENTS, "nlu_fallback"}


def test_no_two_rules_are_for_the_same_intent_and_loop() -> None:
    heads = [
        (rule["steps"][0].get("intent"), loop)
        for rule in RULES
        for loop in [str([one["active_loop"] for one in rule.get("condition", [])])]
    ]

    assert [head for head, count in Counter(heads).items() if count > 1] == []
    assert len({rule["rule"] for rule in RULES}) == len(RULES)


def test_topics_and_all_that_is_unsure_go_to_retrieval() -> None:
    retrieved = {
        intent
        for rule in RULES
        for intent in steps_of(rule, "intent")
        if steps_of(rule, "action") == ["action_answer"]
    }

    assert retrieved == TOPICS | CHATTER | RETRIEVED_DIALOGUE | {CHOOSE, "nlu_fallback"}


def test_small_talk_and_ratings_are_answered_without_an_action_server() -> None:
    actions = {
        intent: steps_of(rule, "action")
        for rule in RULES
        for intent in steps_of(rule, "intent")
        if intent in SMALL_TALK | {RATED}
    }

    assert set(actions) == SMALL_TALK | {RATED}
    assert actions.pop("restart") == ["action_restart"]
    assert actions.pop("human") == ["utter_handoff"]
    assert actions == {intent: [f"utter_{intent}"] for intent in actions}


def test_rules_name_only_actions_that_exist() -> None:
    named = {action for rule in RULES for action in steps_of(rule, "action")}
    known = {
        *DOMAIN["actions"],
        *DOMAIN["responses"],
        *DOMAIN["forms"],
        "action_restart",
        "action_deactivate_loop",
    }

    assert named - known == set()


def test_domain_names_the_actions_that_the_action_server_has() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py"))
    named = set(re.findall(r'"(action_\w+|validate_\w+)"', sources))
    asking = {f"action_ask_{slot}" for slot in FORM_SLOTS}

    assert set(DOMAIN["actions"]) == named | asking


def test_the_form_has_a_slot_and_an_asking_action_for_each_answer() -> None:
    slots = DOMAIN["forms"]["match_form"]["required_slots"]

    assert slots == FORM_SLOTS
    assert {slot: DOMAIN["slots"][slot]["mappings"] for slot in slots} == {
        slot: [{"type": "custom"}] for slot in slots
    }
    assert {f"action_ask_{slot}" for slot in slots} | {"validate_match_form"} <= set(DOMAIN["actions"])
    assert {f"utter_ask_{slot}" for slot in slots} <= set(DOMAIN["responses"])


def test_no_slot_changes_what_a_rule_sees() -> None:
    assert {slot["type"] for slot in DOMAIN["slots"].values()} == {"any"}


def test_the_entities_are_what_the_vocabulary_finds() -> None:
    phrases = (ROOT / "knowledge/phrases.py").read_text(encoding="utf-8")
    (kinds,) = re.findall(r"^Kind = Literal\[([^\]]+)\]", phrases, re.MULTILINE)

    assert set(DOMAIN["entities"]) == set(re.findall(r'"(\w+)"', kinds))


@pytest.mark.parametrize("name", sorted(DOMAIN["responses"]))
def test_response_exists_once_in_each_language(name: str) -> None:
    languages = [variation["metadata"]["language"] for variation in DOMAIN["responses"][name]]

    assert languages == ["zh-Hans", "en"]


@pytest.mark.parametrize("name", sorted(DOMAIN["responses"]))
def test_response_says_its_outcome_unless_an_action_does(name: str) -> None:
    outcomes = [variation.get("custom", {}).get("outcome") for variation in DOMAIN["responses"][name]]
    expected = None if name in WITHOUT_OUTCOME else OUTCOMES.get(name, "chat")

    assert outcomes == [expected] * 2


@pytest.mark.parametrize("name", sorted(DOMAIN["responses"]))
def test_response_has_the_same_fillers_in_each_language(name: str) -> None:
    chinese, english = (
        Counter(re.findall(r"\{\w+\}|\$\w+", variation["text"])) for variation in DOMAIN["responses"][name]
    )

    assert chinese == english


def test_every_response_is_uttered_by_something() -> None:
    ruled = {action for rule in RULES for action in steps_of(rule, "action")}
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "actions").glob("*.py"))
    unnamed = {
        name
        for name in set(DOMAIN["responses"]) - ruled - {"utter_restart"}
        if name not in sources and not name.startswith(("utter_who_", "utter_ask_match_"))
    }

    assert {name for name in unnamed if f'"{name.removeprefix("utter_")}"' not in sources} == set()


def test_buttons_send_what_a_visitor_would_type() -> None:
    typed = [button for button in BUTTONS if "chosen" not in button]

    assert len(typed) == 35
    assert [button for button in typed if len(button["payload"]) <= 5 or button["payload"].startswith("/")] == []


def test_buttons_that_stand_for_something_are_the_ratings() -> None:
    chosen = [button["chosen"] for button in BUTTONS if "chosen" in button]

    assert Counter(chosen) == dict.fromkeys(RATED_AS, 4)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_ratings_are_offered_from_the_best_down(language: str) -> None:
    assert [button["chosen"] for button in buttons_of("utter_rate", language)] == [
        *("rating-5", "rating-4", "rating-3", "rating-2", "rating-1"),
    ]


@pytest.mark.slow
def test_small_talk_is_recognised_and_takes_no_question_away() -> None:
    report = evaluate(ROOT, asked=1)

    assert report.macro_f1 >= 0.84
    assert report.small_talk_recall >= 0.83
    assert report.small_talk_confused <= 0.04
    assert report.dialogue_recall >= 0.78
    assert report.chatter_swallowed <= 0.06
    assert report.questions_swallowed <= 0.01
    assert report.questions_diverted <= 0.02
