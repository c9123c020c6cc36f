"""The start page: the widget in a page like those that embed it, and the lines to copy."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from web.hosts import own_origin
from web.http import services_of
from web.rendering import READ, render_page

# As strict as a host's policy can be: the widget needs script-src and frame-src of it and nothing else.
_POLICY = (
    "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_demo_page() -> Blueprint:
    """Return the blueprint of the start page."""
    blueprint = Blueprint("demo_page")
    blueprint.add_route(show_demo, "/", methods=READ)
    return blueprint


async def show_demo(request: Request) -> HTTPResponse:
    """Show a service page of an invented district with the widget in it."""
    services = services_of(request)
    response = render_page(
        request,
        "demo.html",
        document=services.index.document,
        widget=services.widget,
        origin=own_origin(request, trusted_proxies=services.settings.trusted_proxies),
    )
    response.headers["Content-Security-Policy"] = _POLICY
    return response
