from __future__ import annotations

from dataclasses import replace

import pytest

from actions.context import Context
from actions.decision import Decision, Outcome, Reason, decide
from actions.following import asks_detail, continue_topic, goes_on, holds_there, own_shares, read_on, refer
from actions.query import Query
from embeddings import Hit, Matter, Retrieval
from knowledge import Limit
from tests.actions.samples import CATALOGUE, NOTHING, context_of, found, query_of, topic

PAUSE = topic("2.4", shares={"2.4": 0.9, "2.3": 0.05})
CONTEXT = context_of(PAUSE)
SURE = found({"2.3": 0.95})
FAIRLY_SURE = found({"2.3": 0.7})
UNSURE = found({"2.3": 0.3, "2.2": 0.2, "1.1": 0.1}, outcome="clarify")


def going_on(query: Query, retrieval: Retrieval) -> bool:
    return goes_on(query, retrieval, decide(retrieval))


def test_goes_on_if_the_engine_says_so_and_nothing_is_found() -> None:
    assert going_on(query_of("浦东呢", follow_up=0.9), NOTHING)


def test_goes_on_adds_up_what_points_back() -> None:
    assert going_on(query_of("个人可不可以", follow_up=0.3, ask_who=0.3), FAIRLY_SURE)


def test_goes_on_not_if_it_is_a_sure_question_of_its_own() -> None:
    assert not going_on(query_of("公司想换一个区去经营", follow_up=0.9), SURE)


@pytest.mark.parametrize(("text", "expected"), [("那跨区迁移呢", False), ("那换一个地方经营呢", True)])
def test_goes_on_needs_less_of_a_question_that_names_a_service(text: str, expected: bool) -> None:
    assert going_on(query_of(text, follow_up=0.9), FAIRLY_SURE) is expected


def test_goes_on_not_if_the_engine_sees_another_topic_and_it_is_answered() -> None:
    assert not going_on(query_of("公司想换一个区去经营要怎么弄", business_registration=0.9, follow_up=0.05), SURE)


def test_goes_on_not_without_a_hint_even_if_nothing_is_found() -> None:
    assert not going_on(query_of("今天天气", out_of_scope=0.9), NOTHING)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("外地人也一样", True),
        ("外地来上海没多久也没有居住证的人是不是也一样", False),
        ("foreigners as well", True),
        ("foreigners who have not been here for long as well", False),
    ],
)
def test_goes_on_at_a_weak_hint_only_if_it_is_short(text: str, expected: bool) -> None:
    assert going_on(query_of(text, follow_up=0.2), NOTHING) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("长期的", False),
        ("那长期的", True),
        ("长期的呢？", True),
        ("还有长期的", True),
        ("for a long time", False),
        ("what about a long time", True),
    ],
)
def test_goes_on_takes_an_elliptical_turn_for_a_hint(text: str, expected: bool) -> None:
    assert going_on(query_of(text), UNSURE) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("搬去外区", True), ("公司打算搬到外区去", False), ("moving out", True)]
)
def test_goes_on_at_a_weak_hint_though_a_short_message_is_fairly_sure(text: str, expected: bool) -> None:
    assert going_on(query_of(text, follow_up=0.2), FAIRLY_SURE) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("补贴几块钱", True), ("补贴多少钱这件事我想知道得清楚一点", False)]
)
def test_goes_on_if_it_only_asks_for_a_detail(text: str, expected: bool) -> None:
    assert going_on(query_of(text, out_of_scope=0.9), NOTHING) is expected


def test_goes_on_not_if_the_detail_is_of_a_matter_outside() -> None:
    passport = replace(NOTHING, matter=Matter("passport", "护照", "Passports", "出入境管理部门", "Immigration"))

    assert not going_on(query_of("护照多少钱", out_of_scope=0.9), passport)


@pytest.mark.parametrize(
    ("text", "share", "expected"),
    [
        ("几个部门都要去一遍吧", 0.97, True),
        ("几个部门都要去一遍吧", 0.9, False),
        ("那跨区的部门呢", 0.97, False),
        ("浦东的部门都要去一遍吧", 0.97, False),
    ],
)
def test_goes_on_however_sure_retrieval_is_if_it_surely_does_and_says_nothing_new(
    text: str, share: float, expected: bool
) -> None:
    assert going_on(query_of(text, follow_up=share), SURE) is expected


def test_goes_on_not_by_an_elliptical_turn_if_the_matter_is_outside() -> None:
    assert not going_on(query_of("晚饭吃什么好呢", out_of_scope=0.9), UNSURE)
    assert going_on(query_of("晚饭吃什么好呢"), UNSURE)


def test_goes_on_not_if_a_service_is_named_and_answered() -> None:
    named = found({"2.4": 0.5})

    assert not going_on(query_of("歇业备案", follow_up=0.2), named)
    assert going_on(query_of("备案的那个", follow_up=0.2), named)


def test_own_shares_add_up_to_one() -> None:
    assert own_shares(found({"2.4": 0.6, "2.3": 0.2})) == {"2.4": pytest.approx(0.75), "2.3": pytest.approx(0.25)}
    assert own_shares(NOTHING) == {}


