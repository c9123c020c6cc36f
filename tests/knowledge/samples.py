"""A document of two measures, small enough to read in a failing test."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.document import Document
from knowledge.structure import Expected, Sentence, parse_document

TEXT = """\
市政府办公厅关于印发《要点》的通知
沪府办〔2023〕9号
各区人民政府：
现将《要点》印发给你们。
市政府办公厅
2023年3月17日
要点
推进改革，要优化服务。
一、深化改革
1.精简事项。全面清理。加强监督。
二、保障落实
2.加强支撑保障。完善法治保障。
"""
EXPECTED = Expected(sections=2, measures=2, clauses=3)
RAW_SHA256 = "0" * 64


def segment(paragraph: str) -> tuple[Sentence, ...]:
    """Cut at 。, and into single characters: what the real adapter does, without spaCy."""
    return tuple(_sentences(paragraph))


def _sentences(paragraph: str) -> Iterator[Sentence]:
    start = 0
    for text in paragraph.replace("。", "。\n").split():
        yield Sentence(start, start + len(text), tuple(text))
        start += len(text)


def parse(text: str = TEXT, expected: Expected = EXPECTED) -> Document:
    """Parse a small document."""
    return parse_document(text, raw_sha256=RAW_SHA256, expected=expected, segment=segment)
