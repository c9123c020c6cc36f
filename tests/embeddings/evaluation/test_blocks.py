from __future__ import annotations

import base64
import re

import pytest

from embeddings.evaluation.blocks import Block, Heading, Paragraph, Plots, Table, to_html, to_markdown

BLOCKS: list[Block] = [
    Heading("Report", 1),
    Paragraph("From `answer` on, 1 < 2."),
    Table(("figure", "now"), (("a → b", "0.5"), ("c", ""))),
    Plots((("one.svg", "First `plot`"), ("two.svg", "Second"))),
]
PLOTS = {"one.svg": "<svg>一</svg>", "two.svg": "<svg/>"}


def test_to_markdown_writes_tables_and_links_plots() -> None:
    assert to_markdown(BLOCKS) == (
        "# Report\n\n"
        "From `answer` on, 1 < 2.\n\n"
        "| figure | now |\n| --- | ---: |\n| a → b | 0.5 |\n| c |  |\n\n"
        "![First `plot`](one.svg)\n![Second](two.svg)\n"
    )


def test_table_may_have_several_columns_of_text() -> None:
    assert to_markdown([Table(("a", "b", "n"), (), n_text=2)]) == "| a | b | n |\n| --- | --- | ---: |\n"


@pytest.mark.parametrize(
    "part",
    [
        "<title>Report</title>",
        "<h1>Report</h1>",
        "<p>From <code>answer</code> on, 1 &lt; 2.</p>",
        '<tr><td>a → b</td><td class="number">0.5</td></tr>',
        "<figcaption>First <code>plot</code></figcaption>",
        "prefers-color-scheme: dark",
        'name="viewport" content="width=device-width',
    ],
)
def test_to_html_writes_each_part(part: str) -> None:
    assert part in to_html(BLOCKS, PLOTS)


def test_to_html_needs_no_other_file() -> None:
    page = to_html(BLOCKS, PLOTS)

    sources = re.findall(r'src="([^"]*)"', page)
    assert [base64.b64decode(s.removeprefix("data:image/svg+xml;base64,")).decode() for s in sources] == [
        "<svg>一</svg>",
        "<svg/>",
    ]
    assert re.findall(r"(?:href|url|@import|<script|<link)\W", page) == []
