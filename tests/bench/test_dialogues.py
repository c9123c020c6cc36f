from __future__ import annotations

from typing import Any

import pytest

from bench.dialogues import is_right, summarise
from knowledge import Expectation


def reply(outcome: str, *clause_ids: str, intent: str = "credit") -> dict[str, Any]:
    return {
        "outcome": outcome,
        "citations": [{"clause_id": one} for one in clause_ids],
        "intent": {"name": intent},
    }


ANSWER, DETAIL, OUTSIDE = (
    Expectation(("2.4", "2.5"), False, ""),
    Expectation(("2.4",), True, ""),
    Expectation((), True, ""),
)


@pytest.mark.parametrize(
    ("given", "expected", "right"),
    [
        (reply("answer", "2.5", "1.1"), ANSWER, True),
        (reply("no_detail", "2.4"), ANSWER, True),
        (reply("answer", "1.1", "2.4"), ANSWER, False),
        (reply("clarify", "2.4"), ANSWER, False),
        (reply("no_detail", "2.4"), DETAIL, True),
        (reply("no_detail", "1.1"), DETAIL, False),
        (reply("answer", "2.4"), DETAIL, False),
        (reply("abstain"), DETAIL, True),
        (reply("abstain"), OUTSIDE, True),
        (reply("answer", "2.4"), OUTSIDE, False),
        (reply("match"), Expectation((), False, "match"), True),
        (reply("abstain"), Expectation((), False, "match"), False),
        (reply("chat", intent="greet"), Expectation((), False, "greet"), True),
        (reply("chat", intent="help"), Expectation((), False, "greet"), False),
        (reply("handoff", intent="complaint"), Expectation((), False, "handoff"), True),
    ],
)
def test_is_right_counts_as_the_acceptance_client_does(
    given: dict[str, Any], expected: Expectation, right: bool
) -> None:
    assert is_right(given, expected) is right


def test_summarise_counts_turns_and_whole_dialogues() -> None:
    lines = summarise({"x001": ("refs", [True, False]), "x002": ("area", [True, True])})

    assert lines[2] == "| all | 0.750 (0.301-0.954), n 4 | 0.500 (0.095-0.905), n 2 |"
    assert len(lines) == 5
