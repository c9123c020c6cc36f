"""What goes into the store and what comes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class NewChoice:
    """A button to offer: pressing it sends ``message``; it may stand for a clause that was ``chosen``."""

    choice_id: str
    title: str
    message: str
    chosen: str = ""


@dataclass(frozen=True)
class NewTurn:
    """A finished turn that is about to be sent.

    Attributes:
        utterance: Cleaned and redacted.
        reply: The whole reply body.
        clause_ids: The clauses cited, best first.
        duration_ms: From the request's arrival to this record.
        handoff: The number of the request for a person that it makes; empty if it makes none.
        stars: The rating that it gives, 1 to 5; 0 if it gives none.
    """

    turn_id: str
    session_id: str
    client_turn_id: str | None
    utterance: str
    language: str
    outcome: str
    intent_name: str
    intent_confidence: float
    reply: dict[str, Any]
    clause_ids: Sequence[str]
    index_version: str
    source_sha256: str
    duration_ms: float
    choices: tuple[NewChoice, ...] = ()
    handoff: str = ""
    stars: int = 0


@dataclass(frozen=True)
class Handoff:
    """A request for a person that nobody has taken care of yet."""

    number: str
    session_id: str
    turn_id: str
    created_at: datetime


@dataclass(frozen=True)
class StoredTurn:
    """A turn as it stands in the store; ``sequence`` counts the session's turns from 1."""

    turn_id: str
    sequence: int
    client_turn_id: str | None
    created_at: datetime
    utterance: str
    outcome: str
    clause_ids: tuple[str, ...]
    reply: dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """An offered button: what stood on it, the message it sends, the language and what it stands for."""

    title: str
    message: str
    language: str
    chosen: str = ""


@dataclass(frozen=True)
class Rating:
    """How satisfied a visitor is with a conversation, 1 to 5 stars, and what was said about it."""

    stars: int
    comment: str | None = None
