from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from knowledge.mentions import EXACT, MISSPELT, CharacterTokenizer, create_pipeline
from knowledge.phrases import Phrase

PHRASES = [
    Phrase("歇业备案", "service", "歇业备案"),
    Phrase("浦东", "area", "浦东"),
    Phrase("浦东机场", "area", ""),
    Phrase("多少钱", "detail", "fee"),
    Phrase("补贴多少钱", "detail", "amount"),
    Phrase("how much", "detail", "fee"),
]


@pytest.fixture(scope="module")
def pipeline() -> Language:
    return create_pipeline(PHRASES, {"歇业备案": "歇业备案"}, contrasts=["业备"], weighty="不")


def found(pipeline: Language, text: str, key: str = EXACT) -> list[tuple[str, str, str]]:
    doc = pipeline(text)  # spans do not outlive it
    return [(span.label_, span.id_, span.text) for span in doc.spans[key]]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("歇业备案", ["歇", "业", "备", "案"]),
        ("用APP办2.0版", ["用", "APP", "办", "2", ".", "0", "版"]),
        ("浦 东\n  a", ["浦", "东", "\n", " ", " ", "a"]),
        (" 浦", [" ", "浦"]),
        ("ＡＢ", ["ＡＢ"]),
        ("", []),
    ],
)
def test_tokens_are_characters_and_whole_latin_words(text: str, tokens: list[str]) -> None:
    doc = CharacterTokenizer(spacy.blank("zh").vocab)(text)

    assert [token.text for token in doc] == tokens
    assert doc.text == text


def test_a_lone_surrogate_does_no_harm(pipeline: Language) -> None:
    assert found(pipeline, "\ud800浦东") == [("area", "浦东", "浦东")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("补贴多少钱", [("detail", "amount", "补贴多少钱")]),
        ("浦东机场", [("area", "", "浦东机场")]),
        ("How Much", [("detail", "fee", "How Much")]),
        ("show much", []),
        ("how muchness", []),
        ("浦 東", [("area", "浦东", "浦 東")]),
        ("浦\n东", []),
    ],
)
def test_exact_phrases_are_found_longest_first(
    pipeline: Language, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert found(pipeline, text) == expected


def test_misspelt_services_stand_apart(pipeline: Language) -> None:
    assert found(pipeline, "歇夜备案", MISSPELT) == [("service", "歇业备案", "歇夜备案")]
    assert found(pipeline, "歇业备案", MISSPELT) == []


def test_saved_pipeline_finds_the_same(pipeline: Language, tmp_path: Path) -> None:
    text = "浦東 歇夜備案多少錢，歇业备案 how much"
    pipeline.to_disk(tmp_path)

    loaded = spacy.load(tmp_path)

    assert loaded.pipe_names == ["phrase_finder", "sound_matcher"]
    for key in (EXACT, MISSPELT):
        assert found(loaded, text, key) == found(pipeline, text, key) != []
    assert found(loaded, "歇备备案", MISSPELT) == []
