from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.tokenizer import CharacterTokenizer


def tokenize(text: str) -> list[tuple[str, int, int]]:
    tokenizer = CharacterTokenizer(CharacterTokenizer.get_default_config())
    return [(token.text, token.start, token.end) for token in tokenizer.tokenize(Message({"text": text}), "text")]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("怎么办", ["怎", "么", "办"]),
        ("办ABC证", ["办", "ABC", "证"]),
        ("第12条", ["第", "12", "条"]),
        ("Match me, please!", ["Match", "me", "please"]),
        ("café 咖啡", ["café", "咖", "啡"]),
        ("原文，怎么说？", ["原", "文", "怎", "么", "说"]),
        ("2023年3月", ["2023", "年", "3", "月"]),
        ("𠮷野家", ["𠮷", "野", "家"]),
    ],
)
def test_tokenize_cuts_characters_and_keeps_words_and_numbers_whole(text: str, tokens: list[str]) -> None:
    assert [token for token, _, _ in tokenize(text)] == tokens


def test_tokenize_says_where_the_tokens_stand() -> None:
    assert tokenize("去 App 办2次") == [("去", 0, 1), ("App", 2, 5), ("办", 6, 7), ("2", 7, 8), ("次", 8, 9)]


@pytest.mark.parametrize("text", ["？？", "😀", " ", "。"])
def test_tokenize_takes_a_text_without_letters_for_one_token(text: str) -> None:
    assert tokenize(text) == [(text, 0, len(text))]


def test_process_leaves_the_tokens_where_featurizers_look_for_them() -> None:
    message = Message({"text": "您好"})

    CharacterTokenizer(CharacterTokenizer.get_default_config()).process([message])

    assert [token.text for token in message.get("text_tokens")] == ["您", "好"]


def test_tokenizer_is_for_any_language() -> None:
    assert CharacterTokenizer.supported_languages() is None
