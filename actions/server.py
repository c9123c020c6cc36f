"""The action server: rasa-sdk's application with our actions in it."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse
from sanic.response import json as json_response

from actions.answer import ActionAnswer
from actions.matching import ActionAskMatch, ActionListMatches, ValidateMatchForm
from actions.referring import REFERRING, ActionRefer, ActionShowMore
from actions.sources import Sources
from embeddings import IndexHandle, load_encoder, open_index
from knowledge import FACETS, Vocabulary, load_vocabulary
from settings import Settings

logger = logging.getLogger(__name__)


def create_server(index: IndexHandle, settings: Settings, vocabulary: Vocabulary) -> Sanic[Any, Any]:
    """Return the application; ``GET /health`` answers 200 from its start, as the index is open by then."""
    executor = ActionExecutor()
    sources = Sources(index, lambda: load_encoder(settings.encoder), vocabulary=vocabulary)
    referring = {action.name(): action for action in [ActionRefer(sources, name) for name in REFERRING]}
    referring["action_show_more"] = ActionShowMore(sources)
    for action in (
        ActionAnswer(sources, referring),
        *referring.values(),
        ValidateMatchForm(sources),
        ActionListMatches(sources),
        *(ActionAskMatch(sources, facet) for facet in FACETS),
    ):
        executor.register_action(action)
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    app.config.TOUCHUP = False  # it rewrites Sanic itself, once per process
    app.register_middleware(_withhold_request, "response")
    return app


def serve(settings: Settings) -> None:
    """Serve on loopback until told to stop.

    Raises:
        EmbeddingsError: If there is no index that fits the document and the encoder.
    """
    vocabulary = load_vocabulary()
    app = create_server(open_index(settings, vocabulary), settings, vocabulary)
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.run(host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False)


def _withhold_request(_: Request, response: BaseHTTPResponse) -> HTTPResponse | None:
    """Strip a failure's body, in which rasa-sdk repeats the request with a visitor's words: the engine logs it."""
    if response.status < HTTPStatus.BAD_REQUEST:
        return None
    logger.error("an action call ended with %s", response.status)
    if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    return json_response({"error": "the action failed; its log has the cause"}, status=response.status)
