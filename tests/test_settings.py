"""Every setting is documented with its true default, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.engine_settings import EngineSettings
from settings import ROOT, Settings

DOCUMENTED = dict(
    re.findall(
        r"^\| `(BANSHITONG_[A-Z_]+)` \| (?:`([^`]*)`|\(empty\)) \| \S",
        (ROOT / "docs/settings.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
ENGINE_ONLY = {"BANSHITONG_TRACKER_IDLE_DAYS": str(EngineSettings().tracker_idle_days)}


def shown(default: object) -> str:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return str(default.relative_to(ROOT)) if isinstance(default, Path) else str(default)


def test_settings_are_all_documented_with_their_defaults() -> None:
    settings = {
        f"BANSHITONG_{name.upper()}": shown(field.default) for name, field in Settings.model_fields.items()
    }

    assert settings | ENGINE_ONLY == DOCUMENTED


def test_engine_settings_are_all_documented() -> None:
    source = (ROOT / "bot/engine_settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"BANSHITONG_[A-Z_]+[A-Z]", source))
    read |= {f"BANSHITONG_{name}" for name in re.findall(r'_number\("([A-Z_]+)"', source)}

    assert len(read) >= 5
    assert read <= DOCUMENTED.keys()


@pytest.mark.parametrize(
    ("name", "of_the_engine"),
    [
        ("engine_port", EngineSettings().port),
        ("actions_port", EngineSettings().actions_port),
        ("data_dir", EngineSettings().data_dir),
        ("action_timeout_s", EngineSettings().action_timeout_s),
    ],
)
def test_engine_settings_have_the_same_defaults(name: str, of_the_engine: object) -> None:
    assert Settings.model_fields[name].default == of_the_engine
