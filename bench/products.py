"""What is measured: how each product is started and how one talks to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Command:
    """One process to start.

    Attributes:
        name: Names its log file.
        argv: Program and arguments.
        env: Added to the benchmark's own environment.
        cwd: Folder it runs in.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path


@dataclass(frozen=True)
class Reply:
    """What a product said to one question.

    Attributes:
        texts: Its messages' words; none means that the turn was lost.
        cites: Whether it names a clause of the document.
    """

    texts: tuple[str, ...]
    cites: bool


@dataclass(frozen=True)
class Dialect:
    """How a product's chat is addressed.

    Attributes:
        path: Where turns are posted.
        write: Session id and question to the request's fields.
        read: The reply's JSON to a ``Reply``.
    """

    path: str
    write: Callable[[str, str], dict[str, str]]
    read: Callable[[Any], Reply]


@dataclass(frozen=True)
class Product:
    """One of the compared products: its processes and its address on 127.0.0.1."""

    name: str
    commands: tuple[Command, ...]
    port: int
    dialect: Dialect

    def request(self, session: str, question: str) -> bytes:
        """Return the body that asks the question."""
        return json.dumps(self.dialect.write(session, question), ensure_ascii=False).encode()

    def reply(self, body: bytes) -> Reply:
        """Return what the body says; a body that is not the product's JSON says nothing."""
        try:
            return self.dialect.read(json.loads(body))
        except (ValueError, TypeError, KeyError, AttributeError):
            return Reply((), cites=False)


def _read_ours(body: Any) -> Reply:  # noqa: ANN401 - whatever JSON the server sent
    texts = tuple(message["text"] for message in body["messages"] if message.get("text"))
    return Reply(texts, cites=bool(body["citations"]))


def _read_stock(body: Any) -> Reply:  # noqa: ANN401
    texts = tuple(message["text"] for message in body if message.get("text"))
    return Reply(texts, cites=any(message.get("custom", {}).get("citations") for message in body))


OURS = Dialect(
    path="/api/chat",
    write=lambda session, question: {"session_id": session, "message": question},
    read=_read_ours,
)
"""The edge's public contract."""

STOCK = Dialect(
    path="/webhooks/rest/webhook",
    write=lambda session, question: {"sender": session, "message": question},
    read=_read_stock,
)
"""Rasa's own REST channel."""
