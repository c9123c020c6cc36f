"""Lines are aligned, and coloured only where somebody sees it."""

from __future__ import annotations

import io

import pytest

from launch.console import Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_console_aligns_names_without_colour_in_a_file() -> None:
    out = io.StringIO()
    console = Console(("actions", "edge"), out=out)

    console.line("edge", "你好")
    console.line("actions", "hi")

    assert out.getvalue() == "edge    | 你好\nactions | hi\n"


def test_console_colours_names_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = Terminal()

    Console(("actions", "edge"), out=out).line("edge", "hi")

    assert out.getvalue() == "\x1b[35medge    |\x1b[0m hi\n"


def test_console_obeys_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()

    Console(("edge",), out=out).line("edge", "hi")

    assert out.getvalue() == "edge | hi\n"


def test_console_goes_on_when_nobody_reads_any_more() -> None:
    out = io.StringIO()
    out.close()

    Console(("edge",), out=out, colour=False).line("edge", "hi")
