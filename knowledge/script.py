"""The one place that imports opencc: between Traditional and Simplified Chinese, character by character."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc


def to_simplified(text: str) -> str:
    """Return the text in Simplified characters; all else stays as it is."""
    return str(_converter("t2s").convert(text))


def to_traditional(text: str) -> str:
    """Return the text in Traditional characters as Taiwan writes them (為, 裡); all else stays as it is."""
    return str(_converter("s2tw").convert(text))


@lru_cache(maxsize=2)
def _converter(name: str) -> opencc.OpenCC:
    import opencc  # not at the top: whoever only reads the document does not need it

    return opencc.OpenCC(name)
