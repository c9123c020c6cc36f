"""``POST /api/chat``, ``/api/feedback`` and ``/api/rating``: the addresses that visitors write to."""

from __future__ import annotations

import secrets

from sanic import Blueprint, HTTPResponse, Request

from web.errors import ApiError
from web.http import read_body, reply_json, services_of
from web.normalise import clean, detect_language
from web.redaction import redact
from web.schemas import MAX_REASON, ChatRequest, FeedbackReply, FeedbackRequest, RatingReply, RatingRequest
from web.turns import read_utterance, take_turn


def create_chat() -> Blueprint:
    """Return the blueprint of chat, feedback and rating."""
    chat = Blueprint("chat", url_prefix="/api")
    chat.add_route(post_chat, "/chat", methods=("POST",))
    chat.add_route(post_feedback, "/feedback", methods=("POST",))
    chat.add_route(post_rating, "/rating", methods=("POST",))
    return chat


async def post_chat(request: Request) -> HTTPResponse:
    """Take one turn."""
    services = services_of(request)
    asked = read_body(request, ChatRequest)
    _remember_language(request, asked)
    if (asked.message is None) == (asked.choice_id is None):
        raise ApiError(400, "message_or_choice")
    utterance = read_utterance(asked.message, asked.language) if asked.message is not None else None
    if asked.session_id:
        services.session_limit.check(asked.session_id)
    else:
        asked = asked.model_copy(update={"session_id": secrets.token_urlsafe(24)})
    return reply_json(await take_turn(services, asked, utterance))


async def post_feedback(request: Request) -> HTTPResponse:
    """Record whether a turn helped; the reason is cleaned and redacted like an utterance."""
    given = read_body(request, FeedbackRequest)
    reason = _read_reason(given.reason)
    services = services_of(request)
    services.session_limit.check(given.session_id)
    recorded = await services.store.record_feedback(
        given.session_id, given.turn_id, helpful=given.helpful, reason=reason
    )
    if not recorded:
        raise ApiError(422, "unknown_turn")
    return reply_json(FeedbackReply(session_id=given.session_id, turn_id=given.turn_id, helpful=given.helpful))


async def post_rating(request: Request) -> HTTPResponse:
    """Record how satisfied a visitor is; the comment is cleaned and redacted like an utterance."""
    given = read_body(request, RatingRequest)
    comment = _read_reason(given.comment)
    services = services_of(request)
    services.session_limit.check(given.session_id)
    if not await services.store.record_rating(given.session_id, stars=given.stars, comment=comment):
        raise ApiError(422, "unknown_session")
    return reply_json(RatingReply(session_id=given.session_id, stars=given.stars))


def _read_reason(given: str | None) -> str | None:
    """Return a visitor's own words about us, fit to be kept; None if there are none."""
    reason = redact(clean(given)) if given else ""
    if len(reason) > MAX_REASON:
        raise ApiError(422, "reason_too_long", fields={"limit": MAX_REASON})
    return reason or None


def _remember_language(request: Request, asked: ChatRequest) -> None:
    """Note the language in which an error of this turn should be said."""
    if asked.language != "auto":
        request.ctx.language = asked.language
    elif asked.message:
        request.ctx.language = detect_language(asked.message[:200])
