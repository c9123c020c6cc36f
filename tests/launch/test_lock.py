"""The requirements files: everything pinned, the hand-written part kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from launch.lock import MARKER, locked_text, pins_of

ROOT = Path(__file__).resolve().parents[2]


def test_pins_of_reads_names_as_the_package_index_compares_them() -> None:
    text = "# comment\n-r other.txt\nPyYAML==6.0.3   # files\nruamel.yaml==0.19.1\nnot-pinned>=1\n"

    assert pins_of(text) == {"pyyaml": "6.0.3", "ruamel-yaml": "0.19.1"}


def test_locked_text_keeps_what_was_written_by_hand() -> None:
    direct = "# why\nspacy==3.8.18  # words\n\n"

    text = locked_text(direct, {"spacy": "3.8.18", "thinc": "8.3.14", "blis": "1.3.4"}, taken={"blis": "1.3.4"})

    assert text == f"# why\nspacy==3.8.18  # words\n\n{MARKER}\nthinc==8.3.14\n"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_all_pinned_and_name_no_host(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    requirements = [line for line in lines if line.strip() and not line.startswith(("#", "-r "))]

    assert len(pins_of("\n".join(requirements))) == len(requirements) > 10
    assert not any("://" in line or line.startswith("--") for line in lines)


def test_requirements_say_what_each_direct_one_is_for() -> None:
    direct = (ROOT / "requirements.txt").read_text().partition(MARKER)[0]

    assert [line for line in direct.splitlines() if "==" in line and "  # " not in line] == []
