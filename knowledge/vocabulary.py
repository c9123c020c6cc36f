"""What a message names: services, areas, who speaks, what is planned, and which detail is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.catalogue import CatalogueEntry, load_catalogue
from knowledge.errors import DataFileError
from knowledge.folding import fold
from knowledge.phrases import VOCABULARY_FILE, DetailLabel, Kind, Phrase, PhraseBook, load_phrases

if TYPE_CHECKING:
    from knowledge.mentions import FoundSpan, SpanFinder

_QUOTATION_MARKS = str.maketrans("", "", '"《》')


@dataclass(frozen=True)
class Mention:
    """A stretch of a text, ``text[start:end]``, that names something.

    Attributes:
        kind: ``service``, ``area``, ``audience``, ``stage`` or ``detail``.
        value: Which one: a service's name, an area, ``citizen`` or ``enterprise``, a stage, a kind of detail.
        clause_ids: The clauses that name the service, in the order of the document; of anything else none.
        start: Offset of its first character.
        end: Offset behind its last character.
        exact: Whether it stands there letter for letter, apart from script, width, case and blanks.
    """

    kind: Kind
    value: str
    clause_ids: tuple[str, ...]
    start: int
    end: int
    exact: bool


class Vocabulary:
    """Finds mentions. May be used by several threads; they take turns.

    Args:
        finder: Finds the spans.
        clause_ids: Of each service.
        labels: How a reply names each kind of detail.
    """

    def __init__(
        self,
        finder: SpanFinder,
        clause_ids: Mapping[str, tuple[str, ...]],
        labels: Mapping[str, DetailLabel],
    ) -> None:
        self.labels = labels
        self._finder = finder
        self._clause_ids = clause_ids

    def find(self, text: str) -> tuple[Mention, ...]:
        """Return what a text names, in the order of the text; mentions of one kind never overlap.

        Args:
            text: In any script; offsets are those of this text.
        """
        mentions = map(self._mention, self._finder.find(text))
        return tuple(sorted(mentions, key=lambda mention: (mention.start, mention.end, mention.kind)))

    def save(self, folder: Path) -> None:
        """Write the pipeline for ``spacy.load``, which needs ``knowledge.mentions`` to be imported before."""
        self._finder.save(folder)

    def _mention(self, span: FoundSpan) -> Mention:
        kind: Kind = span.kind  # type: ignore[assignment]
        clause_ids = self._clause_ids.get(span.value, ()) if kind == "service" else ()
        return Mention(kind, span.value, clause_ids, span.start, span.end, span.exact)


def load_vocabulary(
    path: Path = VOCABULARY_FILE, *, catalogue: Mapping[str, CatalogueEntry] | None = None
) -> Vocabulary:
    """Read the vocabulary and make its pipeline; takes some 0.5 s, and spaCy's import seconds more.

    Args:
        path: Where the phrases are.
        catalogue: Where the services are; read unless given.

    Raises:
        DataFileError: The file breaks its rules, or denies what the catalogue calls a service.
    """
    from knowledge.mentions import SpanFinder, create_pipeline  # spaCy takes seconds to import

    book = load_phrases(path)
    services = _services(catalogue or load_catalogue(), ambiguous=book.services.ambiguous)
    _refuse_denied(services, book, path)
    pipeline = create_pipeline(
        [
            *book.phrases,
            *book.services.phrases,
            *(Phrase(text, "service", one.name) for text, one in services.items()),
        ],
        {text: service.name for text, service in services.items()},
        contrasts=book.services.contrasts,
        weighty=book.services.weighty,
    )
    return Vocabulary(SpanFinder(pipeline), _clause_ids(services.values()), book.labels)


def vocabulary_fingerprint(
    path: Path = VOCABULARY_FILE, *, catalogue: Mapping[str, CatalogueEntry] | None = None
) -> str:
    """Return a hash over everything that decides what the vocabulary finds.

    Raises:
        DataFileError: The file cannot be read.
    """
    try:
        phrases = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataFileError(path=path, place="whole file", problem=f"cannot be read: {error}") from error
    entries = (catalogue or load_catalogue()).values()
    services = [(entry.clause_id, entry.services) for entry in entries]
    return hashlib.sha256(f"{phrases}{services}".encode()).hexdigest()


@dataclass(frozen=True)
class _Named:
    """The service that a word means, and the clauses of all services that it is a word for."""

    name: str
    clause_ids: tuple[str, ...]


def _services(catalogue: Mapping[str, CatalogueEntry], *, ambiguous: frozenset[str]) -> dict[str, _Named]:
    """Return what each folded name or alias means, with and without its quotation marks.

    A word for two services means the one whose name it is, else the first.
    """
    named: dict[str, _Named] = {}
    for entry in catalogue.values():
        for service in entry.services:
            for word in (service.name, *service.aliases):
                folded = fold(word)
                for text in {folded, folded.translate(_QUOTATION_MARKS)} - ambiguous:
                    known = named.get(text, _Named(service.name, ()))
                    name = service.name if word == service.name else known.name
                    named[text] = _Named(name, (*known.clause_ids, entry.clause_id))
    return named


def _refuse_denied(services: Mapping[str, _Named], book: PhraseBook, path: Path) -> None:
    for phrase in book.services.phrases:
        if phrase.text in services:
            problem = f"{phrase.text!r} names {services[phrase.text].name!r} in the catalogue"
            raise DataFileError(path=path, place="service.not", problem=problem)


def _clause_ids(services: Iterable[_Named]) -> dict[str, tuple[str, ...]]:
    """Return the clauses of each service by its name, in the order of the document."""
    found: dict[str, set[str]] = {}
    for service in services:
        found.setdefault(service.name, set()).update(service.clause_ids)
    return {name: tuple(sorted(clause_ids, key=_place)) for name, clause_ids in found.items()}


def _place(clause_id: str) -> tuple[int, ...]:
    return tuple(map(int, clause_id.split(".")))
