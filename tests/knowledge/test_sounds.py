from __future__ import annotations

import pytest

from knowledge.sounds import readings, syllables


def test_syllables_are_those_of_the_word() -> None:
    assert syllables("银行") == ("yin", "hang")
    assert syllables("行政") == ("xing", "zheng")


@pytest.mark.parametrize(
    ("character", "expected"), [("证", {"zheng"}), ("业", {"ye"}), ("a", {"a"}), ("，", {"，"})]
)
def test_readings_of_a_character(character: str, expected: set[str]) -> None:
    assert readings(character) == expected


def test_readings_are_all_that_a_character_can_have() -> None:
    assert {"xing", "hang"} <= readings("行")