def test_continue_topic_keeps_to_the_topic_if_the_message_is_near_to_nothing() -> None:
    shares = continue_topic(query_of("怎么弄"), NOTHING, PAUSE, CATALOGUE)

    assert shares[0][0] == "2.4"
    assert sum(share for _, share in shares) == pytest.approx(1.0)
    assert {clause_id for clause_id, _ in shares} == set(CATALOGUE)
    assert [share for _, share in shares] == sorted((share for _, share in shares), reverse=True)


def test_continue_topic_puts_the_same_measure_before_others() -> None:
    shares = continue_topic(query_of("怎么弄"), NOTHING, topic("7.2"), CATALOGUE)

    assert [clause_id for clause_id, _ in shares[:7]] == ["7.2", "7.1", "7.3", "7.4", "7.5", "7.6", "7.7"]


def test_continue_topic_lets_the_words_of_the_message_lead_elsewhere() -> None:
    shares = continue_topic(query_of("搬到别的区"), found({"2.3": 0.9}), PAUSE, CATALOGUE)

    assert shares[0][0] == "2.3"


def test_continue_topic_keeps_to_what_was_shown_first_if_the_message_is_near_to_nothing() -> None:
    setting_up = topic("7.3", shares={"7.3": 0.3, "7.1": 0.35})

    assert continue_topic(query_of("要几天"), NOTHING, setting_up, CATALOGUE)[0][0] == "7.3"


@pytest.mark.parametrize(("text", "first"), [("浦东呢", "16.1"), ("虹桥呢", "2.2")])
def test_continue_topic_prefers_what_holds_in_the_area_named(text: str, first: str) -> None:
    setting_up = topic("2.2", shares={"2.2": 0.5, "16.1": 0.2, "1.1": 0.1})

    assert continue_topic(query_of(text), NOTHING, setting_up, CATALOGUE)[0][0] == first


@pytest.mark.parametrize(
    ("text", "expected"), [("浦东有没有单独的", "16.1"), ("虹桥也有吗", None), ("哪里都行吗", None)]
)
def test_holds_there_finds_the_clause_of_the_area_on_the_topic(text: str, expected: str | None) -> None:
    setting_up = topic("2.2", shares={"2.2": 0.5, "16.1": 0.2, "1.1": 0.1})

    assert holds_there(query_of(text), NOTHING, setting_up, CATALOGUE) == expected


def test_read_on_completes_a_message_by_the_topic() -> None:
    reading = read_on(query_of("那怎么弄", follow_up=0.9), NOTHING, decide(NOTHING), CONTEXT, CATALOGUE)

    assert reading.completed
    assert (reading.decision.outcome, reading.decision.response) == (Outcome.ANSWER, "utter_answer")
    assert reading.decision.cited[0].clause_id == "2.4"
    assert len(reading.decision.cited) == 3
    assert len(reading.decision.cited) + len(reading.decision.rejected) == len(CATALOGUE)


def test_read_on_says_that_a_detail_of_the_topic_is_not_stated() -> None:
    reading = read_on(query_of("多少钱", follow_up=0.9), NOTHING, decide(NOTHING), CONTEXT, CATALOGUE)

    assert (reading.completed, reading.decision.outcome) == (True, Outcome.NO_DETAIL)
    assert reading.decision.cited[0].clause_id == "2.4"


def test_read_on_leaves_the_first_message_alone() -> None:
    alone = decide(NOTHING)

    reading = read_on(query_of("那怎么弄", follow_up=0.9), NOTHING, alone, Context(), CATALOGUE)

    assert (reading.decision, reading.completed) == (alone, False)


def test_read_on_leaves_a_change_of_topic_alone() -> None:
    alone = decide(SURE)

    reading = read_on(query_of("公司搬到别的区", business_registration=0.9), SURE, alone, CONTEXT, CATALOGUE)

    assert (reading.decision, reading.completed) == (alone, False)


@pytest.mark.parametrize("limit", ["unlawful", "elsewhere"])
def test_read_on_never_completes_what_a_rule_excludes(limit: Limit) -> None:
    alone = decide(NOTHING, limit)

    reading = read_on(query_of("那怎么弄", follow_up=0.9), NOTHING, alone, CONTEXT, CATALOGUE)

    assert (reading.decision.reason, reading.completed) == (Reason(limit), False)


@pytest.mark.parametrize(
    ("text", "detail", "expected"),
    [("要带什么材料", 0.0, True), ("那个呢", 0.5, True), ("那个呢", 0.1, False)],
)
def test_asks_detail_by_its_words_or_by_what_is_likelier(text: str, detail: float, expected: bool) -> None:
    assert asks_detail(query_of(text), found({"2.4": 0.6}, detail=detail)) is expected


def referred(query: Query, retrieval: Retrieval, context: Context) -> str | None:
    meant = refer(query, retrieval, context)
    return meant.clause_id if meant else None


MOVE, SICK = topic("2.3"), topic("11.4")
THREE = context_of(PAUSE, MOVE, SICK)
LISTED = context_of(PAUSE, topic("7.1", "7.2", "7.3", "7.4", listed=True))


