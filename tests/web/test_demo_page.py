"""The start page: the widget in a page of a host, and the lines to copy."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from tests.web.fakes import Edge
from tests.web.outline import Outline


async def test_demo_embeds_the_widget_by_one_pinned_script(edge: Edge) -> None:
    page = (await edge.client.get("/")).text
    scripts = re.findall(r"<script\b[^>]*>", page)
    widget = edge.services.widget

    assert scripts == [
        f'<script src="{widget.pinned_url}" integrity="{widget.integrity}" crossorigin="anonymous" async>'
    ]


async def test_demo_shows_the_lines_to_copy_with_the_true_hash(edge: Edge) -> None:
    page = (await edge.client.get("/")).text
    found = re.search(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    assert found
    line = html.unescape(found[1])
    copied = re.fullmatch(
        r'<script src="(http://[^"/]+(/widget/loader-[0-9a-f]{16}\.js))" integrity="sha384-([^"]+)" '
        r'crossorigin="anonymous" async></script>',
        line,
    )
    assert copied
    loader = await edge.client.get(copied[2])

    assert copied[1] == f"http://127.0.0.1:{edge.port}{copied[2]}"
    assert base64.b64decode(copied[3]) == hashlib.sha384(loader.content).digest()
    assert copied[2] == f"/widget/loader-{hashlib.sha256(loader.content).hexdigest()[:16]}.js"


async def test_demo_is_a_page_without_scripts_too(edge: Edge) -> None:
    outline = Outline((await edge.client.get("/")).text)

    assert "/chat" in outline.links
    assert "/document" in outline.links
    assert outline.inline == []
    assert {link[1:] for link in outline.links if link.startswith("#")} <= set(outline.ids)


async def test_demo_is_served_as_a_strict_host_would(edge: Edge) -> None:
    response = await edge.client.get("/")

    assert response.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert '<html lang="zh-Hans">' in response.text
    assert "不属于任何真实机构" in response.text
