from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.response_generator import LanguageResponseGenerator

DOMAIN = Domain.from_yaml(
    """
    responses:
      utter_answer:
        - metadata: {language: en}
          text: "Measure {measure}"
        - metadata: {language: zh-Hans}
          text: "第 {measure} 项"
      utter_chinese_only:
        - metadata: {language: zh-Hans}
          text: "您好"
      utter_untagged:
        - text: "——"
    """
)


def tracker_in(metadata: dict[str, Any] | None) -> DialogueStateTracker:
    event = UserUttered("您好", {"name": "greet"}, metadata=metadata)
    return DialogueStateTracker.from_events("session-1", [event])


@pytest.mark.parametrize(
    ("response", "metadata", "text"),
    [
        ("utter_answer", {"language": "en"}, "Measure 2"),
        ("utter_answer", {"language": "zh-Hans"}, "第 2 项"),
        ("utter_answer", {}, "第 2 项"),
        ("utter_answer", None, "第 2 项"),
        ("utter_answer", {"language": "fr"}, "第 2 项"),
        ("utter_chinese_only", {"language": "en"}, "您好"),
        ("utter_untagged", {"language": "en"}, "——"),
    ],
)
async def test_generate_chooses_by_language(response: str, metadata: dict[str, Any] | None, text: str) -> None:
    generator = LanguageResponseGenerator(domain=DOMAIN)

    said = await generator.generate(response, tracker_in(metadata), "edge", measure=2)

    assert said is not None
    assert said["text"] == text


async def test_generate_without_a_response_is_none() -> None:
    generator = LanguageResponseGenerator(domain=DOMAIN)

    assert await generator.generate("utter_missing", tracker_in({}), "edge") is None


async def test_generate_leaves_the_domain_as_it_was() -> None:
    generator = LanguageResponseGenerator(domain=DOMAIN)

    await generator.generate("utter_answer", tracker_in({}), "edge", measure=2)

    assert DOMAIN.responses["utter_answer"][1]["text"] == "第 {measure} 项"
