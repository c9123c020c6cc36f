"""The repair steps, each a pure function from a line to the edits it needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge import script
from knowledge.repair.errata import Erratum, errata_step
from knowledge.repair.lines import Edit, Line

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
PINYIN = "a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ"

_PINYIN_NOTE = re.compile(rf"(?<=[{HAN}])\([{PINYIN}]{{1,6}}\)")
_INDENT = re.compile(r"^\?\?(?=\S)")
_FULL_WIDTH = {",": "，", ":": "：", ";": "；"}
_HALF_WIDTH = re.compile(r"(?<![0-9])[,:;]|[,:;](?![0-9])")
# OpenCC keeps 著, which Simplified text still has in 显著 and 著名 but not where it is read zhuó or zhe.
_VARIANTS = {"著力": "着力", "著眼": "着眼", "著手": "着手", "著重": "着重"}
_VARIANT = re.compile("|".join(_VARIANTS))


@dataclass(frozen=True)
class Step:
    """A named repair: ``find`` returns the edits that a line needs, in order."""

    name: str
    find: Callable[[Line], tuple[Edit, ...]]


def strip_pinyin(line: Line) -> tuple[Edit, ...]:
    """Remove the reading in brackets behind a character: 發(fā)."""
    return tuple(
        Edit(m.start(), m.end(), "", "the page's fonts printed the reading behind the character")
        for m in _PINYIN_NOTE.finditer(line.text)
    )


def normalise_indents(line: Line) -> tuple[Edit, ...]:
    """Remove the two lost ideographic spaces at the start of a paragraph: ??一、."""
    found = _INDENT.match(line.text)
    if found is None:
        return ()
    return (Edit(0, found.end(), "", "two ideographic spaces were lost; one paragraph is one line"),)


def full_width_punctuation(line: Line) -> tuple[Edit, ...]:
    """Give comma, colon and semicolon their full width; inside a number they stay."""
    return tuple(
        Edit(m.start(), m.end(), _FULL_WIDTH[m.group()], "Chinese text has full-width punctuation")
        for m in _HALF_WIDTH.finditer(line.text)
    )


def to_simplified(line: Line) -> tuple[Edit, ...]:
    """Turn Traditional characters back into Simplified ones, phrase by phrase.

    Raises:
        ValueError: The conversion changed the number of characters, so that places would be lost.
    """
    converted = script.to_simplified(line.text)
    if len(converted) != len(line.text):
        raise ValueError(f"OpenCC turned {len(line.text)} characters into {len(converted)}")
    return tuple(
        Edit(i, i + 1, after, "the document was issued in Simplified characters")
        for i, (before, after) in enumerate(zip(line.text, converted, strict=True))
        if before != after
    )


def unify_variants(line: Line) -> tuple[Edit, ...]:
    """Write 着 where the conversion left 著: 著力."""
    return tuple(
        Edit(m.start(), m.end(), _VARIANTS[m.group()], "著 is written 着 in this word; OpenCC keeps it")
        for m in _VARIANT.finditer(line.text)
    )


def default_steps(errata: Sequence[Erratum]) -> tuple[Step, ...]:
    """Return the steps in the order in which they must run.

    The errata come first: their damaged text is quoted from the raw file. Readings go before the
    conversion, which works on phrases and would see 發(fā)布 as three pieces.
    """
    return (
        Step("restore_errata", errata_step(errata)),
        Step("strip_pinyin", strip_pinyin),
        Step("normalise_indents", normalise_indents),
        Step("full_width_punctuation", full_width_punctuation),
        Step("to_simplified", to_simplified),
        Step("unify_variants", unify_variants),
    )
