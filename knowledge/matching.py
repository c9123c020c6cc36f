"""Guided matching: which clauses fit what somebody says of themselves, and why. Filters and points, no model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field

from knowledge.catalogue import Area, CatalogueEntry, Industry, Stage
from knowledge.errors import DataFileError
from knowledge.phrases import Speaker
from knowledge.schema import Entry, read_yaml, validate
from knowledge.storage import PACKAGE_DIR

MATCHING_FILE = PACKAGE_DIR / "matching.yml"
# Answers to the last two questions: none of those that the document names, and all of them alike.
OTHER, ANY = "other", "any"

Facet = Literal["audience", "stage", "area", "industry"]
FACETS: tuple[Facet, ...] = get_args(Facet)
_VALUES: dict[Facet, tuple[str, ...]] = {
    "audience": get_args(Speaker),
    "stage": get_args(Stage),
    "area": (*get_args(Area), OTHER, ANY),
    "industry": (*get_args(Industry), OTHER, ANY),
}
# What an answer is worth that a clause is about. The matter counts most: it is what one came for.
POINTS: dict[Facet, int] = {"stage": 4, "area": 3, "industry": 3}
# A clause's first stage is its main one; what names the very area comes before what names one around it; and what
# holds in some areas only comes after what holds for everybody.
MAIN_STAGE, VERY_AREA, ELSEWHERE = 1, 1, -2
# A clause in the delta's demonstration zone holds there; what holds in the delta holds in the zone, too.
_WITHIN: dict[str, frozenset[str]] = {
    "临港": frozenset({"临港", "浦东"}),
    "张江": frozenset({"张江", "浦东"}),
    "长三角示范区": frozenset({"长三角示范区", "长三角"}),
    "长三角": frozenset({"长三角", "长三角示范区"}),
}


@dataclass(frozen=True)
class Option:
    """An answer on offer, in Chinese and in English; a stage also with whom it is for."""

    value: str
    zh: str
    en: str
    speakers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Situation:
    """What somebody said of themselves; None is not known yet.

    Area and industry may also be ``other``, none of those that the document names, or ``any``, which leaves
    nothing out.
    """

    audience: str | None = None
    stage: str | None = None
    area: str | None = None
    industry: str | None = None

    @property
    def answers(self) -> dict[Facet, str]:
        """The facets that are known, in the order in which they are asked."""
        return {facet: value for facet in FACETS if (value := getattr(self, facet))}


@dataclass(frozen=True)
class Match:
    """A clause that fits, with the answers that it is about in particular, most telling first."""

    clause_id: str
    points: int
    reasons: tuple[Facet, ...]


class Matching:
    """Ranks the clauses of a catalogue for a situation, and says what is still worth asking.

    Args:
        catalogue: By clause id, in the order of the document.
        options: Answers on offer for each facet.
    """

    def __init__(
        self, catalogue: Mapping[str, CatalogueEntry], options: Mapping[Facet, tuple[Option, ...]]
    ) -> None:
        self._catalogue, self._options = catalogue, options

    def options(self, facet: Facet, situation: Situation = Situation()) -> tuple[Option, ...]:
        """Return the answers to offer for a facet, in order; stages only for the known audience."""
        offered = self._options[facet]
        if facet != "stage" or situation.audience is None:
            return offered
        return tuple(option for option in offered if situation.audience in option.speakers)

    def label(self, facet: Facet, value: str, *, english: bool = False) -> str:
        """Return how an answer is called.

        Raises:
            KeyError: There is no such answer.
        """
        option = next((option for option in self._options[facet] if option.value == value), None)
        if option is None:
            raise KeyError(f"{facet} has no value {value!r}; see {MATCHING_FILE.name}")
        return option.en if english else option.zh

    def complete(self, situation: Situation) -> Situation:
        """Return the situation with whom it is about, as far as the stage says it."""
        if situation.audience or not situation.stage:
            return situation
        speakers = next(o.speakers for o in self._options["stage"] if o.value == situation.stage)
        # Matters of life are a person's unless a company is named.
        is_clear = len(speakers) == 1 or speakers[0] == "citizen"
        return replace(situation, audience=speakers[0]) if is_clear else situation

    def next_facet(self, situation: Situation) -> Facet | None:
        """Return what to ask next; None once nothing more would change the list.

        Area and industry are asked only if a clause that fits so far holds in some areas or industries only.
        """
        if not situation.audience:
            return "audience"
        if not situation.stage:
            return "stage"
        fitting = [self._catalogue[match.clause_id] for match in self.rank(situation)]
        if not situation.area and any(entry.areas for entry in fitting):
            return "area"
        if situation.audience == "enterprise" and not situation.industry and any(e.industries for e in fitting):
            return "industry"
        return None

    def rank(self, situation: Situation) -> tuple[Match, ...]:
        """Return the clauses that fit, most points first, ties in the order of the document.

        A clause is left out if it is for others or internal work of the government, if it holds elsewhere only or
        for other industries only, or if it is about none of the answers but the audience.
        """
        matches = (self._match(entry, situation) for entry in self._catalogue.values())
        return tuple(sorted((match for match in matches if match), key=lambda match: -match.points))

    def _match(self, entry: CatalogueEntry, situation: Situation) -> Match | None:
        area, industry = _given(situation.area), _given(situation.industry)
        in_area = not (area and entry.areas) or bool(_WITHIN.get(area, frozenset({area})) & set(entry.areas))
        in_industry = not (industry and entry.industries) or industry in entry.industries
        at_stage = not situation.stage or situation.stage in entry.stages
        if not (in_area and in_industry and at_stage and _concerns(entry, situation.audience)):
            return None
        reasons: list[Facet] = []
        reasons += ["stage"] if situation.stage else []
        reasons += ["area"] if area and entry.areas else []
        reasons += ["industry"] if industry and entry.industries else []
        if not reasons:
            return None
        points = sum(POINTS[facet] for facet in reasons)
        points += MAIN_STAGE if situation.stage and situation.stage == entry.stages[0] else 0
        points += VERY_AREA if area in entry.areas else 0
        points += ELSEWHERE if entry.areas and not area else 0
        reasons += ["audience"] if situation.audience == entry.audience else []
        return Match(entry.clause_id, points, tuple(reasons))


def read_situation(given: Mapping[Any, str]) -> Situation:
    """Return the situation in a mapping of facets to answers; other keys are passed over.

    Raises:
        ValueError: If an answer is not one of those known; it names the facet and the choices.
    """
    known = {field.name for field in fields(Situation)}
    answers = {facet: value for facet, value in given.items() if facet in known and value}
    for facet, value in answers.items():
        if value not in _VALUES[facet]:
            choices = ", ".join(_VALUES[facet])
            raise ValueError(f"{facet}: {value!r} is not one of {choices}")
    return Situation(**answers)


class _Words(Entry):
    zh: str = Field(min_length=2, max_length=14)
    en: str = Field(min_length=4, max_length=60)


class _Stage(_Words):
    of: list[Speaker] = Field(min_length=1)


class _File(Entry):
    audience: dict[str, _Words]
    stage: dict[str, _Stage]
    area: dict[str, _Words]
    industry: dict[str, _Words]


def load_matching(catalogue: Mapping[str, CatalogueEntry], path: Path = MATCHING_FILE) -> Matching:
    """Read the answers on offer.

    Args:
        catalogue: The clauses to match.
        path: Where the answers are.

    Raises:
        DataFileError: The file breaks its schema, or lacks a value of a facet or has one too many.
    """
    content = validate(read_yaml(path), _File, path=path, place="whole file")
    options: dict[Facet, tuple[Option, ...]] = {}
    for facet, values in _VALUES.items():
        words: Mapping[str, _Words] = getattr(content, facet)
        _require(words, values, path=path, facet=facet)
        options[facet] = tuple(
            Option(value, one.zh, one.en, tuple(one.of) if isinstance(one, _Stage) else ())
            for value, one in words.items()
        )
    return Matching(catalogue, options)


def _require(found: Iterable[str], expected: Iterable[str], *, path: Path, facet: Facet) -> None:
    missing, unknown = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    if missing or unknown:
        raise DataFileError(path=path, place=facet, problem=f"lacks {missing}, does not know {unknown}")


def _concerns(entry: CatalogueEntry, audience: str | None) -> bool:
    """Say whether a clause is for this kind of visitor; the government's internal work is for none."""
    return entry.audience != "government" and (audience is None or entry.audience in {"both", audience})


def _given(answer: str | None) -> str | None:
    return None if answer == ANY else answer
