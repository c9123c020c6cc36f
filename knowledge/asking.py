"""What a message asks, if it asks more than one thing."""

from __future__ import annotations

import re

MOST_QUESTIONS = 3
_FEWEST_CHARACTERS = 5
_ENGLISH = (
    r"\b(?:how|what|where|which|who|why|can|could|may i|should i"
    r"|is there|are there|is it|do i|do we|do you|does)\b"
)
# Words that look like these but do not ask are left out: 没什么, 不怎么, 无论如何, 哪怕, 好几, 几乎, 步伐.
_ASKS = re.compile(
    r"[？?吗呢咋]|么$|([\u4e00-\u9fff])不\1|(?<!不)怎么|(?<!无论)如何|能不能|可不可以|有没有|是否|是不是|要不要|行不行|能否|可否|哪(?!怕)|多少|多久"
    r"|(?<!没)什么|(?<!没)啥|(?<![好十这那前后近])几(?![乎百千万])|(?<![步砍采])伐|" + _ENGLISH,
    re.IGNORECASE,
)
# Where a clause begins, these words begin another question. Inside one, 还有几天, 另外一个, 顺便办 and
# "can I also" belong to the question that they stand in, and so does 还有 in a list.
_BEGINS = re.compile(
    r"(?<=[。！？!?；;\n])"
    r"|(?<=[，,\s])(?=另外|还有|顺便|再问|以及问)"
    r"|(?=另外(?![一两几])|还有(?![没多几哪什啥谁一两三半别其])|顺便问|再问|以及问)"
    r"|(?<=[，,.])(?=\s*(?:and\s+)?also\b)"
    r"|(?=\band\s+also\b)"
    rf"|(?<!and\s)(?=\balso,?\s+{_ENGLISH})",
    re.IGNORECASE,
)
_WORD_CHARACTER = re.compile(r"\w")


def asks(text: str) -> bool:
    """Say whether a message in Simplified Chinese or English has a word that asks."""
    return bool(_ASKS.search(text))


def split_questions(text: str) -> tuple[str, ...]:
    """Return the parts of a message that ask something, in order; none unless there are two or three of them.

    A part is a sentence, or what stands before or after a word such as 另外, 还有 or "also"; it keeps the
    statement that leads to its question. Sentences that ask nothing, and parts of fewer than five letters,
    ideographs or digits, are left out.

    Args:
        text: The message in Simplified Chinese or English.
    """
    parts = (part.strip(" ，,、\n") for part in _BEGINS.split(text))
    asking = tuple(part for part in parts if _is_long_enough(part) and _ASKS.search(part))
    return asking if 2 <= len(asking) <= MOST_QUESTIONS else ()


def _is_long_enough(part: str) -> bool:
    return len(_WORD_CHARACTER.findall(part)) >= _FEWEST_CHARACTERS
