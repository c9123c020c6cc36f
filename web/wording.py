"""The edge's own words, from ``web/locales``; Traditional ones are made from the Simplified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge import to_traditional
from web.schemas import Language

LOCALES = Path(__file__).resolve().parent / "locales"


@lru_cache(maxsize=2)
def load_wording(language: str) -> Mapping[str, str]:
    """Return all texts of ``zh-Hans`` or ``en`` by name."""
    texts: dict[str, str] = _read(f"{language}.yml")
    return texts


@lru_cache(maxsize=16)
def load_words(part: str, language: Language) -> Any:  # noqa: ANN401 - a template knows what it reads
    """Return what ``web/locales/<part>.<language>.yml`` holds: texts by name, or lists of them.

    Args:
        part: ``widget``, ``page`` or ``examples``.
        language: Traditional words are made from the Simplified.
    """
    if language == "zh-Hant":
        return _in_traditional(load_words(part, "zh-Hans"))
    return _read(f"{part}.{language}.yml")


def say(name: str, language: Language, **values: object) -> str:
    """Return the text ``name`` in ``language`` with its ``{placeholders}`` filled.

    Raises:
        KeyError: There is no such text; the tests check that every error code has one.
    """
    if language == "zh-Hant":
        return to_traditional(load_wording("zh-Hans")[name].format(**values))
    return load_wording(language)[name].format(**values)


def in_script(text: str, language: Language, *, keep: Sequence[str] = ()) -> str:
    """Return the assistant's ``text`` in the script of ``language``, quotes in ``keep`` as they are."""
    if language != "zh-Hant":
        return text
    for quote in keep:
        before, found, after = text.partition(quote) if quote else (text, "", "")
        if found:
            return in_script(before, language, keep=keep) + quote + in_script(after, language, keep=keep)
    return to_traditional(text)


def _read(name: str) -> Any:  # noqa: ANN401 - YAML
    return yaml.safe_load((LOCALES / name).read_text(encoding="utf-8"))


def _in_traditional(words: Any) -> Any:  # noqa: ANN401 - YAML
    if isinstance(words, str):
        return to_traditional(words)
    if isinstance(words, list):
        return [_in_traditional(word) for word in words]
    return {name: _in_traditional(word) for name, word in words.items()} if isinstance(words, dict) else words
