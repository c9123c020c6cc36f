"""Which processes make up the product, on which ports, and what their environment holds."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.ports import Port
from settings import Settings

LOOPBACK = "127.0.0.1"
_WILDCARDS = {"0.0.0.0": LOOPBACK, "::": "::1", "": LOOPBACK}  # noqa: S104


@dataclass(frozen=True)
class Health:
    """Where a service can be asked whether it lives; any HTTP status is a yes."""

    host: str
    port: int
    path: str


@dataclass(frozen=True)
class Service:
    """One process of the product.

    Attributes:
        name: Marks its lines and names its ``.pid`` file.
        command: The command, run in the folder of the project.
        health: Where it answers when it lives.
    """

    name: str
    command: tuple[str, ...]
    health: Health


def product_services(settings: Settings, root: Path) -> tuple[Service, ...]:
    """Return the product's processes, in the order of their lines' colours."""
    ours, engines = str(root / ".venv/bin/python"), str(root / ".venv-rasa/bin/python")
    edge_host = reachable_host(settings.host)
    return (
        Service("actions", (ours, "-m", "actions"), Health(LOOPBACK, settings.actions_port, "/health")),
        Service(
            "engine",
            (engines, "-m", "bot", "serve"),
            Health(LOOPBACK, settings.engine_port, "/webhooks/edge/health"),
        ),
        Service("edge", (ours, "-m", "web"), Health(edge_host, settings.port, "/healthz")),
    )


def product_ports(settings: Settings) -> tuple[Port, ...]:
    """Return every port that the product will listen on."""
    ports = [
        Port(settings.host, settings.port, "BANSHITONG_PORT"),
        Port(LOOPBACK, settings.engine_port, "BANSHITONG_ENGINE_PORT"),
        Port(LOOPBACK, settings.actions_port, "BANSHITONG_ACTIONS_PORT"),
    ]
    if settings.metrics_port:
        ports.append(Port(LOOPBACK, settings.metrics_port, "BANSHITONG_METRICS_PORT"))
    return tuple(ports)


def reachable_host(host: str) -> str:
    """Return an address to reach a server by that listens on ``host``."""
    return _WILDCARDS.get(host, host)


def service_environment(settings: Settings, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment of every service.

    The engine cannot read ``settings.py``, so what it needs is spelled out. Its token is made anew
    at each start unless one is set.
    """
    return {
        **inherited,
        "BANSHITONG_ENGINE_PORT": str(settings.engine_port),
        "BANSHITONG_ACTIONS_PORT": str(settings.actions_port),
        "BANSHITONG_ACTION_TIMEOUT_S": str(settings.action_timeout_s),
        "BANSHITONG_DATA_DIR": str(settings.data_dir.resolve()),
        "BANSHITONG_LOG_LEVEL": settings.log_level,
        "BANSHITONG_ENGINE_TOKEN": settings.engine_token.get_secret_value() or secrets.token_urlsafe(32),
        "OMP_NUM_THREADS": "1",  # or a busy neighbour makes a query wait for a second
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "RASA_TELEMETRY_ENABLED": "false",
    }
