"""What must not be left in a repaired text: anything that the document's own script does not use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from knowledge.repair.lines import Line
from knowledge.repair.steps import HAN
from knowledge.script import to_simplified

PUNCTUATION = "，。、：；《》“”〔〕（）·"
BRACKETS = {"“": "”", "《": "》", "〔": "〕", "（": "）"}

# The only places where the document has ASCII characters.
_ALLOWED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^[1-9][0-9]?\.(?=[{HAN}“])",  # 2.深化市场主体登记制度改革。
        r"(?<![0-9.])[0-9]+\.[0-9]+(?=版)",  # 2.0版
        r"(?<![0-9.])[0-9]+(?=[年月日号天]|分钟)",  # 2023年, 365天
        r"(?<=〔)[0-9]{4}(?=〕)",  # 沪府办〔2023〕9号
        r"(?<![0-9A-Za-z])(?:5G|AI)(?![0-9A-Za-z])",
        rf"(?<=[{HAN}GI])\+(?=[{HAN}A0-9])",  # 互联网+监管, 大数据+5G
    )
)
_DOUBLED = re.compile(r"[，。、：；]{2,}")
_WRONG_ZHE = re.compile(r"(?<![显卓昭名原编论专])著(?![名作称述])")


@dataclass(frozen=True)
class Leftover:
    """A character or sequence that should not be there; ``start`` counts in the repaired line."""

    start: int
    found: str
    problem: str


def find_leftovers(line: Line) -> tuple[Leftover, ...]:
    """Return what a repaired line must not contain, in the order of the line."""
    text = line.text
    allowed = _allowed_places(text)
    found = [
        Leftover(i, character, _describe(character))
        for i, character in enumerate(text)
        if i not in allowed and not _belongs(character)
    ]
    found += _matches(_DOUBLED, text, "is doubled punctuation")
    found += _matches(_WRONG_ZHE, text, "should be 着 here")
    found += _unpaired(text)
    if not text:
        found.append(Leftover(0, "", "is an empty line"))
    return tuple(sorted(found, key=lambda leftover: leftover.start))


def _allowed_places(text: str) -> set[int]:
    spans = (match.span() for pattern in _ALLOWED for match in pattern.finditer(text))
    return {place for start, end in spans for place in range(start, end)}


def _matches(pattern: re.Pattern[str], text: str, problem: str) -> list[Leftover]:
    return [Leftover(m.start(), m.group(), problem) for m in pattern.finditer(text)]


def _unpaired(text: str) -> Iterator[Leftover]:
    expected: list[tuple[int, str]] = []
    for i, character in enumerate(text):
        if character in BRACKETS:
            expected.append((i, character))
        elif character in BRACKETS.values():
            if not expected or BRACKETS[expected[-1][1]] != character:
                yield Leftover(i, character, "closes what was not opened")
            else:
                expected.pop()
    yield from (Leftover(i, character, "is never closed") for i, character in expected)


def _belongs(character: str) -> bool:
    if character in PUNCTUATION:
        return True
    return "\u4e00" <= character <= "\u9fff" and _is_simplified(character)


@cache
def _is_simplified(character: str) -> bool:
    """Whether GB 2312, the character set of Simplified Chinese, has it and OpenCC leaves it alone."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return to_simplified(character) == character


_CATEGORIES: Iterable[tuple[str, str]] = (
    ("Cc", "is a control character"),
    ("Cf", "is an invisible character"),
    ("Co", "is a private-use character"),
    ("Cn", "is an unassigned character"),
    ("Z", "is a space"),
)


def _describe(character: str) -> str:
    """Say in words what kind of character this is."""
    if "\u4e00" <= character <= "\u9fff":
        return "is not a character of Simplified Chinese"
    if character == "\ufffd":
        return "marks bytes that could not be decoded"
    if character.isascii() and character.isalnum():
        return "is a Latin letter or digit where the document has none"
    if character.isascii() and character.isprintable() and not character.isspace():
        return "is half-width punctuation"
    if "\uff01" <= character <= "\uff5e":
        return "is a full-width form that the document does not use"
    if character.isalpha() and unicodedata.decomposition(character):
        return "is a letter with a tone mark"
    category = unicodedata.category(character)
    return next(
        (words for prefix, words in _CATEGORIES if category.startswith(prefix)),
        "does not belong in the document",
    )
