"""From what arrived to what is kept and what is searched: cleaning, language, script."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowledge import to_simplified
from web.schemas import MAX_UTTERANCE, Language

# Letters by category, but blank to the eye: Hangul fillers and the empty braille pattern.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_LINE_BREAKS = frozenset("\n\r\u0085\u2028\u2029")
# NFKC would turn Chinese punctuation into ASCII, which the index and the engine were not made from.
_UNTOUCHED = re.compile("([，。？！：；（）、…～“”‘’「」『』《》〈〉【】—]+)")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return what the visitor meant to type: no control, zero-width or blank characters, trimmed.

    Line breaks become line feeds and tabs become blanks. Punctuation and script stay as typed.
    """
    return "".join(_cleaned(character) for character in text).strip()


def _cleaned(character: str) -> str:
    if character in _LINE_BREAKS:
        return "\n"
    if character == "\t":
        return " "
    if character in _BLANK_LETTERS or unicodedata.category(character) in {"Cc", "Cf", "Cs"}:
        return ""
    return character


def query_form(text: str) -> str:
    """Return the Simplified, NFKC form that the engine and the retriever get.

    Chinese punctuation keeps its full width. NFKC can lengthen a text eighteen-fold, so the result
    is cut to the longest utterance.
    """
    parts = _UNTOUCHED.split(text)
    folded = "".join(
        part if place % 2 else unicodedata.normalize("NFKC", part) for place, part in enumerate(parts)
    )
    return _SPACES.sub(" ", to_simplified(folded)).strip()[:MAX_UTTERANCE].strip()


def detect_language(text: str) -> Language:
    """Return the language of one message: Chinese as soon as there is a Han character.

    Traditional needs a character that Simplified texts do not have. Without Han and Latin letters
    (digits, emoji) it is ``zh-Hans``.
    """
    han = _HAN.findall(text)
    if han:
        return "zh-Hant" if any(_is_traditional_only(character) for character in han) else "zh-Hans"
    return "en" if _LATIN.search(text) else "zh-Hans"


@lru_cache(maxsize=8192)
def _is_traditional_only(character: str) -> bool:
    # 著, 乾, 於 are changed by t2s but belong to Simplified texts too (著名, 乾坤): GB 2312 has them.
    if to_simplified(character) == character:
        return False
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False
