"""Tokens of a message: each Chinese character by itself, Latin words and numbers whole."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

_TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f]+|[0-9]+|\w")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class CharacterTokenizer(Tokenizer):
    """Cut texts so that n-grams of tokens are n-grams of characters in Chinese and of words in English."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults that Rasa's tokenizers need."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Return None: any language."""
        return None

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one attribute; a text without letters is one token, as Rasa wants one at least."""
        text = message.get(attribute)
        tokens = [Token(found.group(), found.start()) for found in _TOKEN.finditer(text)]
        return tokens or [Token(text, 0)]
