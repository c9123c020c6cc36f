"""``/chat``: the conversation as a page of its own, and without scripts an ordinary form."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import html

from web.bootstrap import HOTLINE, language_names, make_bootstrap, page_language
from web.errors import ApiError
from web.http import checked, count_address, explain, read_form, services_of
from web.rendering import READ, render
from web.schemas import MAX_UTTERANCE, ChatRequest, Language, read_language
from web.services import Services
from web.turns import read_utterance, take_turn

PATH = "/chat"
# Worth sending again as it is; anything else has to be changed first.
_PASSING = (429, 500, 503)


@dataclass(frozen=True)
class Form:
    """The fields of the form.

    Attributes:
        client_turn_id: Made for each page, so that a form sent twice is one turn.
    """

    language: Language
    session_id: str
    client_turn_id: str
    message: str = ""
    choice_id: str = ""


@dataclass(frozen=True)
class Exchange:
    """A question and the reply to it, as the API would send it."""

    question: str
    reply: Mapping[str, Any]


def create_chat_page() -> Blueprint:
    """Return the blueprint of the page and its form."""
    blueprint = Blueprint("chat_page")
    blueprint.add_route(show_chat, PATH, methods=READ)
    blueprint.add_route(post_chat, PATH, methods=("POST",))
    return blueprint


async def show_chat(request: Request) -> HTTPResponse:
    """Let the visitor ask, in a conversation that begins with the first question."""
    return _show(request, _new_form(page_language(request)))


async def post_chat(request: Request) -> HTTPResponse:
    """Take the turn of a form; whatever goes wrong is a page that still has the visitor's words."""
    form = _read(read_form(request))
    request.ctx.language = form.language
    request.ctx.show_failure = partial(_show_failure, request, form)
    services = services_of(request)
    count_address(request, services.address_limit)
    services.session_limit.check(form.session_id)
    exchange = await _take_turn(services, form)
    return _show(request, _new_form(form.language, session_id=form.session_id), exchange=exchange)


async def _take_turn(services: Services, form: Form) -> Exchange:
    asked = checked(ChatRequest, lambda: _to_request(form))
    if form.choice_id:
        choice = await services.store.find_choice(form.session_id, form.choice_id)
        utterance, question = None, choice.title if choice else ""
    else:
        utterance = read_utterance(form.message, asked.language)
        question = utterance.text
    return Exchange(question, await take_turn(services, asked, utterance))


def _to_request(form: Form) -> ChatRequest:
    return ChatRequest(
        message=None if form.choice_id else form.message,
        choice_id=form.choice_id or None,
        session_id=form.session_id,
        client_turn_id=_turn_id(form),
        # Who did not ask for a language by the page's is answered in the one that was typed.
        language="auto" if form.language == "zh-Hans" else form.language,
    )


def _turn_id(form: Form) -> str:
    """Return what the same words sent twice from one page share, and changed words do not."""
    parts = "\n".join((form.client_turn_id, form.choice_id, form.message))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def _read(fields: Mapping[str, str]) -> Form:
    form = _new_form(read_language(fields.get("lang", "")) or "zh-Hans", session_id=fields.get("session_id", ""))
    return replace(
        form,
        client_turn_id=fields.get("client_turn_id") or form.client_turn_id,
        message=fields.get("message", ""),
        choice_id=fields.get("choice_id", ""),
    )


def _new_form(language: Language, *, session_id: str = "") -> Form:
    return Form(language, session_id or secrets.token_urlsafe(24), secrets.token_urlsafe(12))


def _show_failure(request: Request, form: Form, problem: ApiError) -> HTTPResponse:
    if problem.code == "invalid_fields":
        # The hidden fields are not ours: with them nothing would ever be sent.
        form = replace(_new_form(form.language), message=form.message)
    return _show(request, form, problem=problem)


def _show(
    request: Request, form: Form, *, exchange: Exchange | None = None, problem: ApiError | None = None
) -> HTTPResponse:
    services = services_of(request)
    body = render(
        "chat.html",
        page="chat",
        language=form.language,
        form=form,
        exchange=exchange,
        problem=explain(request, problem) if problem else "",
        is_passing=problem is not None and problem.status in _PASSING,
        document=services.index.document,
        bootstrap=make_bootstrap(request, form.language),
        languages=language_names(),
        limit=MAX_UTTERANCE,
        hotline=HOTLINE,
        widget=services.widget,
    )
    # Its ids belong to one visitor.
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    return html(body, status=problem.status if problem else 200, headers=headers)
