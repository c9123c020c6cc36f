from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from actions.context import Context, Topic, likeliest, read_context

PAUSE = Topic("歇业", "pausing", ("2.4", "2.5"), ("2.4",), {"2.4": 0.8, "2.5": 0.1}, order=1)
MOVE = Topic("搬家", "moving", ("2.3",), ("2.3",), {"2.3": 0.9}, order=2)
LIST = Topic("企业", "a company", ("2.4", "2.3"), ("2.4", "2.3"), {}, listed=True, order=3)


def numbered(number: int) -> Topic:
    return Topic("", "", (f"1.{number}",), (f"1.{number}",), {})


def test_latest_is_none_at_first() -> None:
    assert Context().latest is None


def test_with_topic_puts_it_in_front_and_counts_it() -> None:
    unnumbered = replace(MOVE, order=0)

    assert Context().with_topic(unnumbered).topics == (replace(MOVE, order=1),)
    assert Context((PAUSE,)).with_topic(unnumbered).topics == (MOVE, PAUSE)


def test_with_topic_keeps_the_latest_eight() -> None:
    context = Context()
    for number in range(1, 11):
        context = context.with_topic(numbered(number))

    assert [topic.clause_id for topic in context.topics] == [f"1.{number}" for number in range(10, 2, -1)]
    assert [topic.order for topic in context.topics] == list(range(10, 2, -1))


def test_with_topic_moves_one_that_comes_back_to_the_front_and_keeps_what_was_seen() -> None:
    again = replace(PAUSE, label="停业", seen=("2.5", "2.4"), order=0)

    context = Context((MOVE, replace(PAUSE, seen=("2.4", "2.6")))).with_topic(again)

    assert context.topics == (replace(again, seen=("2.4", "2.6", "2.5"), order=1), MOVE)


def test_with_topic_tells_a_list_from_the_clause_that_it_begins_with() -> None:
    assert Context((MOVE, PAUSE)).with_topic(LIST).topics == (LIST, MOVE, PAUSE)


def test_a_context_comes_out_of_its_slot_as_it_went_in() -> None:
    context = Context((LIST, PAUSE))

    assert read_context(context.to_slot()) == context


def test_a_slot_holds_what_json_holds() -> None:
    slot = Context((LIST, PAUSE)).to_slot()

    assert read_context(json.loads(json.dumps(slot))) == Context((LIST, PAUSE))


KEPT: dict[str, Any] = Context((PAUSE,)).to_slot()["topics"][0]


@pytest.mark.parametrize(
    "slot",
    [
        None,
        "2.4",
        {},
        {"topics": None},
        {"topics": ["2.4"]},
        {"topics": [{"label": "歇业"}]},
        {"topics": [{name: value for name, value in KEPT.items() if name != "order"}]},
        {"topics": [KEPT | {"cited": []}]},
        {"topics": [KEPT | {"shares": {"2.4": "likely"}}]},
        {"topics": [KEPT | {"shares": ["2.4"]}]},
    ],
)
def test_a_slot_of_another_form_counts_as_empty(slot: object) -> None:
    assert read_context(slot) == Context()


def test_likeliest_keeps_the_greatest_twelve_and_nothing_without_a_share() -> None:
    shares = [(f"1.{number}", number / 100) for number in range(15)]

    kept = likeliest([*shares, ("2.4", 0.123456)])

    assert list(kept.items())[:2] == [("1.14", 0.14), ("1.13", 0.13)]
    assert kept["2.4"] == 0.1235
    assert len(kept) == 12
    assert likeliest([("2.4", 0.0)]) == {}
