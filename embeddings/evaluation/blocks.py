"""The parts of a report, and how they look in Markdown and in HTML."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

STYLE = Path(__file__).with_name("report.css")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 3."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; what stands between backticks is code."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table; the first column is text, what is in the others stands to the right.

    Attributes:
        header: One cell for each column.
        rows: As long as the header.
        n_text: How many columns from the left are text.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_text: int = 1


@dataclass(frozen=True)
class Plots:
    """Plots that stand side by side where there is room.

    Attributes:
        captions: File name of each plot, and what it shows.
    """

    captions: tuple[tuple[str, str], ...]


Block = Heading | Paragraph | Table | Plots


def to_markdown(blocks: Sequence[Block]) -> str:
    """Return the report in Markdown; the plots' files stand beside it."""
    return "\n\n".join(_markdown(block) for block in blocks) + "\n"


def to_html(blocks: Sequence[Block], plots: Mapping[str, str]) -> str:
    """Return the report as one page that needs no other file.

    Args:
        blocks: The first is the title.
        plots: The SVG text of each plot by its file name.
    """
    title = next((block.text for block in blocks if isinstance(block, Heading)), "")
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{_inline(title)}</title>",
            f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>",
            *(_html(block, plots) for block in blocks),
            "</main>\n</body>\n</html>\n",
        )
    )


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Plots):
        return "\n".join(f"![{caption}]({name})" for name, caption in block.captions)
    rule = tuple("---" if i < block.n_text else "---:" for i in range(len(block.header)))
    return "\n".join("| " + " | ".join(row) + " |" for row in (block.header, rule, *block.rows))


def _html(block: Block, plots: Mapping[str, str]) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_inline(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f"<p>{_inline(block.text)}</p>"
    if isinstance(block, Plots):
        shown = "".join(_image(plots[name], caption) for name, caption in block.captions)
        return f'<div class="plots">{shown}</div>'
    head = _row("th", block.header, block.n_text)
    body = "\n".join(_row("td", row, block.n_text) for row in block.rows)
    return f'<div class="table"><table>\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n</table></div>'


def _row(tag: str, cells: Sequence[str], n_text: int) -> str:
    numeric = ["" if i < n_text else ' class="number"' for i in range(len(cells))]
    inside = "".join(
        f"<{tag}{number}>{_inline(cell)}</{tag}>" for cell, number in zip(cells, numeric, strict=True)
    )
    return f"<tr>{inside}</tr>"


def _image(svg: str, caption: str) -> str:
    encoded = base64.b64encode(svg.encode()).decode()
    return (
        f'<figure><img alt="{html.escape(caption)}" src="data:image/svg+xml;base64,{encoded}">'
        f"<figcaption>{_inline(caption)}</figcaption></figure>"
    )


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(text))
