"""One turn: from a request's words to a verified, recorded reply."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge import Facet, read_situation, split_questions
from web.citations import cite
from web.engine import EngineCustom, EngineMessage, EngineQuery, EngineReply, QueryPart
from web.errors import ApiError, EngineUnavailableError
from web.match_page import checklist_url, label_reasons
from web.normalise import clean, detect_language, query_form
from web.redaction import redact
from web.schemas import (
    MAX_UTTERANCE,
    ChatReply,
    ChatRequest,
    Checklist,
    Choice,
    Citation,
    Intent,
    Language,
    Message,
    Outcome,
    Receipt,
)
from web.services import Services
from web.store import NewChoice, NewTurn
from web.wording import in_script, say

# Stand in the responses of domain.yml for the contact lines of the settings, and for the number of a request.
CONTACT, REQUEST = "$contact", "$request"
_RATING = "rating-"
_CITING: frozenset[Outcome] = frozenset({"answer", "no_detail"})
_NEVER_CITING: frozenset[Outcome] = frozenset({"abstain", "handoff", "chat"})


@dataclass(frozen=True)
class Utterance:
    """What the visitor said, fit to be kept, and what is asked of the engine; ``chosen`` if a button said it."""

    text: str
    language: Language
    query: str
    chosen: str = ""


@dataclass(frozen=True)
class Composed:
    """A reply before it is recorded, and the buttons that it offers."""

    reply: ChatReply
    choices: tuple[NewChoice, ...]
    handoff: str = ""


def read_utterance(message: str, language: str) -> Utterance:
    """Return ``message`` cleaned and redacted, with its language unless one is given.

    Raises:
        ApiError: 422, nothing is left of it, or more than 2,000 characters are.
    """
    text = clean(message)
    if not text:
        raise ApiError(422, "empty_message", fields={"limit": MAX_UTTERANCE})
    if len(text) > MAX_UTTERANCE:
        raise ApiError(422, "message_too_long", fields={"limit": MAX_UTTERANCE})
    spoken: Language = language if language in ("zh-Hans", "zh-Hant", "en") else detect_language(text)  # type: ignore[assignment]
    kept = redact(text)
    # Folding can make digits of what were none; the engine gets nothing that was not looked at again.
    return Utterance(text=kept, language=spoken, query=redact(query_form(kept)) or kept)


async def take_turn(services: Services, request: ChatRequest, utterance: Utterance | None) -> dict[str, Any]:
    """Return the reply body of one turn, recorded before this returns.

    It goes on to its end when the visitor hangs up, so that a retry finds the reply.

    Args:
        services: Of the application.
        request: With its ``session_id``.
        utterance: None when the request presses a button.
    """
    task = asyncio.create_task(_take_turn(services, request, utterance))
    services.turns.add(task)
    task.add_done_callback(services.turns.discard)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.shield(task)


async def _take_turn(services: Services, request: ChatRequest, utterance: Utterance | None) -> dict[str, Any]:
    started = time.perf_counter()
    session_id = request.session_id or ""
    async with services.gate.turn(session_id):
        if request.client_turn_id:
            stored = await services.store.find_reply(session_id, request.client_turn_id)
            if stored:
                services.metrics.replays.inc()
                return stored
        if utterance is None:
            utterance = await _pressed(services, request)
        with services.metrics.stage("total"):
            composed = await _answer(services, session_id, utterance)
            turn = _to_record(composed, utterance, request, duration_ms=(time.perf_counter() - started) * 1000)
            with services.metrics.stage("store"):
                reply = await services.store.record_turn(turn)
    services.metrics.turns.labels(turn.outcome).inc()
    return reply


async def _pressed(services: Services, request: ChatRequest) -> Utterance:
    """Return what pressing a button says, in the language in which it was offered."""
    choice = await services.store.find_choice(request.session_id or "", request.choice_id or "")
    if choice is None:
        raise ApiError(422, "unknown_choice")
    language = choice.language if request.language == "auto" else request.language
    return replace(read_utterance(choice.message, language), chosen=choice.chosen)


async def _answer(services: Services, session_id: str, utterance: Utterance) -> Composed:
    texts = () if utterance.chosen else split_questions(utterance.query)
    with services.metrics.stage("encode"):
        layers, *of_parts = await asyncio.gather(
            *(services.encoder.encode(text) for text in (utterance.query, *texts))
        )
    query = EngineQuery(
        session_id=session_id,
        text=utterance.query,
        language="en" if utterance.language == "en" else "zh-Hans",
        encoder_id=services.encoder.id,
        vector=layers.last,
        middle=layers.middle,
        chosen=utterance.chosen,
        parts=tuple(QueryPart(text, of_part.last) for text, of_part in zip(texts, of_parts, strict=True)),
        mentions=() if utterance.chosen else services.finder.find(utterance.query),
    )
    try:
        with services.metrics.stage("engine"):
            answer = await services.engine.send(query)
        return compose(services, session_id, utterance.language, answer)
    except EngineUnavailableError as error:
        services.metrics.engine_failures.labels(error.reason).inc()
        raise


def compose(services: Services, session_id: str, language: Language, answer: EngineReply) -> Composed:
    """Return the reply to send for what the engine answered.

    Raises:
        QuoteMismatchError: A quote is not in its clause.
        EngineUnavailableError: The answer breaks the contract: nothing cited where something must be, or a
            situation that the matching does not know.
    """
    custom = [message.custom for message in answer.messages if message.custom]
    # What answers the visitor comes first; a question of the matching may follow it.
    outcome = next((one.outcome for one in custom if one.outcome), None) or "chat"
    citations = cite(
        (citation for one in custom for citation in one.citations),
        services.index.document,
        catalogue=services.catalogue,
        language=language,
    )
    citations = () if outcome in _NEVER_CITING else _with_reasons(citations, custom, services, language)
    if outcome in _CITING and not citations:
        raise EngineUnavailableError("uncited_answer")
    choices: list[NewChoice] = []
    handoff = secrets.token_hex(4).upper() if outcome == "handoff" else ""
    fillers = {CONTACT: services.settings.contact(language), REQUEST: handoff}
    messages = tuple(_say(one, language, citations, fillers, choices) for one in answer.messages if one.text)
    situation = next((one.situation for one in custom if one.situation), None)
    index_version = next((one.index_version for one in custom if one.index_version), services.index.version)
    reply = ChatReply(
        session_id=session_id,
        turn_id=secrets.token_urlsafe(12),
        language=language,
        outcome=outcome,
        intent=Intent(name=answer.intent.name or "", confidence=answer.intent.confidence),
        messages=messages,
        citations=citations,
        quoted=max((one.quoted for one in custom), default=1),
        checklist=_checklist(situation, language) if situation else None,
        receipt=Receipt(index_version=index_version, source_sha256=services.index.source_sha256),
    )
    return Composed(reply, tuple(choices), handoff)


def _checklist(situation: Mapping[Facet, str], language: Language) -> Checklist:
    return Checklist(url=checklist_url(situation, language), title=say("checklist_link", language))


def _with_reasons(
    citations: tuple[Citation, ...], custom: Sequence[EngineCustom], services: Services, language: Language
) -> tuple[Citation, ...]:
    """Return the citations of a matched list with the visitor's answers that each fits, in words."""
    situation = next((one.situation for one in custom if one.situation), None)
    if not situation:
        return citations
    facets = {citation.clause_id: citation.reasons for one in custom for citation in one.citations}
    try:
        given = read_situation(situation)
    except ValueError:
        raise EngineUnavailableError("unknown_situation") from None
    return tuple(
        citation.model_copy(
            update={"reasons": label_reasons(facets[citation.clause_id], given, services.matching, language)}
        )
        for citation in citations
    )


