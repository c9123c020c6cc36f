"""The operator's own settings must not change what is tested."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BANSHITONG_")]:
        monkeypatch.delenv(name)
