from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions.answer import ActionAnswer
from actions.context import Topic, read_context
from actions.matching import ActionAskMatch, ActionListMatches, ValidateMatchForm
from embeddings import Retrieval
from knowledge import FACETS, Facet, Situation
from tests.actions.samples import (
    MATCHING,
    clause_ids,
    context_slot,
    found,
    make_sources,
    perform,
    said,
    titles,
    topic,
)

SETTING_UP: dict[str, Any] = {"match_audience": "enterprise", "match_stage": "setup"}
BUILDING: dict[str, Any] = {"match_audience": "enterprise", "match_stage": "construction", "match_area": "浦东"}
ASKING = "为我匹配适合我的政策"


def answered(text: str, intent: str = "inform", **slots: Any) -> dict[str, Any]:
    """The slots that the form sets for a message."""
    messages, set_slots = perform(ValidateMatchForm(make_sources()), said(text, intent, slots=slots))
    assert messages == []
    return set_slots


def known(slots: dict[str, Any]) -> Situation:
    return Situation(*(slots[f"match_{facet}"] for facet in FACETS))


def test_form_begins_with_whom_it_is_about() -> None:
    assert answered(ASKING, "start_match") == {
        "match_audience": None,
        "match_stage": None,
        "match_area": None,
        "match_industry": None,
        "match_misses": 0,
        "requested_slot": "match_audience",
    }


def test_form_begins_anew_after_an_earlier_one() -> None:
    slots = answered(ASKING, "start_match", requested_slot=None, **BUILDING, match_industry="food", match_misses=2)

    assert known(slots) == Situation()
    assert (slots["match_misses"], slots["requested_slot"]) == (0, "match_audience")


def test_form_takes_four_answers_at_once() -> None:
    slots = answered("我在浦东开了家做医疗器械的公司，想扩厂", "start_match")

    assert known(slots) == Situation("enterprise", "construction", "浦东", "medical")
    assert slots["requested_slot"] is None


def test_form_takes_what_begins_it_for_answers() -> None:
    slots = answered("我是个体户，帮我匹配政策", "start_match")

    assert known(slots) == Situation("enterprise")
    assert slots["requested_slot"] == "match_stage"


@pytest.mark.parametrize(
    ("requested", "text", "before", "after", "following"),
    [
        ("audience", "我们公司", {}, Situation("enterprise"), "match_stage"),
        ("audience", "for a company", {}, Situation("enterprise"), "match_stage"),
        ("stage", "想开店", {"match_audience": "enterprise"}, Situation("enterprise", "setup"), "match_area"),
        ("area", "在虹桥这边", SETTING_UP, Situation("enterprise", "setup", "虹桥"), None),
        ("area", "静安", SETTING_UP, Situation("enterprise", "setup", "other"), None),
        ("area", "哪儿都行", SETTING_UP, Situation("enterprise", "setup", "any"), None),
        ("industry", "做药的，药厂", BUILDING, Situation("enterprise", "construction", "浦东", "medical"), None),
        ("industry", "行业不限", BUILDING, Situation("enterprise", "construction", "浦东", "any"), None),
    ],
)
def test_form_takes_the_answer_and_asks_for_the_next(
    requested: str, text: str, before: dict[str, Any], after: Situation, following: str | None
) -> None:
    slots = answered(text, requested_slot=f"match_{requested}", **before)

    assert known(slots) == after
    assert slots["requested_slot"] == following


@pytest.mark.parametrize(
    ("text", "intent", "industry"),
    [
        ("科技类的", "science_and_talent", "other"),
        ("花鸟市场", "out_of_scope", None),
        ("养蜂能不能享受", "enterprise_support", None),
        ("歇业备案", "business_registration", None),
    ],
)
def test_form_takes_a_line_of_business_that_it_does_not_know_for_another(
    text: str, intent: str, industry: str | None
) -> None:
    slots = answered(text, intent, requested_slot="match_industry", **BUILDING)

    assert slots.get("match_industry") == industry


