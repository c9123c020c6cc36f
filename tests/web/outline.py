"""What a page holds, for tests that look at its markup."""

from __future__ import annotations

from html.parser import HTMLParser


class Outline(HTMLParser):
    """Collects what the tests ask about: ids, links, and elements or attributes that a strict CSP blocks.

    A script of another type than a script's is data, which no policy blocks.
    """

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values[name] or "" for name in ("href", "src") if name in values]
        if tag == "style" or (tag == "script" and "src" not in values and "type" not in values):
            self.inline.append(tag)
        self.inline += [name for name in values if name == "style" or name.startswith("on")]
