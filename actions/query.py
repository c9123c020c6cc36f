"""Reads a visitor's query out of the tracker: text, language, intents, entities, the edge's vector."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from embeddings import Vector

Language = Literal["zh-Hans", "en"]


@dataclass(frozen=True)
class QueryPart:
    """One of several questions in a message, and its vector, made by the encoder of the whole."""

    text: str
    vector: Vector | None


@dataclass(frozen=True)
class Entity:
    """What a stretch of the message names: ``kind`` and ``value`` as in ``knowledge.Mention``."""

    kind: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Query:
    """What the visitor's latest message asks.

    Attributes:
        text: The message in Simplified Chinese or English.
        vector: Its vector, or None if the sender did not make one.
        encoder: Id of the encoder that made ``vector``; empty without one.
        language: Of the reply: ``zh-Hans`` or ``en``.
        chosen: What a pressed button stands for: a clause id or ``none``; empty if the visitor typed.
        parts: The questions in it if there are several, in order.
        intent: What the engine took it for.
        intents: How likely each intent is, of those that the engine ranked.
        entities: What it names, in the order of the text.
    """

    text: str
    vector: Vector | None
    encoder: str
    language: Language = "zh-Hans"
    chosen: str = ""
    parts: tuple[QueryPart, ...] = ()
    intent: str = ""
    intents: Mapping[str, float] = field(default_factory=dict)
    entities: tuple[Entity, ...] = ()

    @property
    def english(self) -> bool:
        """Whether the reply is in English."""
        return self.language == "en"

    def values(self, kind: str) -> tuple[str, ...]:
        """Return what it names of a kind, each once, in the order of the text."""
        return tuple(dict.fromkeys(entity.value for entity in self.entities if entity.kind == kind))


def read_query(latest_message: Mapping[str, Any]) -> Query:
    """Return the query of a tracker's ``latest_message``; a vector that cannot be read counts as missing.

    A part without a vector that can be read is left out.
    """
    metadata = latest_message.get("metadata") or {}
    sent = metadata.get("query")
    if not isinstance(sent, Mapping):
        sent = {}
    vector = _decode(sent.get("vector"))
    encoder = str(sent.get("encoder", "")) if vector is not None else ""
    return Query(
        text=str(latest_message.get("text") or ""),
        vector=vector,
        encoder=encoder,
        language="en" if metadata.get("language") == "en" else "zh-Hans",
        chosen=str(metadata.get("chosen") or ""),
        parts=_read_parts(sent.get("parts")),
        intent=str((latest_message.get("intent") or {}).get("name") or ""),
        intents={str(one["name"]): float(one["confidence"]) for one in latest_message.get("intent_ranking") or []},
        entities=tuple(
            Entity(str(one["entity"]), str(one["value"]), int(one["start"]), int(one["end"]))
            for one in latest_message.get("entities") or []
        ),
    )


def _read_parts(sent: object) -> tuple[QueryPart, ...]:
    parts = [part for part in sent if isinstance(part, Mapping)] if isinstance(sent, list) else []
    read = ((part.get("text"), _decode(part.get("vector"))) for part in parts)
    return tuple(
        QueryPart(text, vector) for text, vector in read if isinstance(text, str) and text and vector is not None
    )


def _decode(encoded: object) -> Vector | None:
    """Return the vector in a base64 string of little-endian float32, None if there is none in it."""
    if not isinstance(encoded, str):
        return None
    try:
        vector = np.frombuffer(base64.b64decode(encoded, validate=True), dtype="<f4").astype(np.float32)
    except (binascii.Error, ValueError):
        return None
    return vector if vector.size and np.isfinite(vector).all() else None
