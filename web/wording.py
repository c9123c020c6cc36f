"""The edge's own words, from ``web/locales``; Traditional ones are made from the Simplified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge import to_traditional
from web.schemas import Language

LOCALES = Path(__file__).resolve().parent / "locales"


@lru_cache(maxsize=2)
def load_wording(language: str) -> Mapping[str, str]:
    """Return all texts of ``zh-Hans`` or ``en`` by name."""
    texts: dict[str, str] = yaml.safe_load((LOCALES / f"{language}.yml").read_text(encoding="utf-8"))
    return texts


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
