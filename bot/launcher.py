"""Serve the newest model to the edge: one channel, loopback, nothing else."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import channel as channels
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.shared.utils.io import read_config_file
from sanic import Sanic

from bot import compiled_validation, plain_text
from bot.action_endpoint import ActionEndpoint
from bot.channel import EdgeInput
from bot.engine_settings import EngineSettings
from bot.processor import TurnProcessor
from bot.tracker_store import WindowedTrackerStore
from bot.training import inputs_hash, newest_model

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
MAX_BODY_BYTES = 128 * 1024
UPKEEP_EVERY_S = 600.0


def load_agent(root: Path, model: Path, settings: EngineSettings) -> Agent:
    """Load a model with the stores and the action endpoint of ``endpoints.yml``.

    Unlike Rasa's own loading, a broken tracker store fails the turn instead of being replaced by
    memory, and a broken model raises here.
    """
    compiled_validation.install()
    plain_text.install()
    settings.export()
    endpoints = AvailableEndpoints.read_endpoints(str(root / "endpoints.yml"))
    agent = Agent(
        generator=endpoints.nlg,
        lock_store=LockStore.create(endpoints.lock_store),
        action_endpoint=ActionEndpoint(
            endpoints.action.url, timeout_s=settings.action_timeout_s, **endpoints.action.kwargs
        ),
    )
    agent.tracker_store = TrackerStore.create(endpoints.tracker_store)
    agent.processor = TurnProcessor(
        model_path=model,
        tracker_store=agent.tracker_store,
        lock_store=agent.lock_store,
        generator=agent.nlg,
        action_endpoint=agent.action_endpoint,
    )
    agent.domain = agent.tracker_store.domain = agent.processor.domain
    agent.nlg.responses = agent.domain.responses
    return agent


def create_app(root: Path, agent: Agent) -> Sanic[Any, Any]:
    """Return the web application with the edge's channel of ``credentials.yml`` and no other route."""
    app = Sanic("banshitong_engine", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.agent = agent
    credentials = read_config_file(str(root / "credentials.yml"))
    channel = EdgeInput.from_credentials(credentials["bot.channel.EdgeInput"])
    channels.register([channel], app, route="/webhooks/")
    app.add_task(_keep_up(agent.tracker_store))
    app.register_listener(_close, "after_server_stop")
    return app


def serve(root: Path, settings: EngineSettings, say: Callable[[str], None]) -> None:
    """Serve until stopped.

    Raises:
        bot.training.TrainingError: If there is no model.
        OSError: If the port is taken.
    """
    started = time.monotonic()
    model = newest_model(settings.models_dir)
    if model.name != f"{inputs_hash(root)}.tar.gz":
        say(f"Model {model.name} is older than its inputs; `python -m bot train` makes a new one.")
    app = create_app(root, load_agent(root, model, settings))
    say(f"Model {model.name} loaded in {time.monotonic() - started:.1f} s; serving {HOST}:{settings.port}.")
    app.run(host=HOST, port=settings.port, workers=1, access_log=False, motd=False)


async def _keep_up(store: WindowedTrackerStore) -> None:
    while True:
        deleted = await asyncio.to_thread(store.prune)
        if deleted:
            logger.info("Forgot %d turns of idle conversations.", deleted)
        await asyncio.sleep(UPKEEP_EVERY_S)


async def _close(app: Sanic[Any, Any], _: asyncio.AbstractEventLoop) -> None:
    await app.ctx.agent.action_endpoint.close()
    app.ctx.agent.tracker_store.close()
