"""The engine's only channel: one turn of the web edge in, intent and messages out."""

from __future__ import annotations

import hmac
import json
import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.lock_store import LockError
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.processor import ActionFailedError

logger = logging.getLogger(__name__)

NAME = "edge"
LANGUAGES = ("zh-Hans", "en")
MAX_CHARACTERS = 4_000
MAX_PARTS = 3
_SENDER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CHOSEN = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}|none|rating-[1-5]")
MAX_MENTIONS = 200


class BadTurnError(ValueError):
    """The body of a turn is not what the contract says."""


@dataclass(frozen=True)
class Turn:
    """One message of a visitor as the edge sends it.

    Attributes:
        sender: Session id, 1–64 of ``A-Za-z0-9_-``.
        message: The text, never a command.
        metadata: ``language`` and, if the edge has them, ``query`` with encoder, vector and perhaps ``parts``,
            the questions in it, each with text and vector, and ``mentions``, what it names; and ``chosen``: what a
            pressed button stands for; nothing else.
    """

    sender: str
    message: str
    metadata: dict[str, Any]


def read_turn(body: object) -> Turn:
    """Check a decoded JSON body.

    Raises:
        BadTurnError: Naming the field, what was expected and what came.
    """
    if not isinstance(body, dict):
        raise BadTurnError(f"body: expected a JSON object, got {type(body).__name__}")
    sender, message = body.get("sender"), body.get("message")
    if not isinstance(sender, str) or not _SENDER.fullmatch(sender):
        raise BadTurnError("sender: expected 1-64 characters of A-Za-z0-9_-")
    return Turn(sender, _read_text(message, "message"), _read_metadata(body.get("metadata")))


