"""The way to the engine: one HTTP client, one deadline, and only replies that may be used."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from typing import Literal, Protocol

import httpx2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge import Facet, Mention
from web.errors import EngineUnavailableError
from web.probe import ask
from web.schemas import Outcome

WEBHOOK = "/webhooks/edge/webhook"
HEALTH = "/webhooks/edge/health"
_CONNECT_S = 2.0
# Shorter than any server keeps an idle connection, so none is reused while it is being closed.
_KEEPALIVE_S = 3.0
# As many as the engine takes.
_MENTIONS_SENT = 200

EngineLanguage = Literal["zh-Hans", "en"]


@dataclass(frozen=True)
class QueryPart:
    """One of several questions in an utterance, with its vector, shape (384,), float32."""

    text: str
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True)
class EngineQuery:
    """One utterance as the engine gets it.

    Attributes:
        session_id: The conversation; the engine's ``sender``.
        text: Normalised, redacted, Simplified.
        language: Language of the responses; Traditional is made here.
        encoder_id: What made ``vector`` and ``middle``.
        vector: Shape (384,), float32.
        middle: The same from a middle layer; None if the encoder does not give it.
        chosen: What a button of an earlier reply stood for: a clause id, or ``none`` of those offered; else empty.
        parts: The two or three questions that ``text`` asks, in order; empty if it asks one or none.
        mentions: What ``text`` names, in the order of the text.
    """

    session_id: str
    text: str
    language: EngineLanguage
    encoder_id: str
    vector: npt.NDArray[np.float32]
    middle: npt.NDArray[np.float32] | None = None
    chosen: str = ""
    parts: tuple[QueryPart, ...] = ()
    mentions: tuple[Mention, ...] = ()


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class EngineIntent(_Part):
    """The intent as the engine ranked it first; without one the name is empty."""

    name: str | None = None
    confidence: float = 0.0


class EngineButton(_Part):
    """A button: ``payload`` is the text that pressing it sends, ``chosen`` what it stands for beyond its text."""

    title: str
    payload: str
    chosen: str = ""


class EngineCitation(_Part):
    """A clause that the actions quote, not yet verified."""

    clause_id: str
    quote: str
    score: float
    reasons: tuple[Facet, ...] = ()


class EngineCustom(_Part):
    """The structured half of a message; the first ``quoted`` citations answer, the others are related.

    A matched list has the ``situation`` that it fits.
    """

    outcome: Outcome | None = None
    citations: tuple[EngineCitation, ...] = ()
    index_version: str | None = None
    quoted: int = Field(default=1, ge=1)
    situation: dict[Facet, str] = Field(default_factory=dict)


class EngineMessage(_Part):
    """One message of the engine."""

    text: str | None = None
    buttons: tuple[EngineButton, ...] | None = None
    custom: EngineCustom | None = None


class EngineReply(_Part):
    """What the engine answered to one utterance."""

    intent: EngineIntent = EngineIntent()
    messages: tuple[EngineMessage, ...]


class Engine(Protocol):
    """Whatever answers utterances; tests bring their own."""

    async def send(self, query: EngineQuery) -> EngineReply:
        """Return the reply to one utterance.

        Raises:
            EngineUnavailableError: No usable reply within the time allowed.
        """
        ...

    async def health(self) -> str:
        """Return ``ok`` or what is wrong in a few words."""
        ...

    async def close(self) -> None:
        """Give its connections back."""
        ...


class HttpEngine:
    """The engine behind its loopback HTTP channel."""

    def __init__(self, url: str, *, token: str, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._client = httpx2.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=httpx2.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)),
            limits=httpx2.Limits(max_connections=64, keepalive_expiry=_KEEPALIVE_S),
            trust_env=False,
        )

    async def send(self, query: EngineQuery) -> EngineReply:
        """Return the reply to one utterance; see :class:`Engine`."""
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.post(WEBHOOK, json=_to_wire(query))
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise EngineUnavailableError("timeout") from error
        except httpx2.HTTPError as error:
            raise EngineUnavailableError(type(error).__name__) from error
        if response.status_code != 200:
            raise EngineUnavailableError(f"status_{response.status_code}")
        return parse_reply(response.content)

    async def health(self) -> str:
        """Return ``ok`` or what is wrong in a few words."""
        return await ask(self._client, HEALTH)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def parse_reply(body: bytes) -> EngineReply:
    """Return the engine's reply.

    Raises:
        EngineUnavailableError: The body is not of the agreed form, or says nothing.
    """
    try:
        reply = EngineReply.model_validate_json(body)
    except ValidationError as error:
        # Not chained: the validation error repeats what the visitor said.
        raise EngineUnavailableError(f"malformed_reply_{error.error_count()}") from None
    if not any(message.text for message in reply.messages):
        raise EngineUnavailableError("empty_reply")
    return reply


def _to_wire(query: EngineQuery) -> dict[str, object]:
    parts = [{"text": part.text, "vector": _encoded(part.vector)} for part in query.parts]
    return {
        "sender": query.session_id,
        "message": query.text,
        "metadata": {
            "language": query.language,
            "query": {
                "encoder": query.encoder_id,
                "vector": _encoded(query.vector),
                **({} if query.middle is None else {"middle": _encoded(query.middle)}),
                **({"parts": parts} if parts else {}),
                "mentions": [
                    {"kind": one.kind, "value": one.value, "start": one.start, "end": one.end}
                    for one in query.mentions[:_MENTIONS_SENT]
                ],
            },
            **({"chosen": query.chosen} if query.chosen else {}),
        },
    }


def _encoded(vector: npt.NDArray[np.float32]) -> str:
    return base64.b64encode(np.asarray(vector, dtype="<f4").tobytes()).decode("ascii")
