"""Finds places of the document that a message names by number: 第八项第三句, 第15条, 2.4, measure 8."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
_NUMBER = r"\s?(\d{1,2}|[一二三四五六七八九十]{1,3})\s?"
# 第八条 and 第八项 are measures, as the document numbers them; 第三句 and 第三点 are sentences of one.
_MEASURE = rf"第{_NUMBER}(?:大条|大项|大点|条|项)(?:措施|任务|举措)?"
_SENTENCE = rf"第{_NUMBER}(?:小条|小项|小点|句话|句|点|款)"
_BETWEEN = r"(?:里面|里头|当中|中间|里|中|下|的|之|，|,|\s){0,3}"
# Laws and contracts have articles of their own.
_OF_ANOTHER = re.compile(
    r"(?:法|法典|条例|规定|办法|细则|合同|协议|章程|决定|通知|解释|标准|规范|纲要|意见)[》》”\"]?(?:的|里|中|里面)?$"
)
_CHINESE = re.compile(rf"{_MEASURE}(?:{_BETWEEN}{_SENTENCE})?|{_SENTENCE}")
_ENGLISH = re.compile(
    r"\b(?:measure|item|section|article)\s+(?:no\.?\s*|number\s+)?(\d{1,2})\b(?:\s*,?\s*(?:sentence|point)\s+(\d{1,2})\b)?"
    r"|\b(?:sentence|point)\s+(\d{1,2})\s+of\s+(?:measure|item|section|article)\s+(\d{1,2})\b"
    r"|\b(?:sentence|point)\s+(\d{1,2})\b",
    re.IGNORECASE,
)
_ID = re.compile(
    r"(?<![\d.])([1-9]\d?)\.([1-9]\d?)(?![\d.]|\s*(?:[%％‰万亿元块米吨倍岁折年月日号分公升]|yuan|percent|million))"
)
# A decimal number is a clause's if the message says so, or is nothing else.
_OF_THE_DOCUMENT = re.compile(r"[条款句项]|原文|措施|编号|\bclause\b|\bmeasure\b|\bnumber\b", re.IGNORECASE)
_WORD_CHARACTER = re.compile(r"\w")
_LEAST_OTHER = 3


@dataclass(frozen=True)
class Place:
    """A place that ``text[start:end]`` names; it need not exist.

    Attributes:
        measure: Number of the measure; None if only a sentence is named.
        sentence: Number of the sentence in it; None for the whole measure.
        counted: Whether it is named as one of several things (第二条), which may be those of a list, too.
        start: Offset of its first character.
        end: Offset behind its last character.
    """

    measure: int | None
    sentence: int | None
    counted: bool
    start: int
    end: int


def find_place(text: str) -> Place | None:
    """Return the first place that a message names; None if it names none, or one of another document.

    Args:
        text: In Simplified Chinese or English.
    """
    for found in _CHINESE.finditer(text):
        if _OF_ANOTHER.search(text[: found.start()]):
            continue
        measure, sentence, only_sentence = (number and _read(number) for number in found.groups())
        if measure == 0 or sentence == 0 or only_sentence == 0:
            continue
        is_counted = measure is None or sentence is None
        return Place(measure or None, sentence or only_sentence or None, is_counted, *found.span())
    if english := _ENGLISH.search(text):
        first, then, before, of, alone = (int(number) if number else None for number in english.groups())
        measure, sentence = first or of, then or before or alone
        return Place(measure, sentence, measure is None, *english.span())
    if by_id := _ID.search(text):
        others = len(_WORD_CHARACTER.findall(text)) - len(_WORD_CHARACTER.findall(by_id.group()))
        if others <= _LEAST_OTHER or _OF_THE_DOCUMENT.search(text):
            return Place(int(by_id[1]), int(by_id[2]), False, *by_id.span())
    return None


def _read(number: str) -> int:
    """Return the value of an Arabic or Chinese number below a hundred; 0 if it is none."""
    if number.isdigit():
        return int(number)
    if "十" not in number:
        return _DIGITS[number] if len(number) == 1 else 0
    tens, _, ones = number.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
