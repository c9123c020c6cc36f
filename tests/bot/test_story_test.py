from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine_settings import ROOT, EngineSettings
from bot.evaluation import read_examples
from bot.story_test import STORIES, StoryError, StoryReport, play_stories, read_stories

HEAD = 'version: "3.1"\nstories:\n'
GREETING = "- story: {name}\n  steps:\n  - user: |\n      {text}\n    intent: greet\n  - action: utter_greet\n"


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.from_path(str(ROOT / "domain.yml"))


@pytest.fixture(scope="module")
def stories(domain: Domain) -> list[DialogueStateTracker]:
    return read_stories(ROOT / STORIES, domain)


def messages(stories: list[DialogueStateTracker]) -> list[UserUttered]:
    return [event for story in stories for event in story.events if isinstance(event, UserUttered)]


def bare(text: str) -> str:
    """Return a text without what two spellings of it may differ in; the slash of a command is kept."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum() or c == "/")


def test_there_are_enough_stories(stories: list[DialogueStateTracker]) -> None:
    assert len(stories) >= 84


def test_every_intent_and_every_action_of_the_domain_has_a_story(
    stories: list[DialogueStateTracker], domain: Domain
) -> None:
    intents = {message.intent_name for message in messages(stories)}
    actions = {event.action_name for story in stories for event in story.events if hasattr(event, "action_name")}
    by_the_form = {name for name in domain.user_actions if name.startswith(("action_ask_match_", "validate_"))}

    assert intents >= {intent for intent in domain.intents if intent not in _NEVER_FROM_A_TEXT}
    assert actions >= {name for name in domain.user_actions if name.startswith("action_")} - by_the_form


def test_no_story_says_what_the_model_was_trained_on(stories: list[DialogueStateTracker]) -> None:
    taught = {bare(text) for text in read_examples(ROOT / "bot/data/nlu")[0]}

    assert [m.text for m in messages(stories) if m.text and bare(m.text) in taught] == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (HEAD, "got none"),
        (HEAD + GREETING.format(name="one", text="您好") * 2, r"got \['one'\]"),
        (
            HEAD + GREETING.format(name="one", text="您好").replace("greet\n", "greeting\n"),
            "Found intent 'greeting'",
        ),
        (HEAD + "- story: [", "Failed to read"),
    ],
)
def test_read_stories_takes_nothing_but_sound_stories_by_names_of_their_own(
    tmp_path: Path, domain: Domain, content: str, expected: str
) -> None:
    (tmp_path / "test_stories.yml").write_text(content, encoding="utf-8")

    with pytest.raises(StoryError, match=expected):
        read_stories(tmp_path, domain)


def test_read_stories_keeps_those_that_differ_in_their_words_only(tmp_path: Path, domain: Domain) -> None:
    both = GREETING.format(name="one", text="您好") + GREETING.format(name="two", text="hello")
    (tmp_path / "test_stories.yml").write_text(HEAD + both, encoding="utf-8")

    assert [story.sender_id for story in read_stories(tmp_path, domain)] == ["one", "two"]


@pytest.mark.slow
def test_play_stories_tells_what_failed_and_writes_it_down(models: Path, tmp_path: Path) -> None:
    thanks = GREETING.format(name="thanks taken for a greeting", text="真是谢谢您")
    command = GREETING.format(name="a command", text="/greet")
    content = HEAD + GREETING.format(name="a greeting", text="您好呀，在吗") + thanks + command
    (tmp_path / "test_stories.yml").write_text(content, encoding="utf-8")
    lines: list[str] = []

    report = play_stories(ROOT, EngineSettings(data_dir=models.parent), lines.append, stories=str(tmp_path))

    assert report == StoryReport(("a greeting",), ("thanks taken for a greeting", "a command"))
    assert lines[-3:-1] == ["failed: thanks taken for a greeting", "failed: a command"]
    assert lines[-1].startswith("1 of 3 stories passed with model ")
    written = (models.parent / "evaluation/failed_stories.yml").read_text(encoding="utf-8")
    assert "predicted: thanks: 真是谢谢您" in written
    assert "predicted: nlu_fallback: /greet" in written
    assert "- story: a greeting" not in written


# Rasa's own; a visitor's text is never one of them.
_NEVER_FROM_A_TEXT = frozenset({"back", "session_start", "EXTERNAL"})
