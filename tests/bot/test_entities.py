from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.entities import MentionExtractor

PUDONG = {"kind": "area", "value": "浦东", "start": 3, "end": 5}
FOOD = {"kind": "industry", "value": "food", "start": 6, "end": 8}


def entities_of(metadata: Any, text: str = "我们在浦东做餐饮") -> Any:
    message = Message({"text": text, "metadata": metadata})
    MentionExtractor().process([message])
    return message.get("entities")


def test_process_makes_an_entity_of_each_mention_in_order() -> None:
    assert entities_of({"query": {"mentions": [PUDONG, FOOD]}}) == [
        {"entity": "area", "value": "浦东", "start": 3, "end": 5, "extractor": "MentionExtractor"},
        {"entity": "industry", "value": "food", "start": 6, "end": 8, "extractor": "MentionExtractor"},
    ]


@pytest.mark.parametrize(
    "metadata",
    [None, {}, {"query": None}, {"query": {}}, {"query": {"mentions": []}}, {"query": {"mentions": None}}],
)
def test_process_gives_a_message_without_mentions_no_entity(metadata: Any) -> None:
    assert entities_of(metadata) is None


@pytest.mark.parametrize(
    ("start", "end", "kept"), [(3, 5, (3, 5)), (3, 500, (3, 8)), (400, 500, (8, 8)), (0, 8, (0, 8))]
)
def test_process_keeps_places_inside_the_text(start: int, end: int, kept: tuple[int, int]) -> None:
    (entity,) = entities_of({"query": {"mentions": [{**PUDONG, "start": start, "end": end}]}})

    assert (entity["start"], entity["end"]) == kept


def test_process_adds_to_the_entities_that_others_found() -> None:
    message = Message({"text": "在浦东", "metadata": {"query": {"mentions": [PUDONG]}}})
    message.set("entities", [{"entity": "time", "value": "明天"}])

    MentionExtractor().process([message])

    assert [entity["value"] for entity in message.get("entities")] == ["明天", "浦东"]


def test_process_puts_the_entities_into_what_the_pipeline_gives_out() -> None:
    message = Message({"text": "在浦东", "metadata": {"query": {"mentions": [PUDONG]}}})

    MentionExtractor().process([message])

    assert "entities" in message.as_dict(only_output_properties=True)


def test_process_keeps_messages_apart() -> None:
    messages = [
        Message({"text": "在浦东", "metadata": {"query": {"mentions": [PUDONG]}}}),
        Message({"text": "您好"}),
    ]

    processed = MentionExtractor().process(messages)

    assert [len(message.get("entities", [])) for message in processed] == [1, 0]
