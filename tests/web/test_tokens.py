"""The widget stands alone, so its colours stand in a file of its own; they are those of the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
COLOUR = re.compile(r"(--[a-z-]+): (#[0-9a-f]{6});")


def palettes(path: Path) -> list[dict[str, str]]:
    """Return the colours of each rule for ``:root`` that has some, in the order of the file."""
    rules = re.findall(r":root[^{]*\{([^}]*)\}", path.read_text(encoding="utf-8"))
    return [found for found in (dict(COLOUR.findall(rule)) for rule in rules) if found]


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "dark by the system"])
def test_widget_and_pages_have_the_same_colours(theme: int) -> None:
    pages = palettes(WEB / "static/base.css")[min(theme, 1)]
    widget = palettes(WEB / "widget/src/styles/tokens.css")[theme]

    assert len(pages) >= 12
    assert {name: widget[name] for name in pages} == pages
