"""Lines for the terminal: each with the name of who said it, in colour on a terminal only."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import TextIO

_COLOURS = ("36", "35", "34", "33", "32")  # cyan, magenta, blue, yellow, green


class Console:
    """Writes whole lines, one after the other, from any thread.

    Args:
        names: Everybody who will speak; they are aligned and coloured in this order.
        out: Where to; a reader that has gone away is not an error.
        colour: Whether to colour the names; by default if ``out`` is a terminal and NO_COLOR is not set.
    """

    def __init__(self, names: tuple[str, ...], *, out: TextIO | None = None, colour: bool | None = None) -> None:
        self._out = out or sys.stdout
        self._width = max((len(name) for name in names), default=0)
        self._colour = self._out.isatty() and "NO_COLOR" not in os.environ if colour is None else colour
        self._colours = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(names)}
        self._lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        """Write one line, marked with the name of who said it."""
        mark = f"{name:<{self._width}} |"
        if self._colour:
            mark = f"\x1b[{self._colours.get(name, '0')}m{mark}\x1b[0m"
        self.plain(f"{mark} {text}")

    def plain(self, text: str) -> None:
        """Write one line as it is."""
        with self._lock, contextlib.suppress(BrokenPipeError, ValueError):
            self._out.write(text + "\n")
            self._out.flush()
