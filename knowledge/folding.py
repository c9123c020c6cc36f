"""When two characters count as the same: script, width, case and the form of quotation marks do not matter."""

from __future__ import annotations

import unicodedata
from functools import cache

from knowledge.script import to_simplified

# Where characters of another script, width or case live: Latin, Greek, Cyrillic; symbols; Han; forms of them.
_FOLDED_BLOCKS = ((0x41, 0x600), (0x2000, 0x2700), (0x3000, 0xA000), (0xF900, 0xFB00), (0xFE30, 0x10000))
_QUOTES = dict.fromkeys("“”„‟「」『』〝〞", '"') | dict.fromkeys("‘’‚‛", "'")


def fold(text: str) -> str:
    """Return the text in Simplified characters, half width and lower case, character for character.

    The result has the length of ``text``, so that an offset in one is an offset in the other. What would
    become more than one character (½, ㎡) stays as it is.
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """Return what each character becomes that does not stay as it is."""
    characters = [chr(code) for block in _FOLDED_BLOCKS for code in range(*block) if not 0xD800 <= code < 0xE000]
    # One conversion for all, since a call costs more than a character; no phrase goes across a line's end.
    simplified = to_simplified("\n".join(map(_narrow, characters))).split("\n")
    return {
        ord(before): after
        for before, after in zip(characters, simplified, strict=True)
        if before != after and len(after) == 1
    }


def _narrow(character: str) -> str:
    narrow = unicodedata.normalize("NFKC", character).lower()
    narrow = narrow if len(narrow) == 1 and narrow.isprintable() else character
    return _QUOTES.get(narrow, narrow)
