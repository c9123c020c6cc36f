"""Read the clean text's structure: front matter, sections, measures and numbered sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from pydantic import Field

from knowledge.document import Clause, Document, Measure, Section
from knowledge.errors import StructureError
from knowledge.schema import Entry, read_yaml, validate

_NUMERALS = "一二三四五六七八九十"
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_SECTION = re.compile(rf"([{_NUMERALS}])、(.+[^。])")
_MEASURE = re.compile(r"([1-9]\d?)\.([^。]+)。(.+)")
# The lines before the first section, in order: field of Document, pattern, and how to name it in an error.
_FRONT = (
    ("notice_title", re.compile(r".+关于印发《.+》的通知"), "the notice's title (…关于印发《…》的通知)"),
    ("number", re.compile(r".+〔\d{4}〕\d+号"), "a document number (…〔2023〕9号)"),
    ("addressees", re.compile(r".+："), "the addressees, ending in ："),
    ("notice", re.compile(r".+。"), "the notice, ending in 。"),
    ("issuer", re.compile(r"[^。]+"), "the issuer"),
    ("date", _DATE, "the date of issue (2023年3月17日)"),
    ("title", re.compile(r"[^。]+"), "the document's title"),
    ("preamble", re.compile(r".+。"), "the preamble, ending in 。"),
)


@dataclass(frozen=True)
class Sentence:
    """A sentence of a paragraph: its offsets there, and its words, which joined give its text."""

    start: int
    end: int
    words: tuple[str, ...]


Segmenter = Callable[[str], Sequence[Sentence]]


class Expected(Entry):
    """What the whole document must consist of."""

    sections: int = Field(ge=1, le=len(_NUMERALS))
    measures: int = Field(ge=1, le=99)
    clauses: int = Field(ge=1)


@dataclass(frozen=True)
class _Paragraph:
    number: int  # of its line, from 1
    start: int
    text: str

    def fail(self, expected: str) -> StructureError:
        return StructureError(line=self.number, expected=expected, found=repr(self.text[:30]))


def load_expected(path: Path) -> Expected:
    """Read the counts that the document must have.

    Raises:
        DataFileError: The file breaks its schema.
    """
    return validate(read_yaml(path), Expected, path=path, place="whole file")


def parse_document(text: str, *, raw_sha256: str, expected: Expected, segment: Segmenter) -> Document:
    """Parse the clean text.

    Args:
        text: Clean text, one paragraph a line.
        raw_sha256: Hash of the file from which it was made.
        expected: Counts to verify.
        segment: Cuts a paragraph into sentences and words.

    Raises:
        StructureError: A line is not what must stand there, a number is out of order, or a count differs.
    """
    paragraphs = list(_paragraphs(text))
    front = _parse_front(paragraphs)
    sections = _parse_sections(paragraphs[len(_FRONT) :], segment)
    document = Document(
        **front,
        sections=sections,
        text=text,
        raw_sha256=raw_sha256,
        clean_sha256=sha256(text.encode()).hexdigest(),
    )
    _verify_counts(document, expected, last_line=len(paragraphs))
    return document


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    start = 0
    for number, line in enumerate(text.splitlines(), 1):
        yield _Paragraph(number, start, line)
        start += len(line) + 1


def _parse_front(paragraphs: Sequence[_Paragraph]) -> dict[str, str]:
    front: dict[str, str] = {}
    for i, (field, pattern, expected) in enumerate(_FRONT):
        if i >= len(paragraphs):
            raise StructureError(line=i + 1, expected=expected, found="the end of the text")
        if not pattern.fullmatch(paragraphs[i].text):
            raise paragraphs[i].fail(expected)
        front[field] = paragraphs[i].text
        if field == "date":
            front[field] = _iso_date(paragraphs[i])
    return front


def _iso_date(paragraph: _Paragraph) -> str:
    year, month, day = (int(part) for part in _DATE.findall(paragraph.text)[0])
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise paragraph.fail("a day of the calendar") from error


def _parse_sections(paragraphs: Sequence[_Paragraph], segment: Segmenter) -> tuple[Section, ...]:
    sections: list[Section] = []
    n_measures = 0
    for paragraph in paragraphs:
        if heading := _SECTION.fullmatch(paragraph.text):
            sections.append(_next_section(paragraph, heading, number=len(sections) + 1))
        elif sections:
            n_measures += 1
            measure = _parse_measure(paragraph, segment, number=n_measures, section=len(sections))
            sections[-1] = replace(sections[-1], measures=(*sections[-1].measures, measure))
        else:
            raise paragraph.fail("the first section's heading (一、…)")
    return tuple(sections)


def _next_section(paragraph: _Paragraph, heading: re.Match[str], *, number: int) -> Section:
    if number > len(_NUMERALS) or heading[1] != _NUMERALS[number - 1]:
        raise paragraph.fail(f"section number {number}")
    return Section(number, heading[2], ())


def _parse_measure(paragraph: _Paragraph, segment: Segmenter, *, number: int, section: int) -> Measure:
    found = _MEASURE.fullmatch(paragraph.text)
    if found is None or int(found[1]) != number:
        raise paragraph.fail(f"measure {number} ({number}.heading。sentences)")
    sentences = segment(paragraph.text)
    clauses = tuple(
        _clause(paragraph, sentence, measure=number, number=i) for i, sentence in enumerate(sentences[1:], 1)
    )
    end = paragraph.start + len(paragraph.text)
    return Measure(number, found[2], section, paragraph.start, end, clauses)


def _clause(paragraph: _Paragraph, sentence: Sentence, *, measure: int, number: int) -> Clause:
    text = paragraph.text[sentence.start : sentence.end]
    if not text.endswith("。") or text.count("。") != 1:
        raise paragraph.fail(f"clause {measure}.{number} to be one sentence ending in 。, not {text[-20:]!r}")
    start, end = paragraph.start + sentence.start, paragraph.start + sentence.end
    return Clause(f"{measure}.{number}", measure, number, text, start, end, sentence.words)


def _verify_counts(document: Document, expected: Expected, *, last_line: int) -> None:
    found = {
        "sections": len(document.sections),
        "measures": len(document.measures),
        "clauses": len(document.clauses),
    }
    for what, count in found.items():
        wanted = getattr(expected, what)
        if count != wanted:
            raise StructureError(line=last_line, expected=f"{wanted} {what} up to here", found=str(count))