def _say(
    message: EngineMessage,
    language: Language,
    citations: tuple[Citation, ...],
    fillers: Mapping[str, str],
    choices: list[NewChoice],
) -> Message:
    """Return ``message`` in the visitor's script with the ``fillers``, and add its buttons to ``choices``."""
    text = message.text or ""
    for name, filler in fillers.items():
        text = text.replace(name, filler)
    quotes = [citation.quote for citation in citations]
    offered = [
        NewChoice(
            secrets.token_urlsafe(12),
            in_script(button.title, language, keep=quotes),
            button.payload,
            button.chosen,
        )
        for button in message.buttons or ()
    ]
    choices += offered
    return Message(
        text=in_script(text, language, keep=quotes),
        choices=tuple(Choice(choice_id=one.choice_id, title=one.title) for one in offered),
    )


def _to_record(composed: Composed, utterance: Utterance, request: ChatRequest, *, duration_ms: float) -> NewTurn:
    reply = composed.reply
    return NewTurn(
        turn_id=reply.turn_id,
        session_id=reply.session_id,
        client_turn_id=request.client_turn_id or None,
        utterance=utterance.text,
        language=reply.language,
        outcome=reply.outcome,
        intent_name=reply.intent.name,
        intent_confidence=reply.intent.confidence,
        reply=reply.model_dump(mode="json"),
        clause_ids=[citation.clause_id for citation in reply.citations],
        index_version=reply.receipt.index_version,
        source_sha256=reply.receipt.source_sha256,
        duration_ms=round(duration_ms, 2),
        choices=composed.choices,
        handoff=composed.handoff,
        stars=int(utterance.chosen.removeprefix(_RATING)) if utterance.chosen.startswith(_RATING) else 0,
    )
