"""A document of two measures, small enough to read in a failing test."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge import CatalogueEntry, Service
from knowledge.catalogue import Area, Audience, Industry, Stage
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


def entry(
    clause_id: str,
    audience: Audience,
    *stages: Stage,
    areas: tuple[Area, ...] = (),
    industries: tuple[Industry, ...] = (),
    services: tuple[str, ...] = (),
) -> CatalogueEntry:
    """What the catalogue says of a clause; its words name the clause, so that a test sees whose they are."""
    return CatalogueEntry(
        clause_id=clause_id,
        reading=f"{clause_id}能办什么",
        reading_en=f"What {clause_id} is for",
        explanation=f"{clause_id}换个说法。",
        explanation_en=f"{clause_id} in other words.",
        audience=audience,
        stages=stages,
        topics=("改革",),
        areas=areas,
        status="full",
        services=tuple(Service(name, ()) for name in services),
        industries=industries,
    )


def catalogue_of(*entries: CatalogueEntry) -> dict[str, CatalogueEntry]:
    return {entry.clause_id: entry for entry in entries}
