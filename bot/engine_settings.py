"""Settings of the engine, read from the environment.

They are the ``BANSHITONG_*`` variables of the whole product that concern the engine, with the same
defaults; the engine's environment has no pydantic-settings to read the product's own module with.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class EngineSettings:
    """What the engine needs to know.

    Attributes:
        port: Where it listens, always on 127.0.0.1.
        actions_port: Where the action server listens, always on 127.0.0.1.
        data_dir: Folder of the models and the tracker database.
        token: The bearer token the edge must show; empty means no check.
        action_timeout_s: How long an action may take.
        tracker_idle_days: After how long without a message a conversation is forgotten.
    """

    port: int = 5005
    actions_port: int = 5055
    data_dir: Path = ROOT / "var"
    token: str = ""
    action_timeout_s: float = 5.0
    tracker_idle_days: float = 30.0

    @property
    def models_dir(self) -> Path:
        """Folder of the trained models."""
        return self.data_dir / "models"

    def export(self) -> None:
        """Put the values into the environment, where ``endpoints.yml`` and ``credentials.yml`` read them."""
        os.environ.update(
            BANSHITONG_ACTIONS_PORT=str(self.actions_port),
            BANSHITONG_DATA_DIR=str(self.data_dir),
            BANSHITONG_ENGINE_TOKEN=self.token,
            BANSHITONG_TRACKER_IDLE_DAYS=str(self.tracker_idle_days),
        )


def read_settings() -> EngineSettings:
    """Read the settings of this process.

    Raises:
        ValueError: Naming the variable whose value is not a number in range.
    """
    default = EngineSettings()
    return EngineSettings(
        port=int(_number("ENGINE_PORT", default.port)),
        actions_port=int(_number("ACTIONS_PORT", default.actions_port)),
        data_dir=Path(os.environ.get("BANSHITONG_DATA_DIR") or default.data_dir).resolve(),
        token=os.environ.get("BANSHITONG_ENGINE_TOKEN", ""),
        action_timeout_s=_number("ACTION_TIMEOUT_S", default.action_timeout_s),
        tracker_idle_days=_number("TRACKER_IDLE_DAYS", default.tracker_idle_days),
    )


def _number(name: str, default: float) -> float:
    text = os.environ.get(f"BANSHITONG_{name}") or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ValueError(f"BANSHITONG_{name} is {text!r}, expected a number above 0; correct or unset it.")
    return value
