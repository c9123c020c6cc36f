"""The addresses of the widget's loaders and of the files that its page loads."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request
from sanic.exceptions import NotFound

from web.assets import Asset
from web.http import services_of
from web.rendering import ASK_AGAIN, FOR_EVER, READ, send, send_versioned

# Any page may load it: whether the frame then opens there is for frame-ancestors to say. Without CORS
# a browser could not check the integrity.
_FOR_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def create_loader() -> Blueprint:
    """Return the blueprint of the loaders and of the frame's files."""
    blueprint = Blueprint("loader")
    blueprint.add_route(send_loader, "/widget/loader.js", methods=READ)
    blueprint.add_route(send_pinned, "/widget/<name:str>", methods=READ)
    blueprint.add_route(send_file, "/static/<version:str>/widget/<name:str>", methods=READ)
    return blueprint


async def send_loader(request: Request) -> HTTPResponse:
    """Send the current loader, for pages that want every change at once."""
    return _send(request, services_of(request).widget.loader, ASK_AGAIN)


async def send_pinned(request: Request, name: str) -> HTTPResponse:
    """Send the loader of this hash, however old it is."""
    asset = services_of(request).widget.pinned.get(name)
    if asset is None:
        raise NotFound
    return _send(request, asset, FOR_EVER)


async def send_file(request: Request, version: str, name: str) -> HTTPResponse:
    """Send a file of the frame."""
    return send_versioned(request, services_of(request).widget.files, version, name)


def _send(request: Request, asset: Asset, caching: str) -> HTTPResponse:
    return send(request, asset, headers=_FOR_ALL | {"Cache-Control": caching})
