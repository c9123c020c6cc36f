from __future__ import annotations

import pytest

from bench.__main__ import main


def test_help_names_both_shorter_runs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    text = capsys.readouterr().out
    assert "--quick" in text
    assert "--ours-only" in text
