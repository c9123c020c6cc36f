"""The words that visitors use, as people keep them in ``vocabulary.yml``: read, spelt out and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field

from knowledge.catalogue import Area, Industry, Stage
from knowledge.errors import DataFileError
from knowledge.folding import fold
from knowledge.schema import Entry, read_yaml, validate
from knowledge.storage import PACKAGE_DIR

VOCABULARY_FILE = PACKAGE_DIR / "vocabulary.yml"

Kind = Literal["service", "area", "audience", "stage", "industry", "detail", "reference"]
Speaker = Literal["citizen", "enterprise"]
# What of the conversation so far a message points to.
Reference = Literal["latest", "previous", "earliest", "first", "second", "third", "last", "next"]
# Answers that choose none of the values, and all of them alike: elsewhere in the city, wherever.
_OPEN = ("other", "any")
DetailKind = Literal[
    "fee",
    "address",
    "telephone",
    "deadline",
    "materials",
    "progress",
    "amount",
    "person",
    "download",
    "hours",
    "eligibility",
    "steps",
]
_VALUES: dict[Kind, tuple[str, ...]] = {
    "area": (*get_args(Area), *_OPEN),
    "audience": get_args(Speaker),
    "stage": get_args(Stage),
    "industry": (*get_args(Industry), *_OPEN),
    "reference": get_args(Reference),
    "detail": get_args(DetailKind),
}
_CHOICE = re.compile(r"\(([^()]*)\)")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Phrase:
    """What somebody may write, and what it means.

    Attributes:
        text: Folded.
        kind: What it names.
        value: Which one; empty if the phrase only looks as if it named one.
    """

    text: str
    kind: Kind
    value: str


@dataclass(frozen=True)
class DetailLabel:
    """How a reply names a kind of detail, in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class ServiceRules:
    """How the services of the catalogue are found.

    Attributes:
        ambiguous: Folded names that are not found on their own.
        phrases: What resembles a name and means something else.
        contrasts: Groups of characters that no typing error exchanges.
        weighty: Characters that no typing error drops or adds.
    """

    ambiguous: frozenset[str]
    phrases: tuple[Phrase, ...]
    contrasts: tuple[str, ...]
    weighty: str


@dataclass(frozen=True)
class PhraseBook:
    """``vocabulary.yml``: all phrases but those of the services."""

    phrases: tuple[Phrase, ...]
    labels: Mapping[str, DetailLabel]
    services: ServiceRules


_Text = Annotated[str, Field(min_length=2)]
_Lines = list[_Text | list[_Text]]


class _Kind(Entry):
    means: dict[str, _Lines]
    not_: _Lines = Field(alias="not")


class _Label(Entry):
    zh: str = Field(min_length=2, max_length=12)
    en: str = Field(min_length=2, max_length=40)


class _Detail(_Kind):
    labels: dict[str, _Label]


class _Service(Entry):
    ambiguous: list[_Text]
    not_: _Lines = Field(alias="not")
    contrasts: list[_Text]
    weighty: str


class _File(Entry):
    service: _Service
    area: _Kind
    audience: _Kind
    stage: _Kind
    industry: _Kind
    reference: _Kind
    detail: _Detail


def load_phrases(path: Path = VOCABULARY_FILE) -> PhraseBook:
    """Read the phrases.

    Raises:
        DataFileError: The file breaks the schema, a value is missing or unknown, brackets do not match, a phrase
            is too short to mean anything, or one phrase has two meanings of one kind.
    """
    content = validate(read_yaml(path), _File, path=path, place="whole file")
    phrases: list[Phrase] = []
    for kind, values in _VALUES.items():
        entry: _Kind = getattr(content, kind)
        _require(entry.means, values, path=path, place=f"{kind}.means")
        phrases += _read(entry.means | {"": entry.not_}, kind, path)
    _require(content.detail.labels, _VALUES["detail"], path=path, place="detail.labels")
    rules = content.service
    return PhraseBook(
        phrases=tuple(phrases),
        labels={value: DetailLabel(label.zh, label.en) for value, label in content.detail.labels.items()},
        services=ServiceRules(
            ambiguous=frozenset(map(fold, rules.ambiguous)),
            phrases=tuple(_read({"": rules.not_}, "service", path)),
            contrasts=tuple(rules.contrasts),
            weighty=rules.weighty,
        ),
    )


def spell_out(text: str) -> Iterator[str]:
    """Yield what choices stand for: ``ac`` and ``bc`` for ``(a|b)c``, ``ac`` and ``c`` for ``(a|)c``.

    Raises:
        ValueError: Brackets do not match, or stand within each other.
    """
    parts = _CHOICE.split(text)
    if any(mark in part for part in parts[::2] for mark in "()|"):
        raise ValueError(f"brackets do not match in {text!r}")
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return ("".join(chosen) for chosen in product(*choices))


def _require(found: Mapping[str, object], expected: Iterable[str], *, path: Path, place: str) -> None:
    if set(found) != set(expected):
        missing, unknown = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
        raise DataFileError(path=path, place=place, problem=f"lacks {missing}, does not know {unknown}")


def _read(means: Mapping[str, _Lines], kind: Kind, path: Path) -> Iterator[Phrase]:
    seen: dict[str, str] = {}
    for value, lines in means.items():
        place = f"{kind}.{value or 'not'}"
        for line in lines:
            for text in [line] if isinstance(line, str) else line:
                for phrase in _phrases(text, path=path, place=place):
                    if seen.setdefault(phrase, value) != value:
                        problem = f"{phrase!r} means {seen[phrase] or 'something else'!r} already"
                        raise DataFileError(path=path, place=place, problem=problem)
        yield from (Phrase(phrase, kind, value) for phrase, meant in seen.items() if meant == value)


def _phrases(text: str, *, path: Path, place: str) -> Iterator[str]:
    try:
        spelt = list(spell_out(text))
    except ValueError as error:
        raise DataFileError(path=path, place=place, problem=str(error)) from error
    for phrase in spelt:
        folded = _BLANKS.sub(" ", fold(phrase)).strip()
        if len(folded) < 2:
            raise DataFileError(path=path, place=place, problem=f"{folded!r} of {text!r} is too short")
        yield folded
