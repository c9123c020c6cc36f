"""The document as values: sections, measures and clauses, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from knowledge.errors import UnknownClauseError, UnknownMeasureError, UnknownSectionError


@dataclass(frozen=True)
class Clause:
    """One numbered sentence of a measure: the smallest thing that is ever quoted.

    Attributes:
        id: ``measure.sentence``, e.g. ``"2.4"``; the heading sentence does not count.
        measure: Number of the measure, from 1.
        sentence: Number of the sentence within the measure, from 1.
        text: The whole sentence with its closing 。.
        start: Offset of its first character in ``Document.text``.
        end: Offset behind its last character: ``text == Document.text[start:end]``.
        words: The sentence cut into words and punctuation; joined they give ``text``.
    """

    id: str
    measure: int
    sentence: int
    text: str
    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """One numbered paragraph: a heading sentence and its clauses.

    Attributes:
        number: 1 to 22, as printed.
        title: The heading without number and closing 。.
        section: Number of the section that holds it.
        start: Offset of the paragraph (its printed number) in ``Document.text``.
        end: Offset behind the paragraph's last character.
        clauses: At least one, in the order of the text.
    """

    number: int
    title: str
    section: int
    start: int
    end: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Section:
    """A chapter of the document; ``title`` is without its Chinese numeral."""

    number: int
    title: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Document:
    """The whole document, front matter included.

    Attributes:
        title: Title of the document proper.
        number: Document number, ``沪府办〔2023〕9号``.
        date: Day of issue, ISO 8601.
        issuer: Who issued it.
        addressees: Whom the notice addresses, as printed, with its closing ：.
        notice_title: Title of the notice that carries the document.
        notice: The notice's one paragraph.
        preamble: The paragraph before the first section.
        sections: In the order of the text.
        text: The clean text; paragraphs end in a line feed, the last one too.
        raw_sha256: Of the file as it reached us.
        clean_sha256: Of ``text`` in UTF-8.
    """

    title: str
    number: str
    date: str
    issuer: str
    addressees: str
    notice_title: str
    notice: str
    preamble: str
    sections: tuple[Section, ...]
    text: str
    raw_sha256: str
    clean_sha256: str

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """All measures in the order of the text."""
        return tuple(measure for section in self.sections for measure in section.measures)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in the order of the text."""
        return tuple(clause for measure in self.measures for clause in measure.clauses)

    @cached_property
    def _clauses_by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    def clause(self, clause_id: str) -> Clause:
        """Return the clause with this id.

        Raises:
            UnknownClauseError: There is none.
        """
        try:
            return self._clauses_by_id[clause_id]
        except KeyError:
            raise UnknownClauseError(clause_id, last=self.clauses[-1].id) from None

    def measure(self, number: int) -> Measure:
        """Return the measure with this printed number.

        Raises:
            UnknownMeasureError: There is none.
        """
        for measure in self.measures:
            if measure.number == number:
                return measure
        raise UnknownMeasureError(number, last=len(self.measures))

    def section(self, number: int) -> Section:
        """Return the section with this number, counted from 1.

        Raises:
            UnknownSectionError: There is none.
        """
        for section in self.sections:
            if section.number == number:
                return section
        raise UnknownSectionError(number, last=len(self.sections))