@pytest.mark.parametrize(
    "text", ["等等问一下揭榜挂帅现在还搞不搞", "先问一句贷款", "贷款在哪查", "quick question about a loan"]
)
def test_form_is_interrupted_by_a_question_though_it_names_an_answer(text: str) -> None:
    slots = answered(text, "enterprise_support", requested_slot="match_stage", match_audience="enterprise")

    assert slots == {"requested_slot": "match_stage"}


def test_form_asks_for_no_industry_if_no_clause_that_fits_is_about_one() -> None:
    slots = answered("不注销，先停业", requested_slot="match_stage", match_audience="enterprise")

    assert known(slots) == Situation("enterprise", "suspension")
    assert slots["requested_slot"] is None


def test_form_learns_from_the_matter_whom_it_is_about() -> None:
    slots = answered("想给公司办注销", requested_slot="match_audience")

    assert known(slots) == Situation("enterprise", "exit")


@pytest.mark.parametrize(
    "text", ["不是个人，是公司", "我不是个人，我们是公司", "公司，不是个人", "not an individual, a company"]
)
def test_form_takes_a_correction(text: str) -> None:
    slots = answered(text, "correct", requested_slot="match_stage", match_audience="citizen")

    assert known(slots) == Situation("enterprise")
    assert slots["requested_slot"] == "match_stage"


def test_form_forgets_a_matter_that_whoever_it_is_about_now_cannot_have() -> None:
    slots = answered("不是公司，是个人", "correct", requested_slot="match_area", **SETTING_UP)

    assert known(slots) == Situation("citizen")
    assert slots["requested_slot"] == "match_stage"


def test_form_corrects_whom_it_is_about_by_a_matter_that_only_others_have() -> None:
    slots = answered("注销", requested_slot="match_stage", match_audience="citizen")

    assert known(slots) == Situation("enterprise", "exit")


def test_form_keeps_what_a_correction_does_not_change() -> None:
    slots = answered("不是浦东，是临港", "correct", requested_slot="match_industry", **BUILDING)

    assert known(slots) == Situation("enterprise", "construction", "临港")


def test_form_takes_any_only_for_what_was_asked() -> None:
    slots = answered("做变更登记，哪个区都行", requested_slot="match_stage", match_audience="enterprise")

    assert known(slots) == Situation("enterprise", "change")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("facet", "value"),
    [
        *(("stage", option.value) for option in MATCHING.options("stage", Situation("enterprise"))),
        *((facet, option.value) for facet in FACETS[2:] for option in MATCHING.options(facet)),
    ],
)
def test_a_button_gives_the_answer_that_it_names_and_no_other(facet: Facet, value: str, language: str) -> None:
    label = MATCHING.label(facet, value, english=language == "en")
    before = {"match_audience": "enterprise", "match_stage": "financing"}

    slots = answered(label, requested_slot=f"match_{facet}", **before)

    assert known(slots) == replace(Situation("enterprise", "financing"), **{facet: value})


@pytest.mark.parametrize("text", ["看病就医", "Seeing a doctor"])
def test_a_button_is_told_by_its_words_in_any_case(text: str) -> None:
    slots = answered(text, requested_slot="match_stage", match_audience="citizen")

    assert known(slots) == Situation("citizen", "health")


@pytest.mark.parametrize(
    ("text", "value"), [("我们做物流的", "logistics"), ("开养老院的", "care"), ("做危化品的", "chemicals")]
)
def test_the_line_of_business_does_not_change_the_matter(text: str, value: str) -> None:
    slots = answered(text, requested_slot="match_industry", **BUILDING)

    assert known(slots) == Situation("enterprise", "construction", "浦东", value)


def test_a_shop_on_the_way_says_its_line_of_business_too() -> None:
    slots = answered("想开个饭店", requested_slot="match_stage", match_audience="enterprise")

    assert known(slots) == Situation("enterprise", "setup", industry="food")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("先问一下歇业备案要交多少钱？", "business_registration"),
        ("公司注销要多久能办完", "business_registration"),
        ("你是真人吗", "bot_challenge"),
        ("谢谢", "thanks"),
        ("随便看看别的", "out_of_scope"),
        ("how long does it take to close my company?", "business_registration"),
    ],
)
def test_form_takes_no_answer_from_what_asks_something_of_its_own(text: str, intent: str) -> None:
    slots = answered(text, intent, requested_slot="match_stage", match_audience="enterprise")

    assert slots == {"requested_slot": "match_stage"}


