"""The action server: rasa-sdk's application with our actions in it."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import HTTPResponse, Request, Sanic
from sanic.response import json as json_response

from actions.answer import ActionAnswer
from embeddings import IndexHandle, load_encoder, open_index
from settings import Settings

logger = logging.getLogger(__name__)


def create_server(index: IndexHandle, settings: Settings) -> Sanic[Any, Any]:
    """Return the application; ``GET /health`` answers 200 from its start, as the index is open by then."""
    executor = ActionExecutor()
    executor.register_action(ActionAnswer(index, lambda: load_encoder(settings.encoder)))
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    app.error_handler.add(Exception, _on_failure)
    return app


def serve(settings: Settings) -> None:
    """Serve on loopback until told to stop.

    Raises:
        EmbeddingsError: If there is no index that fits the document and the encoder.
    """
    app = create_server(open_index(settings), settings)
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.run(host="127.0.0.1", port=settings.actions_port, single_process=True, access_log=False, motd=False)


def _on_failure(request: Request, error: Exception) -> HTTPResponse:
    """Log the cause, without the body, which holds a visitor's words, and answer with its kind alone."""
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    status = getattr(error, "status_code", 500)
    return json_response({"error": type(error).__name__}, status=status)
