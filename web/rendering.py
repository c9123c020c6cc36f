"""Pages from templates: always escaped, never kept by a cache without asking."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import HTTPResponse, Request
from sanic.response import empty, html, raw

from web.assets import Asset, Assets, get_assets
from web.wording import load_words

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
READ = ("GET", "HEAD")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


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
    environment.globals.update(static_url=get_assets().url, load_words=load_words)
    # Chinese as it is: escaped, a page of it would be twice as long.
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment


def render(template: str, **values: object) -> str:
    """Return a template of ``web/templates`` filled with ``values``."""
    return get_environment().get_template(template).render(**values)


def render_page(request: Request, template: str, *, page: str = "", **values: object) -> HTTPResponse:
    """Answer with a rendered template, or with 304 if the browser has the very same page.

    Args:
        request: Asked for its ``If-None-Match``.
        template: File name in ``web/templates``.
        page: Entry of the header that is current: ``chat``, ``document``, ``docs`` or none.
        values: What the template names.
    """
    body = render(template, page=page, **values)
    return send(request, Asset.of(body.encode(), "text/html; charset=utf-8"), headers={"Cache-Control": ASK_AGAIN})


def send(request: Request, asset: Asset, *, headers: Mapping[str, str]) -> HTTPResponse:
    """Answer with ``asset``, or with 304 if the browser has the very same bytes."""
    headers = {**headers, "ETag": asset.etag}
    if is_unchanged(request, asset.etag):
        return empty(304, headers=headers)
    return raw(asset.content, content_type=asset.content_type, headers=headers)


def send_versioned(request: Request, assets: Assets, version: str, name: str) -> HTTPResponse:
    """Answer with a static file; only under its current version may a cache keep it without asking."""
    asset = assets.files.get(name)
    if asset is None:
        return error_page(404)
    return send(request, asset, headers={"Cache-Control": FOR_EVER if version == assets.version else ASK_AGAIN})


def error_page(status: int, *, request_id: str = "") -> HTTPResponse:
    """Answer with the page for a failed request; it never says more than the status and the id."""
    body = render("error.html", page="", status=status, request_id=request_id)
    return html(body, status=status, headers={"Cache-Control": "no-store"})


def wants_page(request: Request) -> bool:
    """Tell whether a failed request should end in a page rather than in the API's JSON."""
    return not request.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def is_unchanged(request: Request, etag: str) -> bool:
    """Tell whether the browser already holds the version named by ``etag`` (RFC 9110, weak comparison)."""
    known = request.headers.get("if-none-match", "")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in known.split(","))
