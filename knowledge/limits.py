"""Explicit rules for what is never answered with a clause: ``limits.yml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from knowledge.errors import DataFileError
from knowledge.schema import Entry, read_yaml, validate
from knowledge.storage import PACKAGE_DIR

LIMITS_FILE = PACKAGE_DIR / "limits.yml"
_BLANKS = re.compile(r"(?<![a-z])\s+|\s+(?![a-z])")

Limit = Literal["unlawful", "elsewhere"]


@dataclass(frozen=True)
class Limits:
    """The compiled rules; each has patterns, and one that lifts it."""

    unlawful: tuple[re.Pattern[str], ...]
    unlawful_unless: re.Pattern[str]
    elsewhere: re.Pattern[str]
    elsewhere_unless: re.Pattern[str]

    def of(self, text: str) -> Limit | None:
        """Return which rule a message falls under, if any.

        ``unlawful``: asks for help to break the law, to deceive or to pry. ``elsewhere``: asks about another
        place than Shanghai.

        Args:
            text: The message in Simplified Chinese or English.
        """
        said = _BLANKS.sub("", text.lower())
        if any(rule.search(said) for rule in self.unlawful) and not self.unlawful_unless.search(said):
            return "unlawful"
        if self.elsewhere.search(said) and not self.elsewhere_unless.search(said):
            return "elsewhere"
        return None


class _Unlawful(Entry):
    asks: list[str] = Field(min_length=1)
    unless: str


class _Elsewhere(Entry):
    begins: str
    unless: str


class _File(Entry):
    unlawful: _Unlawful
    elsewhere: _Elsewhere


def load_limits(path: Path = LIMITS_FILE) -> Limits:
    """Read and compile the rules.

    Raises:
        DataFileError: The file breaks the schema, or a pattern is no regular expression.
    """
    content = validate(read_yaml(path), _File, path=path, place="whole file")
    return Limits(
        unlawful=tuple(_compile(pattern, path, "unlawful.asks") for pattern in content.unlawful.asks),
        unlawful_unless=_compile(content.unlawful.unless, path, "unlawful.unless"),
        elsewhere=_compile(content.elsewhere.begins, path, "elsewhere.begins"),
        elsewhere_unless=_compile(content.elsewhere.unless, path, "elsewhere.unless"),
    )


def _compile(pattern: str, path: Path, place: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise DataFileError(path=path, place=place, problem=f"is no regular expression: {error}") from error
