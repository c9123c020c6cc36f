"""The test stories of the matching say what the actions would do: ``python -m bot test`` does not run them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.matching import REQUESTED, ValidateMatchForm
from knowledge import load_catalogue, load_matching
from tests.actions.samples import make_sources, perform, said

STORIES = yaml.safe_load((Path(__file__).parents[1] / "stories/test_matching.yml").read_text("utf-8"))["stories"]
Step = dict[str, Any]


def turns(steps: list[Step]) -> Iterator[list[Step]]:
    """Cut a story before each message of the visitor."""
    starts = [at for at, step in enumerate(steps) if "intent" in step] + [len(steps)]
    for start, end in pairwise(starts):
        yield steps[start:end]


def slots_of(turn: list[Step]) -> dict[str, Any]:
    return {name: value for step in turn for pair in step.get("slot_was_set", []) for name, value in pair.items()}


@pytest.fixture(scope="module")
def form() -> ValidateMatchForm:
    """The form's action, with the real catalogue."""
    sources = make_sources()
    sources.matching = load_matching(load_catalogue())
    return ValidateMatchForm(sources)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["story"])
def test_story_sets_the_slots_that_the_form_would_set(form: ValidateMatchForm, story: dict[str, Any]) -> None:
    slots: dict[str, Any] = {}
    is_active = False
    for message, *rest in turns(story["steps"]):
        if is_active or message["intent"] == "start_match":
            _, events = perform(form, said(message.get("user", "").strip(), message["intent"], slots=slots))
            is_accepted = events.keys() != {REQUESTED}
            assert is_accepted == (rest[0]["action"] == "match_form"), message
            slots |= events
            written = slots_of(rest)
            assert written == {name: slots[name] for name in written}, message
            assert not is_accepted or REQUESTED in written, message
        loops = [step["active_loop"] for step in rest if "active_loop" in step]
        is_active = bool(loops[-1]) if loops else is_active
        if not is_active:
            slots[REQUESTED] = None
