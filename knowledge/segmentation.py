"""The one place that knows spaCy and jieba: sentences and words of Chinese text, at build time only."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import jieba
import spacy

from knowledge.structure import Sentence

if TYPE_CHECKING:
    from spacy.language import Language

SENTENCE_END = "。"


def segment(paragraph: str) -> tuple[Sentence, ...]:
    """Cut a paragraph into sentences, each ending in 。 or with the paragraph, and those into words.

    The sentences lie end to end, and a sentence's words joined give its text.
    """
    return tuple(_sentences(paragraph))


def _sentences(paragraph: str) -> Iterator[Sentence]:
    for span in _pipeline()(paragraph).sents:
        words = tuple(token.text_with_ws for token in span)
        yield Sentence(span.start_char, span.start_char + len("".join(words)), words)


@cache
def _pipeline() -> Language:
    # spaCy makes jieba load its dictionary at once, and jieba reports that on stderr unless told before.
    jieba.setLogLevel(logging.WARNING)
    language = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    language.add_pipe("sentencizer", config={"punct_chars": [SENTENCE_END]})
    return language
