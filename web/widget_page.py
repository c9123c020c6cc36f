"""The widget's page, for the frame that a loader makes in somebody's page, and its words by language."""

from __future__ import annotations

import json
import re

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound

from web.assets import Asset
from web.bootstrap import make_bootstrap, page_language
from web.http import content_policy, services_of
from web.rendering import ASK_AGAIN, READ, render_page, send
from web.schemas import read_language

_THEMES = ("light", "dark")
_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")


def create_widget_page() -> Blueprint:
    """Return the blueprint of the frame's page and its words."""
    blueprint = Blueprint("widget_page", url_prefix="/widget")
    blueprint.add_route(show_frame, "/frame", methods=READ)
    blueprint.add_route(send_wording, "/wording/<name:str>", methods=READ)
    return blueprint


async def show_frame(request: Request) -> HTTPResponse:
    """Show the widget to pages of our own and of the allowed hosts; browsers refuse it to all others.

    What the address says of looks is taken only if it is one of the known values.
    """
    request.ctx.embeddable = True
    services, language = services_of(request), page_language(request)
    color = _COLOR.fullmatch(request.args.get("color", ""))
    theme = request.args.get("theme", "")
    response = render_page(
        request,
        "frame.html",
        language=language,
        theme=theme if theme in _THEMES else "auto",
        elder=request.args.get("elder") in ("true", "1"),
        color=f"#{color[1].lower()}" if color else "",
        bootstrap=make_bootstrap(request, language),
        widget=services.widget,
    )
    response.headers["Content-Security-Policy"] = content_policy("'self'", *services.hosts)
    # A host that isolates itself (Cross-Origin-Embedder-Policy) may show it too.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Vary"] = "Accept-Language"
    return response


async def send_wording(request: Request, name: str) -> HTTPResponse:
    """Send what the page would begin with in another language: ``<language>.json``."""
    language = read_language(name.removesuffix(".json"))
    if language is None or not name.endswith(".json"):
        raise NotFound
    text = json.dumps(make_bootstrap(request, language), ensure_ascii=False, separators=(",", ":"))
    return send(request, Asset.of(text.encode(), "application/json"), headers={"Cache-Control": ASK_AGAIN})