def test_refer_points_to_nothing_at_first() -> None:
    assert refer(query_of("原文怎么说"), NOTHING, Context()) is None


@pytest.mark.parametrize(
    ("text", "clause_id"),
    [
        ("原文怎么说", "11.4"),
        ("上一条原文怎么说", "11.4"),
        ("前一条原文怎么说", "2.3"),
        ("第一个原文怎么说", "2.4"),
        ("最开始那个原文怎么说", "2.4"),
        ("第二个原文怎么说", "2.3"),
        ("第三个原文怎么说", "11.4"),
        ("最后一个原文怎么说", "11.4"),
        ("刚才那条的前一条", "2.3"),
        ("the first one", "2.4"),
        ("the previous one", "2.3"),
    ],
)
def test_refer_finds_the_place_among_the_topics(text: str, clause_id: str) -> None:
    assert referred(query_of(text), NOTHING, THREE) == clause_id


@pytest.mark.parametrize(
    ("text", "clause_id"),
    [
        ("原文怎么说", "7.1"),
        ("第一条原文", "7.1"),
        ("第二条原文", "7.2"),
        ("第三条原文", "7.3"),
        ("最后一条原文", "7.4"),
        ("the second one", "7.2"),
    ],
)
def test_refer_finds_the_place_in_a_list(text: str, clause_id: str) -> None:
    assert referred(query_of(text), NOTHING, LISTED) == clause_id


def test_refer_stays_within_a_short_list() -> None:
    short = context_of(topic("7.1", "7.2", listed=True))

    assert referred(query_of("第三条原文"), NOTHING, short) == "7.2"


def test_refer_keeps_the_order_of_the_talk_when_a_topic_comes_back() -> None:
    back = context_of(PAUSE, MOVE, SICK, MOVE)

    assert referred(query_of("原文怎么说"), NOTHING, back) == "2.3"
    assert referred(query_of("前一条原文怎么说"), NOTHING, back) == "2.4"
    assert referred(query_of("最后一个原文怎么说"), NOTHING, back) == "11.4"


def test_refer_stays_within_the_topics() -> None:
    assert referred(query_of("前一条原文"), NOTHING, CONTEXT) == "2.4"
    assert referred(query_of("第三个原文"), NOTHING, CONTEXT) == "2.4"


def test_refer_comes_back_to_a_clause_shown_before_that_the_words_are_near_to() -> None:
    near = found({"2.4": 0.4, "17.1": 0.5})

    assert referred(query_of("停业的原文怎么说"), near, THREE) == "2.4"


def test_refer_keeps_what_was_seen_of_the_topic_that_it_narrows() -> None:
    meant = refer(query_of("第二条原文"), NOTHING, LISTED)

    assert meant is not None
    assert (meant.cited, meant.seen, meant.listed) == (("7.2",), ("7.1", "7.2", "7.3", "7.4"), False)


def test_refer_takes_a_clause_not_shown_if_it_is_named_outright() -> None:
    assert referred(query_of("歇业备案的原文"), found({"2.4": 0.7}), context_of(SICK)) == "2.4"
    assert referred(query_of("停一停的原文"), found({"2.4": 0.7}), context_of(SICK)) == "11.4"
    assert referred(query_of("停一停的原文"), found({"2.4": 0.9}), context_of(SICK)) == "2.4"


def test_refer_names_outright_without_any_context() -> None:
    assert referred(query_of("歇业备案的原文"), found({"2.4": 0.7}), Context()) == "2.4"


def test_the_reading_of_a_choice_is_left_alone() -> None:
    alone = Decision(Outcome.ABSTAIN, Reason.NONE_OF_THESE, (), (Hit("2.4", 0.1),))

    reading = read_on(query_of("都不是", follow_up=0.9), NOTHING, alone, CONTEXT, CATALOGUE)

    assert reading.decision is alone


def test_what_is_nearer_to_something_outside_does_not_go_on() -> None:
    passport = query_of("那护照呢", "follow_up", follow_up=0.99)
    alone = Decision(Outcome.CLARIFY, Reason.ASK_BACK, (), ())

    assert goes_on(passport, NOTHING, alone)
    assert not goes_on(passport, replace(NOTHING, outside_lead=0.03), alone)
    assert goes_on(query_of("那要多少钱", "follow_up", follow_up=0.99), replace(NOTHING, outside_lead=0.03), alone)


def test_refer_finds_what_stands_beside_the_latest_clause() -> None:
    beside, elsewhere = found({"7.5": 0.6}), found({"8.1": 0.6})

    assert referred(query_of("用水那个说简单点"), beside, context_of(topic("7.2"))) == "7.5"
    assert referred(query_of("用水那个说简单点"), elsewhere, context_of(topic("7.2"))) == "7.2"


def test_refer_takes_the_earliest_topic_though_a_list_was_shown_last() -> None:
    assert referred(query_of("最开始那条"), NOTHING, LISTED) == "2.4"
    assert referred(query_of("第一条"), NOTHING, LISTED) == "7.1"
