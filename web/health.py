"""``/healthz``: the process lives. ``/readyz``: every part that a turn needs answers."""

from __future__ import annotations

import asyncio
import time

from sanic import Blueprint, HTTPResponse, Request

from web.http import reply_json, services_of
from web.schemas import Health, Readiness
from web.services import Services

READ = ("GET", "HEAD")
_KEPT_S = 0.5


def create_health() -> Blueprint:
    """Return the blueprint of both."""
    health = Blueprint("health")
    health.add_route(healthz, "/healthz", methods=READ)
    health.add_route(readyz, "/readyz", methods=READ)
    return health


async def healthz(_request: Request) -> HTTPResponse:
    """Say that the process lives."""
    return reply_json(Health())


async def readyz(request: Request) -> HTTPResponse:
    """Say whether each part answers: 200 if all do, else 503.

    The answer is kept for half a second, and one probe serves all who ask meanwhile: whoever floods
    this address does not flood the engine.
    """
    context = request.app.ctx
    probe: tuple[float, asyncio.Task[Readiness]] | None = getattr(context, "readiness", None)
    if probe is None or (probe[1].done() and time.monotonic() - probe[0] > _KEPT_S):
        probe = (time.monotonic(), asyncio.create_task(check(services_of(request))))
        context.readiness = probe
    readiness = await asyncio.shield(probe[1])
    return reply_json(readiness, status=200 if readiness.ready else 503)


async def check(services: Services) -> Readiness:
    """Ask every part at once."""
    engine, actions, store = await asyncio.gather(
        services.engine.health(), services.actions.health(), services.store.health()
    )
    parts = {"index": "ok", "engine": engine, "actions": actions, "store": store}
    return Readiness(ready=all(state == "ok" for state in parts.values()), parts=parts)
