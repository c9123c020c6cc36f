"""What people bring to the assistant and the document does not cover: ``outside/<domain>.yml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.errors import DataFileError
from knowledge.questions import question_key
from knowledge.schema import Entry, read_entries
from knowledge.storage import PACKAGE_DIR

OUTSIDE_DIR = PACKAGE_DIR / "outside"
FEWEST_MESSAGES = 8


@dataclass(frozen=True)
class OutsideMatter:
    """A matter that no clause deals with.

    Attributes:
        id: Unique, e.g. ``passport_renewal``.
        title: What the assistant says it understood.
        title_en: The same in English.
        belongs_to: One neutral sentence on where such a matter belongs.
        belongs_to_en: The same in English.
        messages: As people write them, at least eight.
    """

    id: str
    title: str
    title_en: str
    belongs_to: str
    belongs_to_en: str
    messages: tuple[str, ...]


class _OutsideEntry(Entry):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=2, max_length=16)
    title_en: str = Field(min_length=2, max_length=48)
    belongs_to: str = Field(min_length=4, max_length=120, pattern="。$")
    belongs_to_en: str = Field(min_length=8, max_length=300, pattern=r"\.$")
    messages: list[Annotated[str, Field(min_length=1)]] = Field(min_length=FEWEST_MESSAGES)


def load_outside_matters(folder: Path = OUTSIDE_DIR) -> tuple[OutsideMatter, ...]:
    """Read all matters, file by file in the order of their names.

    Raises:
        DataFileError: A file breaks the schema, or an id or a message stands there twice.
    """
    matters: list[OutsideMatter] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        for entry in read_entries(path, _OutsideEntry):
            for key in (entry.id, *map(question_key, entry.messages)):
                if key in seen:
                    problem = f"{key!r} stands in {seen[key]} already"
                    raise DataFileError(path=path, place=entry.id, problem=problem)
                seen[key] = f"{path.name}, {entry.id}"
            matters.append(
                OutsideMatter(
                    entry.id,
                    entry.title,
                    entry.title_en,
                    entry.belongs_to,
                    entry.belongs_to_en,
                    tuple(entry.messages),
                )
            )
    if not matters:
        raise DataFileError(path=folder, place="whole folder", problem="holds no matters")
    return tuple(matters)