def test_form_takes_what_tells_of_oneself_even_with_a_word_that_asks() -> None:
    slots = answered("我们店里要招工，想要几个熟手", requested_slot="match_stage", match_audience="enterprise")

    assert known(slots) == Situation("enterprise", "hiring")


@pytest.mark.parametrize(
    ("text", "intent"),
    [("嗯嗯随你", "inform"), ("不是", "deny"), ("不不，哪个都不是", "deny"), ("对", "affirm")],
)
def test_form_asks_again_if_it_does_not_understand_an_answer(text: str, intent: str) -> None:
    slots = answered(text, intent, requested_slot="match_stage", match_audience="enterprise")

    assert known(slots) == Situation("enterprise")
    assert (slots["match_misses"], slots["requested_slot"]) == (1, "match_stage")


def test_form_takes_no_answer_from_what_is_denied() -> None:
    slots = answered("不是浦东", "deny", requested_slot="match_area", **SETTING_UP)

    assert known(slots) == Situation("enterprise", "setup")
    assert (slots["match_misses"], slots["requested_slot"]) == (1, "match_area")


def test_form_counts_misses_anew_after_an_answer() -> None:
    slots = answered("公司", requested_slot="match_audience", match_misses=2)

    assert (slots["match_misses"], slots["requested_slot"]) == (0, "match_stage")


@pytest.mark.parametrize("requested", ["audience", "stage"])
def test_form_ends_after_three_answers_not_understood(requested: str) -> None:
    slots = answered("嗯嗯随你", requested_slot=f"match_{requested}", match_misses=2)

    assert slots == {"match_misses": 0, "requested_slot": None}


def test_form_lets_the_area_go_after_two_answers_not_understood() -> None:
    again = answered("嗯嗯随你", requested_slot="match_area", match_misses=0, **SETTING_UP)
    gone = answered("嗯嗯随你", requested_slot="match_area", match_misses=1, **SETTING_UP)

    assert (known(again), again["requested_slot"]) == (Situation("enterprise", "setup"), "match_area")
    assert (known(gone), gone["requested_slot"]) == (Situation("enterprise", "setup", "any"), None)
    assert gone["match_misses"] == 0


def test_form_lets_the_industry_go_after_two_answers_not_understood() -> None:
    gone = answered("嗯嗯随你", requested_slot="match_industry", match_misses=1, **BUILDING)

    assert known(gone) == Situation("enterprise", "construction", "浦东", "any")
    assert gone["requested_slot"] is None


