from __future__ import annotations

import pytest
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.nlu.training_data.message import Message

from bot.plain_text import handle_as_plain_text, looks_like_command


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "  /restart",
        "\u3000/restart",
        "\x00\x1f/restart",
        "\u200b/restart",
        '\ufeff/intent{"x": 1}',
        "/session_start",
        "/restart",
        "EXTERNAL: restart",
        "external: x",
        "\tEXTERNAL: x",
    ],
)
def test_looks_like_command_sees_through_invisible_characters(text: str) -> None:
    assert looks_like_command(text)


@pytest.mark.parametrize("text", ["", " ", "重新开始", "歇业/停业怎么办", "1/2", "restart", "问：/restart 是什么"])
def test_looks_like_command_leaves_ordinary_text(text: str) -> None:
    assert not looks_like_command(text)


def test_handler_gives_a_command_the_fallback_intent_and_no_entities() -> None:
    message = Message({"text": '/greet{"name": "王"}', "intent": {"name": "greet", "confidence": 0.9}})

    (handled,) = handle_as_plain_text(RegexMessageHandler(), [message])

    assert handled.get("intent") == {"name": "nlu_fallback", "confidence": 1.0}
    assert handled.get("entities") is None
    assert handled.get("text") == '/greet{"name": "王"}'


def test_handler_leaves_other_messages_to_the_pipeline() -> None:
    message = Message({"text": "您好", "intent": {"name": "greet", "confidence": 0.9}})

    (handled,) = handle_as_plain_text(RegexMessageHandler(), [message])

    assert handled.get("intent") == {"name": "greet", "confidence": 0.9}
