"""What the notice that carries the document is, for people: ``catalogue/notice.yml``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from knowledge.catalogue import CATALOGUE_DIR
from knowledge.document import Document
from knowledge.errors import DataFileError
from knowledge.schema import Entry, read_yaml, validate
from knowledge.storage import load_document

NOTICE_FILE = CATALOGUE_DIR / "notice.yml"
_QUOTED = ("title", "number", "date", "issuer", "addressees")


@dataclass(frozen=True)
class Notice:
    """The notice in fields and in plain words.

    Attributes:
        title: Of the document that it carries.
        number: Document number.
        date: Day of issue, ISO 8601.
        issuer: Who issued it.
        addressees: Whom it addresses, as printed, with the closing ：.
        explanation: What notice and preamble say, in plain Chinese. Never shown as a quotation.
        explanation_en: The same in English.
    """

    title: str
    number: str
    date: str
    issuer: str
    addressees: str
    explanation: str
    explanation_en: str


class _Notice(Entry):
    title: str = Field(min_length=1)
    number: str = Field(min_length=1)
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    issuer: str = Field(min_length=1)
    addressees: str = Field(min_length=1)
    explanation: str = Field(min_length=8, max_length=300, pattern="。$")
    explanation_en: str = Field(min_length=20, max_length=900)


def load_notice(path: Path = NOTICE_FILE, *, document: Document | None = None) -> Notice:
    """Read the notice.

    Raises:
        DataFileError: The file breaks the schema, or a field is not what stands in the document's front matter.
    """
    document = document or load_document()
    entry = validate(read_yaml(path), _Notice, path=path, place="whole file")
    front = document.text.partition(document.preamble)[0].splitlines()
    for field in _QUOTED:
        found, expected = getattr(entry, field), getattr(document, field)
        if found != expected or _as_printed(field, found) not in front:
            raise DataFileError(path=path, place=field, problem=f"expected {expected!r}, found {found!r}")
    return Notice(**entry.model_dump())


def _as_printed(field: str, value: str) -> str:
    if field != "date":
        return value
    day = date.fromisoformat(value)
    return f"{day.year}年{day.month}月{day.day}日"