def ask(
    facet: Facet, text: str = ASKING, intent: str = "start_match", *, english: bool = False, **slots: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the question, and the slots that it sets."""
    tracker = said(text, intent, slots=slots, language="en" if english else "zh-Hans")
    (message,), set_slots = perform(ActionAskMatch(make_sources(), facet), tracker)
    return message, set_slots


@pytest.mark.parametrize(
    ("english", "expected"), [(False, ["个人", "企业"]), (True, ["an individual", "a company"])]
)
def test_ask_offers_the_answers_in_the_language_of_the_message(english: bool, expected: list[str]) -> None:
    message, slots = ask("audience", english=english)

    assert message["response"] == "utter_ask_match_audience"
    assert message["custom"]["outcome"] == "match"
    assert (titles(message), clause_ids(message), slots) == (expected, [], {})


@pytest.mark.parametrize(
    ("found_alone", "responses"),
    [
        (found({"2.4": 0.7}), ["utter_answer", "utter_ask_match_audience"]),
        (found({"2.4": 0.4}), ["utter_ask_match_audience"]),
        (found({"2.4": 0.7}, outcome="no_detail"), ["utter_ask_match_audience"]),
    ],
)
def test_ask_answers_a_beginning_that_tells_enough(found_alone: Retrieval, responses: list[str]) -> None:
    text = "想先停一停，帮我配配看"
    action = ActionAskMatch(make_sources({text: found_alone}), "audience")

    messages, slots = perform(action, said(text, "start_match"))

    assert [message["response"] for message in messages] == responses
    latest = read_context(slots.get("context")).latest
    assert (latest.clause_id if latest else None) == ("2.4" if len(responses) > 1 else None)


def test_a_button_sends_what_it_says() -> None:
    message, _ = ask("audience")

    assert message["buttons"] == [{"title": "个人", "payload": "个人"}, {"title": "企业", "payload": "企业"}]


def test_ask_offers_the_matters_of_whoever_it_is_about() -> None:
    message, _ = ask("stage", "公司", "inform", match_audience="enterprise")

    assert message["response"] == "utter_ask_match_stage"
    assert message["situation"] == "企业"
    assert titles(message)[:2] == ["准备设立", "变更登记"]
    assert "就业求职" not in titles(message)


def test_ask_shows_the_best_three_with_the_third_question() -> None:
    message, _ = ask("area", "想开店", "inform", **SETTING_UP)

    assert message["response"] == "utter_ask_match_area"
    assert (message["situation"], message["count"]) == ("企业 · 准备设立", "5")
    assert clause_ids(message) == ["1.1", "2.2", "2.5"]
    assert message["custom"]["outcome"] == "answer"
    assert message["custom"]["quoted"] == 3
    assert titles(message)[0] == "浦东"


def test_what_is_shown_with_a_question_becomes_the_latest_topic() -> None:
    _, slots = ask("area", "想开店", "inform", **SETTING_UP)

    latest = read_context(slots["context"]).latest
    assert latest is not None
    assert (latest.cited, latest.listed) == (("1.1", "2.2", "2.5"), True)


def test_ask_says_that_it_did_not_understand() -> None:
    message, slots = ask("area", "嗯嗯随你", "inform", match_misses=1, **SETTING_UP)

    assert message["response"] == "utter_ask_match_again"
    assert (clause_ids(message), slots) == ([], {})
    assert titles(message)[0] == "浦东"


@pytest.mark.parametrize("facet", ["stage", "area"])
def test_ask_comes_back_after_a_question_of_its_own(facet: Facet) -> None:
    message, slots = ask(facet, "歇业备案要交多少钱？", "business_registration", **SETTING_UP)

    assert message["response"] == "utter_ask_match_back"
    assert message["situation"] == "企业 · 准备设立"
    assert (clause_ids(message), slots) == ([], {})


def test_ask_goes_on_after_any_area() -> None:
    message, _ = ask("industry", "哪儿都行", "inform", **(BUILDING | {"match_area": "any"}))

    assert message["response"] == "utter_ask_match_industry"
    assert message["situation"] == "企业 · 工程建设 · 不限地区"


def list_matches(*, english: bool = False, **slots: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    tracker = said("浦东", "inform", slots=slots, language="en" if english else "zh-Hans")
    (message,), set_slots = perform(ActionListMatches(make_sources()), tracker)
    return message, set_slots


def test_list_says_which_answers_each_clause_fits() -> None:
    message, _ = list_matches(**BUILDING, match_industry="medical")

    assert message["response"] == "utter_match_list"
    assert (message["situation"], message["count"]) == ("企业 · 工程建设 · 浦东 · 医疗医药", "3")
    assert [(one["clause_id"], one["reasons"], one["score"]) for one in message["custom"]["citations"]] == [
        ("6.4", ["stage", "industry"], 1.0),
        ("16.1", ["stage", "area", "audience"], 1.0),
        ("3.2", ["stage", "audience"], 0.625),
    ]
    assert message["custom"]["quoted"] == 3
    assert message["custom"]["situation"] == {
        "audience": "enterprise",
        "stage": "construction",
        "area": "浦东",
        "industry": "medical",
    }


def test_list_describes_the_situation_in_the_language_of_the_message() -> None:
    message, _ = list_matches(english=True, **BUILDING)

    assert message["situation"] == "a company · construction · Pudong"


def test_list_shows_eight_and_says_how_many_fit() -> None:
    message, _ = list_matches(match_audience="citizen", match_stage="inspection")

    assert clause_ids(message) == ["7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "7.7", "8.1"]
    assert message["count"] == "9"


def test_list_becomes_the_latest_topic_under_the_name_of_the_situation() -> None:
    _, slots = list_matches(**BUILDING, **context_slot(topic("2.4")))

    latest, before = read_context(slots["context"]).topics
    assert isinstance(latest, Topic)
    assert (latest.label, latest.label_en) == ("企业 · 工程建设 · 浦东", "a company · construction · Pudong")
    assert (latest.cited, latest.listed) == (("16.1", "3.2", "6.4"), True)
    assert before.clause_id == "2.4"


def test_list_of_nothing_says_so_and_keeps_the_topic() -> None:
    message, slots = list_matches(match_audience="enterprise", match_stage="hiring")

    assert message["response"] == "utter_match_none"
    assert (message["situation"], clause_ids(message)) == ("企业 · 招工用工", [])
    assert "context" not in slots


def test_list_without_a_matter_is_given_up() -> None:
    message, slots = list_matches(match_audience="enterprise")

    assert message["response"] == "utter_match_given_up"
    assert (message["custom"]["outcome"], slots) == ("match", {})


LIST = topic("16.1", "3.2", "6.4", listed=True)


def after_the_list(
    text: str, intent: str = "inform", latest: Topic = LIST, **slots: Any
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What comes of a message after the list of ``BUILDING``."""
    before = {**BUILDING, **context_slot(latest), **slots}
    return perform(ActionAnswer(make_sources()), said(text, intent, slots=before))


@pytest.mark.parametrize(
    ("text", "intent", "situation", "first"),
    [
        ("换成临港", "correct", "企业 · 工程建设 · 临港", "16.1"),
        ("那静安呢", "follow_up", "企业 · 工程建设 · 上海其他区", "3.2"),
        ("哪个区都行", "inform", "企业 · 工程建设 · 不限地区", "3.2"),
        ("我们是做医疗器械的", "inform", "企业 · 工程建设 · 浦东 · 医疗医药", "6.4"),
        ("改成注册公司", "correct", "企业 · 准备设立 · 浦东", "16.1"),
        ("Lingang instead", "correct", "企业 · 工程建设 · 临港", "16.1"),
        ("换成危化品", "inform", "企业 · 工程建设 · 浦东 · 危险化学品", "16.1"),
        ("不限行业", "inform", "企业 · 工程建设 · 浦东 · 不限行业", "16.1"),
        ("全市，行业就医药", "inform", "企业 · 工程建设 · 不限地区 · 医疗医药", "6.4"),
    ],
)
def test_an_answer_after_the_list_changes_it(text: str, intent: str, situation: str, first: str) -> None:
    (message,), slots = after_the_list(text, intent)

    assert (message["response"], message["situation"]) == ("utter_match_list", situation)
    assert clause_ids(message)[0] == first
    assert read_context(slots["context"]).latest is not None


def test_an_answer_after_the_list_is_kept() -> None:
    _, slots = after_the_list("换成临港", "correct")

    assert known(slots) == Situation("enterprise", "construction", "临港")


@pytest.mark.parametrize("text", ["浦东的项目从哪个入口去报批", "工程竣工之后要怎么样才能验收", "那要带什么材料"])
def test_a_question_after_the_list_does_not_change_it(text: str) -> None:
    messages, slots = after_the_list(text, "construction_approval")

    assert "utter_match_list" not in {message.get("response") for message in messages}
    assert "match_area" not in slots


def test_an_answer_after_another_topic_does_not_bring_the_list_back() -> None:
    messages, _ = after_the_list("换成临港", "correct", topic("2.4"))

    assert "utter_match_list" not in {message.get("response") for message in messages}


def test_an_answer_changes_the_list_after_one_question_about_something_else() -> None:
    slots = {**BUILDING, **context_slot(LIST, topic("2.4"))}

    (message,), _ = perform(ActionAnswer(make_sources()), said("换成临港", "correct", slots=slots))

    assert message["response"] == "utter_match_list"


def test_an_answer_after_readings_on_offer_does_not_bring_the_list_back() -> None:
    messages, _ = after_the_list("换成临港", "correct", topic("2.4", "2.3", listed=True))

    assert "utter_match_list" not in {message.get("response") for message in messages}


def test_an_answer_without_a_list_before_is_none() -> None:
    messages, _ = after_the_list("换成临港", "correct", match_stage=None)

    assert "utter_match_list" not in {message.get("response") for message in messages}
