from __future__ import annotations

from itertools import islice

import pytest

from bench.errors import TooFewQuestionsError
from bench.questions import ENDINGS, QuestionSource, vary

BASES = ["歇业要办什么手续？", "证照分离是什么", "注销公司难不难"]


def test_vary_replaces_the_closing_punctuation() -> None:
    assert vary("歇业要办什么手续？？", "，谢谢您") == "歇业要办什么手续，谢谢您"


def test_vary_keeps_punctuation_inside() -> None:
    assert vary("开店，要几张证", "，求解答") == "开店，要几张证，求解答"


def test_endings_are_different_and_equally_long() -> None:
    assert len(set(ENDINGS)) == len(ENDINGS)
    assert {len(ending) for ending in ENDINGS} == {4}


def test_source_never_repeats_a_text() -> None:
    source = QuestionSource(BASES)

    texts = source.take(15) + [text for pair in source.take_pairs(3) for text in (pair.first, pair.second)]
    texts += islice(source.openings, 3)

    assert len(set(texts)) == 24


def test_source_gives_the_same_questions_in_the_same_order_each_time() -> None:
    assert QuestionSource(BASES).take(10) == QuestionSource(reversed(BASES)).take(10)


def test_pairs_are_variations_of_one_question_equally_long() -> None:
    pairs = QuestionSource(BASES).take_pairs(3)

    assert all(pair.first[:-4] == pair.second[:-4] for pair in pairs)
    assert all(len(pair.first) == len(pair.second) for pair in pairs)


def test_bases_that_differ_in_punctuation_only_count_once() -> None:
    with pytest.raises(TooFewQuestionsError, match="Question 6 was asked for but only 5"):
        QuestionSource(["证照分离是什么", "证照分离是什么？"]).take(6)


def test_openings_never_end() -> None:
    assert len(list(islice(QuestionSource(BASES).openings, 100))) == 100
