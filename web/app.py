"""The edge's application: every address, around the services that it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sanic import Blueprint, Request, Sanic

from web.chat import create_chat
from web.chat_page import create_chat_page
from web.demo_page import create_demo_page
from web.health import create_health
from web.http import MAX_DRAINED, EdgeRequest, install
from web.loader import create_loader
from web.match_page import create_match_page
from web.openapi import create_openapi
from web.pages import create_pages
from web.reading import create_reading
from web.services import Services
from web.widget_page import create_widget_page

NAME = "banshitong-edge"
_BLUEPRINTS: tuple[Callable[[], Blueprint], ...] = (
    create_chat,
    create_reading,
    create_health,
    create_openapi,
    create_demo_page,
    create_chat_page,
    create_loader,
    create_widget_page,
    create_pages,
    create_match_page,
)
# Slower clients than this are not visitors.
_REQUEST_TIMEOUT_S = 20
_KEEPALIVE_S = 75


def create_app(open_services: Callable[[], Awaitable[Services]], *, name: str = NAME) -> Sanic[Any, Any]:
    """Return the application.

    Args:
        open_services: Awaited once, in the server's event loop, before the first request. The services
            are closed after the last.
        name: Must be unique among the applications of a process.
    """
    app: Sanic[Any, Any] = Sanic(name, request_class=EdgeRequest, env_prefix="", configure_logging=False)
    app.config.update(
        REQUEST_MAX_SIZE=MAX_DRAINED,
        REQUEST_TIMEOUT=_REQUEST_TIMEOUT_S,
        KEEP_ALIVE_TIMEOUT=_KEEPALIVE_S,
        ACCESS_LOG=False,
        FALLBACK_ERROR_FORMAT="json",
    )
    install(app)
    for create in _BLUEPRINTS:
        app.blueprint(create())

    async def open_all(app: Sanic[Any, Any]) -> None:
        services = await open_services()
        app.ctx.services = services
        # A turn waits for its session's earlier turns, then for the engine, each at most this long.
        app.config.RESPONSE_TIMEOUT = 2 * services.settings.engine_timeout_s + 10

    async def close_all(app: Sanic[Any, Any]) -> None:
        await app.ctx.services.close()

    app.register_listener(open_all, "before_server_start")
    app.register_listener(close_all, "after_server_stop")
    app.register_middleware(_show_current_document, "request")
    return app


def _show_current_document(request: Request) -> None:
    """Give pages the document of the index in use; a new index may bring a new one."""
    request.app.ctx.document = request.app.ctx.services.index.document
