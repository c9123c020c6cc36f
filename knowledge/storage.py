"""The built document on disk: ``clean.txt`` beside ``document.json``.

The JSON holds structure, offsets and words; the words people read are in the clean text only. Reading
needs neither spaCy nor OpenCC.
"""

from __future__ import annotations

import json
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError

from knowledge.document import Clause, Document, Measure, Section
from knowledge.errors import DocumentNotBuiltError
from knowledge.schema import Entry

PACKAGE_DIR = Path(__file__).resolve().parent
RAW_FILE = PACKAGE_DIR / "source" / "2023-shanghai-reform-work-points.raw.txt"
ERRATA_FILE = PACKAGE_DIR / "source" / "errata.yml"
EXPECTED_FILE = PACKAGE_DIR / "source" / "expected.yml"
DOCUMENT_DIR = PACKAGE_DIR / "document"
TEXT_NAME, STRUCTURE_NAME = "clean.txt", "document.json"

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Offset = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]


class StoredClause(Entry):
    """``words`` are separated by spaces, of which the document has none."""

    id: str = Field(pattern=r"^[1-9]\d?\.[1-9]\d?$")
    start: Offset
    end: Offset
    words: str = Field(min_length=1)


class StoredMeasure(Entry):
    """A measure without its section's number, which is where it stands."""

    number: Number
    title: str = Field(min_length=1)
    start: Offset
    end: Offset
    clauses: list[StoredClause] = Field(min_length=1)


class StoredSection(Entry):
    """A section and its measures."""

    number: Number
    title: str = Field(min_length=1)
    measures: list[StoredMeasure] = Field(min_length=1)


class StoredDocument(Entry):
    """``document.json`` as a whole.

    Attributes:
        build_sha256: Hash of all that the build reads; see ``knowledge.build.fingerprint``.
    """

    title: str
    number: str
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    issuer: str
    addressees: str
    notice_title: str
    notice: str
    preamble: str
    raw_sha256: Sha256
    clean_sha256: Sha256
    build_sha256: Sha256
    sections: list[StoredSection] = Field(min_length=1)


def load_document(folder: Path = DOCUMENT_DIR) -> Document:
    """Read the built document.

    Args:
        folder: Where ``clean.txt`` and ``document.json`` are.

    Raises:
        DocumentNotBuiltError: A file is missing or damaged, or the two do not belong together.
    """
    stored = load_stored(folder)
    text = _read(folder / TEXT_NAME).decode("utf-8")
    return Document(
        **stored.model_dump(exclude={"sections", "build_sha256"}),
        sections=tuple(_section(section, text, folder / STRUCTURE_NAME) for section in stored.sections),
        text=text,
    )


def load_stored(folder: Path) -> StoredDocument:
    """Read ``document.json``, check its schema and that ``clean.txt`` has the hash it names.

    Raises:
        DocumentNotBuiltError: As in ``load_document``.
    """
    path = folder / STRUCTURE_NAME
    try:
        stored = StoredDocument.model_validate_json(_read(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "whole file"
        raise DocumentNotBuiltError(path=path, problem=f"{place}: {first['msg']}") from error
    found = sha256(_read(folder / TEXT_NAME)).hexdigest()
    if found != stored.clean_sha256:
        problem = f"its SHA-256 is {found}, but {STRUCTURE_NAME} was made from {stored.clean_sha256}"
        raise DocumentNotBuiltError(path=folder / TEXT_NAME, problem=problem)
    return stored


def save_document(document: Document, folder: Path, *, build_sha256: str) -> None:
    """Write both files, each replaced as a whole; the structure last, since it vouches for the text."""
    structure = {
        "title": document.title,
        "number": document.number,
        "date": document.date,
        "issuer": document.issuer,
        "addressees": document.addressees,
        "notice_title": document.notice_title,
        "notice": document.notice,
        "preamble": document.preamble,
        "raw_sha256": document.raw_sha256,
        "clean_sha256": document.clean_sha256,
        "build_sha256": build_sha256,
        "sections": [_stored_section(section) for section in document.sections],
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / TEXT_NAME, document.text)
    write_atomically(folder / STRUCTURE_NAME, json.dumps(structure, ensure_ascii=False, indent=1) + "\n")


def write_atomically(path: Path, text: str) -> None:
    """Replace a file so that a reader sees the old or the new content, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DocumentNotBuiltError(path=path, problem=f"cannot be read ({error.strerror})") from error


def _section(stored: StoredSection, text: str, path: Path) -> Section:
    measures = tuple(_measure(measure, stored.number, text, path) for measure in stored.measures)
    return Section(stored.number, stored.title, measures)


def _measure(stored: StoredMeasure, section: int, text: str, path: Path) -> Measure:
    clauses = tuple(_clause(clause, text, path) for clause in stored.clauses)
    return Measure(stored.number, stored.title, section, stored.start, stored.end, clauses)


def _clause(stored: StoredClause, text: str, path: Path) -> Clause:
    measure, sentence = (int(part) for part in stored.id.split("."))
    words = tuple(stored.words.split(" "))
    quoted = text[stored.start : stored.end]
    if "".join(words) != quoted:
        problem = f"clause {stored.id}: its words are not the text at {stored.start}:{stored.end}"
        raise DocumentNotBuiltError(path=path, problem=problem)
    return Clause(stored.id, measure, sentence, quoted, stored.start, stored.end, words)


def _stored_section(section: Section) -> dict[str, object]:
    measures = [_stored_measure(measure) for measure in section.measures]
    return {"number": section.number, "title": section.title, "measures": measures}


def _stored_measure(measure: Measure) -> dict[str, object]:
    return {
        "number": measure.number,
        "title": measure.title,
        "start": measure.start,
        "end": measure.end,
        "clauses": [_stored_clause(clause) for clause in measure.clauses],
    }


def _stored_clause(clause: Clause) -> dict[str, object]:
    return {"id": clause.id, "start": clause.start, "end": clause.end, "words": " ".join(clause.words)}
