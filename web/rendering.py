"""Pages from templates: always escaped, never kept by a cache without asking."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import HTTPResponse, Request
from sanic.response import empty, html

from web.assets import get_assets

TEMPLATE_FOLDER = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def get_environment() -> Environment:
    """Return the template environment; a name that a template does not get is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(static_url=get_assets().url)
    return environment


def render_page(request: Request, template: str, *, page: str = "", **values: object) -> HTTPResponse:
    """Answer with a rendered template, or with 304 if the browser has the very same page.

    Args:
        request: Asked for its ``If-None-Match``.
        template: File name in ``web/templates``.
        page: Entry of the header that is current: ``chat``, ``document``, ``docs`` or none.
        values: What the template names.
    """
    body = get_environment().get_template(template).render(page=page, **values)
    headers = {
        "ETag": f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"',
        "Cache-Control": "no-cache",
    }
    if is_unchanged(request, headers["ETag"]):
        return empty(304, headers=headers)
    return html(body, headers=headers)


def error_page(status: int, *, request_id: str = "") -> HTTPResponse:
    """Answer with the page for a failed request; it never says more than the status and the id."""
    body = get_environment().get_template("error.html").render(page="", status=status, request_id=request_id)
    return html(body, status=status, headers={"Cache-Control": "no-store"})


def wants_page(request: Request) -> bool:
    """Tell whether a failed request should end in a page rather than in the API's JSON."""
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def is_unchanged(request: Request, etag: str) -> bool:
    """Tell whether the browser already holds the version named by ``etag`` (RFC 9110, weak comparison)."""
    known = request.headers.get("if-none-match", "")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in known.split(","))
