"""The one place that imports opencc: between Traditional and Simplified Chinese, character by character."""

from __future__ import annotations

from functools import lru_cache

import opencc


def to_simplified(text: str) -> str:
    """Return the text in Simplified characters; all else stays as it is."""
    return str(_converter("t2s").convert(text))


def to_traditional(text: str) -> str:
    """Return the text in Traditional characters; all else stays as it is."""
    return str(_converter("s2t").convert(text))


@lru_cache(maxsize=2)
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)
