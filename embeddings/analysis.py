"""Turns a text into the terms of the lexical index: character bigrams and their pinyin.

Pinyin makes homophones equal (注消 = 注销), which is how most Chinese typing errors arise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.sounds import syllables

_WORD_CHARACTER = re.compile(r"\w")
_RUN = re.compile(r"[a-z0-9+]+|[\u3400-\u9fff]+")


def analyse(text: str) -> list[str]:
    """Return the terms of a text in order, repeats included.

    Latin words and numbers are terms as they are (lower case); a run of Chinese characters gives its
    overlapping character bigrams (``歇业``) and their toneless pinyin (``xie'ye``). A run of a single
    character gives that character and its pinyin.
    """
    terms: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run[0] < "\u3000":
            terms.append(run)
        else:
            terms.extend(_bigrams(run))
    return terms


def count_word_characters(text: str) -> int:
    """Return how many characters of a text are letters, digits or Chinese characters."""
    return len(_WORD_CHARACTER.findall(text))


def _bigrams(run: str) -> Iterator[str]:
    sounds = syllables(run)
    if len(run) == 1:
        yield run
        yield sounds[0]
        return
    for i in range(len(run) - 1):
        yield run[i : i + 2]
    for i in range(len(sounds) - 1):
        yield f"{sounds[i]}'{sounds[i + 1]}"
