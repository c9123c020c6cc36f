"""What each clause is about, for people and for matching: ``catalogue/<measure>.yml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from knowledge.document import Clause, Document
from knowledge.errors import DataFileError
from knowledge.schema import Entry, read_yaml, validate
from knowledge.storage import PACKAGE_DIR, load_document

CATALOGUE_DIR = PACKAGE_DIR / "catalogue"
QUOTATION_MARKS = str.maketrans("", "", "“”《》")

Audience = Literal["citizen", "enterprise", "both", "government"]
Status = Literal["pilot", "expansion", "full", "plan"]
Area = Literal["浦东", "临港", "长三角示范区", "长三角", "虹桥", "张江"]
# Lines of business that some clauses are about and others are not.
Industry = Literal[
    "food", "retail", "medical", "care", "manufacturing", "chemicals", "logistics", "trade", "culture"
]
Stage = Literal[
    "setup",
    "change",
    "relocation",
    "operation",
    "financing",
    "hiring",
    "construction",
    "inspection",
    "suspension",
    "exit",
    "health",
    "elderly_care",
    "childcare",
    "employment",
    "social_aid",
    "research",
    "trade",
    "ip",
    "credit",
    "tendering",
]


@dataclass(frozen=True)
class Service:
    """A service, system or list that a clause names, and what people call it."""

    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class CatalogueEntry:
    """A clause in plain words and in fields. Never shown as a quotation.

    Attributes:
        clause_id: Whose entry it is.
        reading: What somebody who wants this clause would say they want, in a few plain words; a choice's title.
        reading_en: The same in English.
        explanation: One or two plain sentences in Chinese that say nothing the clause does not.
        explanation_en: The same in English.
        audience: Whom the clause concerns; ``government`` is purely internal work.
        stages: In an enterprise's or a person's life; may be none.
        topics: Short keywords.
        areas: Where it holds, if not everywhere.
        status: ``pilot``, ``expansion``, ``full`` or ``plan``, as the clause's verbs say.
        services: Named in the clause.
        industries: Which lines of business it is about, if not all.
    """

    clause_id: str
    reading: str
    reading_en: str
    explanation: str
    explanation_en: str
    audience: Audience
    stages: tuple[Stage, ...]
    topics: tuple[str, ...]
    areas: tuple[Area, ...]
    status: Status
    services: tuple[Service, ...]
    industries: tuple[Industry, ...] = ()


class _ServiceEntry(Entry):
    name: str = Field(min_length=2)
    aliases: list[Annotated[str, Field(min_length=1)]]


class _Entry(Entry):
    reading: str = Field(min_length=4, max_length=22)
    reading_en: str = Field(min_length=8, max_length=60)
    explanation: str = Field(min_length=8, max_length=200, pattern="。$")
    explanation_en: str = Field(min_length=20, max_length=600)
    audience: Audience
    stages: list[Stage]
    topics: list[Annotated[str, Field(min_length=1)]] = Field(min_length=1, max_length=4)
    areas: list[Area]
    status: Status
    industries: list[Industry] = Field(default_factory=list)
    services: list[_ServiceEntry]


def load_catalogue(folder: Path = CATALOGUE_DIR, *, document: Document | None = None) -> dict[str, CatalogueEntry]:
    """Read the entries of all clauses, by clause id in the order of the document.

    Raises:
        DataFileError: A file is missing or breaks the schema, a clause has no entry, an entry has no clause, or
            a service is not named in its clause.
    """
    document = document or load_document()
    entries: dict[str, CatalogueEntry] = {}
    for measure in document.measures:
        path = folder / f"{measure.number:02d}.yml"
        content = read_yaml(path)
        if not isinstance(content, dict):
            found = type(content).__name__
            raise DataFileError(path=path, place="whole file", problem=f"expected clause ids, found {found}")
        expected = [clause.id for clause in measure.clauses]
        if list(content) != expected:
            problem = f"expected the clauses {expected} in this order, found {list(content)}"
            raise DataFileError(path=path, place="whole file", problem=problem)
        for clause in measure.clauses:
            entries[clause.id] = _read(content[clause.id], clause, path)
    return entries


def _read(content: object, clause: Clause, path: Path) -> CatalogueEntry:
    entry = validate(content, _Entry, path=path, place=clause.id)
    for service in entry.services:
        if service.name.translate(QUOTATION_MARKS) not in clause.text.translate(QUOTATION_MARKS):
            raise DataFileError(path=path, place=clause.id, problem=f"does not name {service.name!r}")
        if service.name in service.aliases:
            raise DataFileError(path=path, place=clause.id, problem=f"{service.name!r} is its own alias")
    return CatalogueEntry(
        clause_id=clause.id,
        reading=entry.reading,
        reading_en=entry.reading_en,
        explanation=entry.explanation,
        explanation_en=entry.explanation_en,
        audience=entry.audience,
        stages=tuple(entry.stages),
        topics=tuple(entry.topics),
        areas=tuple(entry.areas),
        status=entry.status,
        services=tuple(Service(service.name, tuple(service.aliases)) for service in entry.services),
        industries=tuple(entry.industries),
    )
