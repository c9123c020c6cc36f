from __future__ import annotations

from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor

from bot.processor import TurnProcessor

UNDERSTOOD = {"text": "您好", "intent": {"name": "greet", "confidence": 0.9}, "intent_ranking": [], "entities": []}


class FakeUnderstanding(TurnProcessor):
    """A processor without a model that remembers what it was asked to understand."""

    def __init__(self) -> None:
        self.parsed: list[str] = []

    async def parse_message(self, message: UserMessage, *_: Any, **__: Any) -> dict[str, Any]:
        self.parsed.append(message.text)
        return UNDERSTOOD


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> FakeUnderstanding:
    async def handle(*_: Any) -> None:
        """The rest of the turn is Rasa's own."""

    monkeypatch.setattr(MessageProcessor, "_handle_message_with_tracker", handle)
    return FakeUnderstanding()


async def parse_data_of(processor: FakeUnderstanding, text: str, metadata: dict[str, Any] | None) -> Any:
    message = UserMessage(text, metadata=metadata)
    await processor._handle_message_with_tracker(message, None)
    return message.parse_data


@pytest.mark.parametrize(
    ("chosen", "intent"), [("rating-1", "rated"), ("rating-5", "rated"), ("2.4", "choose"), ("none", "choose")]
)
async def test_a_pressed_button_is_of_the_intent_that_it_stands_for(
    processor: FakeUnderstanding, chosen: str, intent: str
) -> None:
    parse_data = await parse_data_of(processor, "非常满意", {"chosen": chosen})

    assert parse_data == {
        "text": "非常满意",
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": [{"name": intent, "confidence": 1.0}],
        "entities": [],
    }
    assert processor.parsed == []


@pytest.mark.parametrize("metadata", [None, {}, {"chosen": ""}, {"language": "en"}])
async def test_a_text_is_understood_by_the_pipeline(
    processor: FakeUnderstanding, metadata: dict[str, Any] | None
) -> None:
    assert await parse_data_of(processor, "rating-5", metadata) == UNDERSTOOD
    assert processor.parsed == ["rating-5"]
