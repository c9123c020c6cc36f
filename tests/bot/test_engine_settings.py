from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine_settings import ROOT, EngineSettings, read_settings


def test_read_settings_has_the_products_defaults() -> None:
    assert read_settings() == EngineSettings(5005, 5055, ROOT / "var", "", 5.0, 30.0)


def test_read_settings_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANSHITONG_ENGINE_PORT", "6005")
    monkeypatch.setenv("BANSHITONG_ACTIONS_PORT", "6055")
    monkeypatch.setenv("BANSHITONG_DATA_DIR", "/data")
    monkeypatch.setenv("BANSHITONG_ENGINE_TOKEN", "secret")
    monkeypatch.setenv("BANSHITONG_ACTION_TIMEOUT_S", "2.5")
    monkeypatch.setenv("BANSHITONG_TRACKER_IDLE_DAYS", "7")

    assert read_settings() == EngineSettings(6005, 6055, Path("/data"), "secret", 2.5, 7.0)


@pytest.mark.parametrize("value", ["五", "0", "-1", "inf", "nan"])
def test_read_settings_refuses_what_is_no_number_above_zero(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("BANSHITONG_ACTION_TIMEOUT_S", value)

    with pytest.raises(ValueError, match=f"BANSHITONG_ACTION_TIMEOUT_S is '{value}', expected a number above 0"):
        read_settings()


def test_models_live_in_the_data_folder() -> None:
    assert EngineSettings(data_dir=Path("/data")).models_dir == Path("/data/models")
