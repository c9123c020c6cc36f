"""CI fails a report below the bars, and says which bar."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci/check_report.py"
GOOD: dict[str, Any] = {
    "report": {
        "in_scope": {"n": 2, "clause@1": 0.85},
        "quotes": {"shown": 2, "not verbatim": 0, "examples": []},
    },
    "records": [
        {"reply": {"outcome": "answer"}},
        {"turns": [{"reply": {"outcome": "chat"}}, {"reply": {"outcome": "error", "status": 422}}]},
    ],
}


def check(report: dict[str, Any], folder: Path) -> tuple[int, str]:
    file = folder / "report.json"
    file.write_text(json.dumps(report))
    done = subprocess.run((sys.executable, str(SCRIPT), str(file)), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_check_report_passes_a_good_one(tmp_path: Path) -> None:
    assert check(GOOD, tmp_path) == (0, "")


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("in_scope", {"n": 2, "clause@1": 0.849}, "in_scope clause@1 is 0.849, expected at least 0.85"),
        ("in_scope", {}, "in_scope clause@1 is 0.0, expected at least 0.85"),
        ("quotes", {"shown": 2, "not verbatim": 1, "examples": [["2.4", "落"]]}, "1 quotes are not verbatim"),
        ("quotes", {"shown": 0, "not verbatim": 0, "examples": []}, "no quote was shown"),
    ],
)
def test_check_report_names_the_bar(tmp_path: Path, part: str, value: object, said: str) -> None:
    report = copy.deepcopy(GOOD)
    report["report"][part] = value

    exit_code, output = check(report, tmp_path)

    assert exit_code == 1
    assert output.startswith(f"BELOW THE BAR: {said}")


@pytest.mark.parametrize("status", [0, 500, 503])
def test_check_report_counts_failures_in_dialogues(tmp_path: Path, status: int) -> None:
    report = copy.deepcopy(GOOD)
    report["records"][1]["turns"][0]["reply"] = {"outcome": "error", "status": status}

    assert check(report, tmp_path)[1].startswith("BELOW THE BAR: 1 messages met a transport failure")
