"""The one place that imports pypinyin: how Chinese characters sound, without tones."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin


@lru_cache(maxsize=8192)
def syllables(run: str) -> tuple[str, ...]:
    """Return the syllable of each character of a Chinese run, as it is read in this run (银行: yin, hang)."""
    return tuple(lazy_pinyin(run))


@lru_cache(maxsize=8192)
def readings(character: str) -> frozenset[str]:
    """Return all syllables that a character can have; any other character than a Chinese one is its own."""
    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])