def _read_text(text: object, field: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise BadTurnError(f"{field}: expected a text that is not blank")
    if len(text) > MAX_CHARACTERS:
        raise BadTurnError(f"{field}: expected at most {MAX_CHARACTERS} characters, got {len(text)}")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadTurnError(f"{field}: expected Unicode text, got a lone surrogate")
    return text


def _decode(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadTurnError(f"body: expected JSON, got {len(body)} bytes that are not") from error


def _read_metadata(metadata: object) -> dict[str, Any]:
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict):
        raise BadTurnError(f"metadata: expected an object, got {type(metadata).__name__}")
    language = metadata.get("language", LANGUAGES[0])
    if language not in LANGUAGES:
        raise BadTurnError(f"metadata.language: expected one of {', '.join(LANGUAGES)}")
    chosen = metadata.get("chosen")
    if chosen is not None and not (isinstance(chosen, str) and _CHOSEN.fullmatch(chosen)):
        raise BadTurnError("metadata.chosen: expected a clause id, none, or rating-1 to rating-5")
    known = {"language": language} | ({"chosen": chosen} if chosen else {})
    query = metadata.get("query")
    if query is None:
        return known
    if not isinstance(query, dict) or not all(isinstance(query.get(key), str) for key in ("encoder", "vector")):
        raise BadTurnError("metadata.query: expected an object with the texts encoder and vector")
    middle = query.get("middle")
    if middle is not None and not isinstance(middle, str):
        raise BadTurnError("metadata.query.middle: expected a text")
    parts = _read_parts(query.get("parts"))
    mentions = _read_mentions(query.get("mentions"))
    return {
        **known,
        "query": {
            "encoder": query["encoder"],
            "vector": query["vector"],
            **({"middle": middle} if middle else {}),
            **({"parts": parts} if parts else {}),
            **({"mentions": mentions} if mentions else {}),
        },
    }


def _read_mentions(mentions: object) -> list[dict[str, Any]]:
    if mentions is None:
        return []
    if not isinstance(mentions, list) or len(mentions) > MAX_MENTIONS:
        raise BadTurnError(f"metadata.query.mentions: expected a list of at most {MAX_MENTIONS} objects")
    if not all(_is_mention(mention) for mention in mentions):
        raise BadTurnError("metadata.query.mentions: expected objects with kind, value, start and end")
    return [{key: mention[key] for key in ("kind", "value", "start", "end")} for mention in mentions]


def _is_mention(mention: object) -> bool:
    return (
        isinstance(mention, dict)
        and all(isinstance(mention.get(key), str) for key in ("kind", "value"))
        and all(type(mention.get(key)) is int and mention[key] >= 0 for key in ("start", "end"))
    )


def _read_parts(parts: object) -> list[dict[str, str]]:
    if parts is None:
        return []
    if not isinstance(parts, list) or len(parts) > MAX_PARTS:
        raise BadTurnError(f"metadata.query.parts: expected a list of at most {MAX_PARTS} objects")
    if not all(isinstance(part, dict) and isinstance(part.get("vector"), str) for part in parts):
        raise BadTurnError("metadata.query.parts: expected objects with the texts text and vector")
    return [
        {"text": _read_text(part.get("text"), "metadata.query.parts.text"), "vector": part["vector"]}
        for part in parts
    ]


class EdgeOutput(OutputChannel):
    """Collect what the bot says, one entry per utterance: text, buttons and custom stay together."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep the utterance's text, buttons and custom, as far as it has them."""
        said = {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}
        if said:
            self.messages.append(said)


class EdgeInput(InputChannel):
    """``POST /webhooks/edge/webhook`` for a turn, ``GET /webhooks/edge/health`` for the supervisor."""

    def __init__(self, token: str = "") -> None:
        self._authorization = f"Bearer {token}".encode() if token else b""

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is part of its address."""
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> EdgeInput:
        """Create the channel with the token of ``credentials.yml``; empty means no check."""
        return cls(str((credentials or {}).get("token") or ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the two routes."""
        routes = Blueprint("edge_webhook")

        @routes.post("/webhook")
        async def webhook(request: Request) -> HTTPResponse:
            if not self._is_authorized(request):
                return _error(401, "unauthorized", "expected the header Authorization: Bearer <engine token>")
            try:
                turn = read_turn(_decode(request.body))
            except BadTurnError as error:
                return _error(400, "bad_request", str(error))
            return await _reply(turn, on_new_message)

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            return await _health(request.app.ctx.agent)

        return routes

    def _is_authorized(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode()
        return not self._authorization or hmac.compare_digest(given, self._authorization)


async def _reply(turn: Turn, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
    output = EdgeOutput()
    message = UserMessage(turn.message, output, sender_id=turn.sender, input_channel=NAME, metadata=turn.metadata)
    try:
        await on_new_message(message)
    except ActionFailedError as error:
        logger.warning("%s", error)
        return _error(503, "action_failed", f"{error.action} did not answer")
    except LockError:
        return _error(503, "busy", "an earlier message of this conversation is still being answered")
    except Exception as error:  # noqa: BLE001 - the turn's HTTP handler: a message of the error may quote the visitor
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("A turn failed with %s at\n%s", type(error).__name__, where)
        return _error(503, "engine_failed", "the turn failed")
    if not output.messages:
        # The model may be older than the actions: they utter a response that its domain does not have.
        intent = _intent(message.parse_data)["name"] if message.parse_data else "none"
        logger.error("No response to intent %s; see rules.yml and domain.yml, or train anew.", intent)
        return _error(503, "nothing_said", "no response for this message; see rules.yml and domain.yml")
    return json_response({"intent": _intent(message.parse_data), "messages": output.messages})


def _intent(parse_data: dict[str, Any]) -> dict[str, Any]:
    intent = parse_data["intent"]
    return {"name": intent["name"], "confidence": round(float(intent["confidence"]), 4)}


async def _health(agent: Any) -> HTTPResponse:  # noqa: ANN401 - Rasa's Agent
    if not agent.is_ready():
        return json_response({"status": "unavailable", "part": "model"}, status=503)
    if not await agent.action_endpoint.is_healthy():
        return json_response({"status": "unavailable", "part": "actions"}, status=503)
    return json_response({"status": "ok", "model": agent.model_name})


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return json_response({"error": {"code": code, "message": message}}, status=status)
